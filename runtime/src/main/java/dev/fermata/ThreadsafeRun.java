package dev.fermata;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What another thread has handed over to be run, {@link EventLoop#runThreadsafe}: the future that thread gets, the entry
 * of the ready queue that starts the task, and the callback of that task.
 */
final class ThreadsafeRun<T> extends CompletedByLoop<T> implements Ready, Consumer<Deferred<T>> {
    private static final AtomicLong MADE = new AtomicLong();

    /** In the order in which they were handed over: that in which they fail when their loop closes. */
    final long number = MADE.incrementAndGet();

    /** Of the thread that handed it over. */
    private final @Nullable Context context = Context.current();

    /** What the task will run, a claimed coroutine or an {@link AsyncCallable}; null when it was made. On the loop's thread. */
    private @Nullable Object body;

    /** On the loop's thread. */
    private @Nullable Task<T> task;

    private ThreadsafeRun(EventLoop loop, Object body) {
        super(loop);
        this.body = body;
    }

    /** From any thread. @throws IllegalStateException if the loop is closed */
    static <T> CompletableFuture<T> handOver(EventLoop loop, Object body) {
        ThreadsafeRun<T> run = new ThreadsafeRun<>(loop, body);
        loop.threadsafeRuns.add(run); // first, so that a loop that closes meanwhile finds it
        try {
            loop.handOver(run);
        } catch (IllegalStateException closed) {
            loop.threadsafeRuns.remove(run);
            throw closed;
        }
        return run;
    }

    /** A cancel that came before keeps the body from running. */
    @Override
    public void runReady() {
        Object toRun = body;
        body = null;
        if (toRun != null && !isDone()) {
            Context before = loop.enterCallback(context);
            try {
                Task<T> made = loop.start(toRun, null, false);
                task = made;
                made.addDoneCallback(this);
            } finally {
                loop.leaveCallback(before);
            }
        }
    }

    @Override
    public void accept(Deferred<T> ended) {
        loop.threadsafeRuns.remove(this);
        completeAs(ended);
    }

    /** The loop closes, and will not run what is left. */
    void loopClosed() {
        completeExceptionally(new IllegalStateException(
                "The event loop was closed before it could " + (task == null ? "run this" : "finish " + task)));
    }

    /** From any thread. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            loop.threadsafeRuns.remove(this);
            loop.runOnLoop(new Runnable() {
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
