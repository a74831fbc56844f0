package dev.fermata.internal.threads;

import dev.fermata.CancelledError;
import dev.fermata.EventLoop;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.engine.Context;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.LoopTask;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The coroutine {@code toThreadInterruptibly(callable)}. The call is handed over when the coroutine starts, not before. On
 * the loop's thread.
 *
 * @param <T> the type of the result
 */
public final class ToThreadInterruptibly<T> extends Frame<T> {
    private final Callable<T> callable;

    private final Function<EventLoop, LoopExecutor> executors;

    /** Null before the start. */
    private @Nullable InterruptibleCall<T> call;

    /**
     * Creates a coroutine that calls {@code callable} on another thread.
     *
     * @param executors returns the executor of a loop
     */
    public ToThreadInterruptibly(Callable<T> callable, Function<EventLoop, LoopExecutor> executors) {
        this.callable = callable;
        this.executors = executors;
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        LoopTask<?> task = LoopCarrier.current(carrier, "toThreadInterruptibly");
        LoopExecutor executor = executors.apply(task.loop());
        InterruptibleCall<T> made = new InterruptibleCall<>(executor, Context.carriedBy(callable));
        LoopPromise<T> promise = executor.call(made);
        call = made;
        Object result = Abi.await(promise, carrier);
        if (result == Abi.SUSPENDED) { // otherwise the executor has made the call right here
            carrier.suspended(this);
        }
        return result;
    }

    /** Resumes the task when the call has ended. A cancel then shows, as its cause, what the interrupted call was doing. */
    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        Throwable answer = Objects.requireNonNull(call).answer;
        if (failure instanceof CancelledError cancel && answer != null) {
            CancelAccess.get().answeredBy(cancel, answer);
        }
        if (failure != null) {
            throw failure;
        }
        return value;
    }
}
