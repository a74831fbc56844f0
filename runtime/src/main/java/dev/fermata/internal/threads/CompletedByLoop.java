package dev.fermata.internal.threads;

import dev.fermata.CancelledError;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.traces.KnowsPath;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A future that only its loop's thread completes. If that thread waited for it, it would wait for ever, so that is an error
 * instead. From any thread, except {@link #completeAs}.
 */
abstract class CompletedByLoop<T> extends LoopFuture<T> implements KnowsPath {
    /** Written before this completes, and read after that. */
    private StackTraceElement @Nullable [] path;

    CompletedByLoop(Engine engine) {
        super(engine);
    }

    /** Completes this as {@code ended} has ended, whose failure then counts as read. On the loop's thread. */
    final void completeAs(LoopDeferred<T> ended) {
        if (isDone()) {
            return; // other code has cancelled or completed it: a failure stays unread
        }
        path = ended.path();
        try {
            complete(ended.result());
        } catch (CancelledError cancel) {
            CancellationException cancelled = new CancellationException(Guarded.message(cancel));
            cancelled.initCause(cancel);
            completeExceptionally(cancelled);
        } catch (Throwable failure) {
            completeExceptionally(failure);
        }
    }

    @Override
    public final StackTraceElement @Nullable [] path() {
        return path;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        checkMayWait();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
        checkMayWait();
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        checkMayWait();
        return super.join();
    }

    private void checkMayWait() {
        if (engine.isRunning() && !isDone()) {
            throw new IllegalStateException("The event loop's own thread would wait for ever for " + describe()
                    + ", because only that loop can complete it. Use await");
        }
    }
}
