package dev.fermata.internal.threads;

import dev.fermata.Deferred;
import dev.fermata.internal.base.Rethrow;
import dev.fermata.internal.engine.Context;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.Ready;
import dev.fermata.lowlevel.ThreadContext;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work that another thread has handed over to be run as a task: {@link dev.fermata.EventLoop#runThreadsafe}. In one object,
 * it is the future that the other thread receives, the entry of the ready queue that starts the task, and the done-callback
 * of that task.
 *
 * @param <T> the type of the result
 */
final class ThreadsafeRun<T> extends CompletedByLoop<T> implements Ready, Consumer<Deferred<T>> {
    private static final AtomicLong MADE = new AtomicLong();

    /**
     * Numbers the runs in the order in which they were handed over, which is the order in which they fail when their loop
     * closes.
     */
    final long number = MADE.incrementAndGet();

    /** The context of the thread that handed it over. */
    private final @Nullable Context context = Context.inherited();

    /**
     * What the task will run: a claimed coroutine or an {@link dev.fermata.AsyncCallable}; null once the task was created.
     * On the loop's thread.
     */
    private @Nullable Object body;

    /** On the loop's thread. */
    private @Nullable LoopTask<T> task;

    private final ThreadsafeRuns runs;

    ThreadsafeRun(ThreadsafeRuns runs, Object body) {
        super(runs.engine);
        this.runs = runs;
        this.body = body;
    }

    /** Starts the task. If a cancel came before, the body does not run. */
    @Override
    public void runReady() {
        Object toRun = body;
        body = null;
        if (toRun != null && !isDone()) {
            Context before = engine.enterCallback(context);
            ThreadContext.Scope inPlace = engine.putInPlace(context, this);
            try {
                LoopTask<T> made = engine.start(toRun, null, false);
                task = made;
                made.addDoneCallback(this);
            } catch (Throwable noTask) { // what a framework keeps on this thread cannot be read
                failed(noTask);
            } finally {
                engine.leaveCallback(before);
                engine.takeAway(inPlace, this);
            }
        }
    }

    private void failed(Throwable noTask) {
        if (Rethrow.isFatal(noTask)) {
            throw Rethrow.<Error>unchecked(noTask);
        }
        runs.remove(this);
        completeExceptionally(noTask);
    }

    @Override
    public void accept(Deferred<T> ended) {
        runs.remove(this);
        completeAs((LoopDeferred<T>) ended);
    }

    /** Called when the loop closes and will not run what is left. */
    void loopClosed() {
        completeExceptionally(new IllegalStateException(
                "The event loop was closed before it could " + (task == null ? "run this" : "finish " + task)));
    }

    /** Cancels the future and the task. From any thread. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            runs.remove(this);
            engine.runOnLoop(new Runnable() {
                @Override
                public void run() {
                    body = null;
                    if (task != null) {
                        task.cancel();
                    }
                }
            });
        }
        return cancelled;
    }

    @Override
    String describe() {
        return task == null ? "a coroutine that has not started" : task.describe();
    }

    @Override
    public String toString() {
        return "the future of " + describe();
    }
}
