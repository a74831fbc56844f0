package dev.fermata;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A result that will be there later: the side that {@link Task} and {@link Promise} share. It may be awaited by any
 * number of tasks of its loop, any number of times.
 *
 * <p>To be used on the loop's thread only. asyncio: the reading side of {@code Future}.
 *
 * @param <T> the type of the result
 */
public abstract sealed class Deferred<T> implements Awaitable<T> permits Task, Promise {
    /** The {@link #outcome} of what ended with null. */
    private static final Object NOTHING = new Object();

    final EventLoop loop;

    /**
     * Null while pending; then {@link #NOTHING}, a {@link Failed}, a {@link Cancelled}, or the result itself. Written
     * once, by {@link #complete}. One field and no state beside it: a task has 48 bytes (see {@link Task}).
     */
    private @Nullable Object outcome;

    /**
     * Who is told when this is done, in order: null, one {@link Task} that is parked here, one {@link DoneCallback}, or
     * an ArrayList of both. Null again when done.
     */
    private @Nullable Object waiters;

    Deferred(EventLoop loop) {
        this.loop = loop;
    }

    /** Whether there is a result, a failure or a cancel. asyncio: {@code done()}. */
    public final boolean done() {
        return outcome != null;
    }

    /** Whether this was cancelled. asyncio: {@code cancelled()}. */
    public final boolean cancelled() {
        return outcome instanceof Cancelled;
    }

    /**
     * The result; a failure is thrown as it is, checked or not. Counts as reading the failure. asyncio:
     * {@code result()}.
     *
     * @throws CancelledError if this was cancelled
     * @throws InvalidStateException if this is not done
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"
    }) // a T may be null where its user says so
    public final T result() {
        loop.checkThread("result");
        try {
            return (T) readOutcome();
        } catch (Throwable failure) {
            throw Rethrow.unchecked(failure);
        }
    }

    /**
     * The failure, or null if there is a result. Counts as reading it. asyncio: {@code exception()}.
     *
     * @throws CancelledError if this was cancelled
     * @throws InvalidStateException if this is not done
     */
    public final @Nullable Throwable exception() {
        loop.checkThread("exception");
        Object ended = outcome;
        if (ended == null) {
            throw notDone();
        }
        if (ended instanceof Cancelled cancel) {
            throw cancel.error();
        }
        return ended instanceof Failed failed ? failed.read() : null;
    }

    /** Asks this to be cancelled, without a message: {@link #cancel(String)}. */
    public final boolean cancel() {
        return cancel(null);
    }

    /**
     * Asks this to be cancelled. A pending promise is cancelled at once; a task gets a {@link CancelledError} at the
     * await where it is parked or at its next suspending one, and may still end otherwise. asyncio: {@code cancel(msg)}.
     *
     * @param message what {@link CancelledError#getMessage()} will say, or null
     * @return false if this is done already
     */
    public abstract boolean cancel(@Nullable String message);

    /**
     * Has {@code callback} called with this when it is done: by the loop, in the next iteration, never inside the call
     * that completes it; the callbacks in the order in which they were added. asyncio: {@code add_done_callback}.
     */
    public final void addDoneCallback(Consumer<? super Deferred<T>> callback) {
        loop.checkThread("addDoneCallback");
        DoneCallback<T> added = new DoneCallback<>(this, callback);
        if (done()) {
            loop.enqueue(added);
        } else {
            addWaiter(added);
        }
    }

    /**
     * Takes a callback back, however often it was added. asyncio: {@code remove_done_callback}.
     *
     * @return how many were removed
     */
    public final int removeDoneCallback(Consumer<? super Deferred<T>> callback) {
        loop.checkThread("removeDoneCallback");
        Object waiting = waiters;
        if (waiting instanceof ArrayList<?> list) {
            int before = list.size();
            list.removeIf(waiter -> waiter instanceof DoneCallback<?> added && added.callback.equals(callback));
            return before - list.size();
        }
        if (waiting instanceof DoneCallback<?> added && added.callback.equals(callback)) {
            waiters = null;
            return 1;
        }
        return 0;
    }

    /**
     * A future that is completed with this, for code that knows no Fermata; at once if this is done. Cancelling it cancels
     * this, from any thread. A failure counts as read when the future has it. A new one each time. On the loop's own thread
     * its {@code get} and {@code join} throw an IllegalStateException while it is not done: they would wait for ever.
     */
    public final CompletableFuture<T> toCompletableFuture() {
        loop.checkThread("toCompletableFuture");
        return DeferredFuture.of(this);
    }

    /** The loop this belongs to. asyncio: {@code get_loop()}. */
    public final EventLoop loop() {
        return loop;
    }

    /** What is awaited, as the end of the sentence "task X waits for …". */
    abstract String describe();

    /** The result, or the failure thrown; {@code InvalidStateException} while there is none. Counts as reading. */
    final @Nullable Object readOutcome() throws Throwable {
        Object ended = outcome;
        if (ended == null) {
            throw notDone();
        }
        if (ended instanceof Failed failed) {
            throw failed.read();
        }
        if (ended instanceof Cancelled cancel) {
            throw cancel.error();
        }
        return ended == NOTHING ? null : ended;
    }

    /** The failure without reading it, or null if there is none. */
    final @Nullable Throwable peekFailure() {
        return outcome instanceof Failed failed ? failed.exception : null;
    }

    /** Tells on which way the failure came, if there is one and it is not known. */
    final void pathIs(StackTraceElement @Nullable [] path) {
        if (outcome instanceof Failed failed && failed.path == null) {
            failed.path = path;
        }
    }

    /** The failure, for the exception handler: null if there is none or it has heard of it. */
    final @Nullable Throwable reportFailure() {
        return outcome instanceof Failed failed ? failed.report() : null;
    }

    /** Nobody has to be told of the failure any more. */
    final void markRead() {
        if (outcome instanceof Failed failed) {
            failed.read = true;
        }
    }

    final void completeWith(@Nullable Object result) {
        complete(result == null ? NOTHING : result);
    }

    /** @param path on which way the failure came here, see {@link #path} */
    final void completeFailed(Throwable failure, StackTraceElement @Nullable [] path) {
        Failed failed = new Failed(failure, path);
        complete(failed);
        loop.unreadFailures.add(this, failed);
    }

    final void completeCancelled(
            @Nullable String message, @Nullable CancelledError error, StackTraceElement @Nullable [] path) {
        if (error != null) {
            error.takeUnplaced(); // it may have been thrown where its trace is right
        }
        complete(new Cancelled(message, error, path));
    }

    /**
     * The trace of the failure or cancel as it was when this ended by it, without what stands below the loop. Null if it was
     * made here, or nobody knows.
     */
    final StackTraceElement @Nullable [] path() {
        return outcome instanceof Failed failed
                ? failed.path
                : outcome instanceof Cancelled cancelled ? cancelled.path : null;
    }

    /** What is awaited, in few words, for the trace of a failure. */
    abstract String shortly();

    /** The one place where a deferred ends: wakes who is parked here and hands the callbacks to the loop, in order. */
    private void complete(Object ended) {
        outcome = ended;
        Object waiting = waiters;
        if (waiting == null) {
            return;
        }
        waiters = null;
        if (waiting instanceof ArrayList<?> list) {
            for (Object waiter : list) {
                notify(waiter);
            }
        } else {
            notify(waiting);
        }
    }

    private void notify(Object waiter) {
        if (waiter instanceof Task<?> task) {
            task.wakeFrom(this);
        } else {
            loop.enqueue((DoneCallback<?>) waiter);
        }
    }

    /** Remembers a task that parks here, or a {@link DoneCallback}, behind those that came before. */
    final void addWaiter(Object waiter) {
        Object waiting = waiters;
        if (waiting == null) {
            waiters = waiter;
        } else if (waiting instanceof ArrayList<?>) {
            @SuppressWarnings("unchecked") // of an ArrayList only this method knows
            ArrayList<Object> list = (ArrayList<Object>) waiting;
            list.add(waiter);
        } else {
            ArrayList<Object> list = new ArrayList<>(4);
            list.add(waiting);
            list.add(waiter);
            waiters = list;
        }
    }

    /** Forgets a task that was parked here and has been taken away. */
    final void removeWaiter(Task<?> task) {
        if (waiters == task) {
            waiters = null;
        } else if (waiters instanceof ArrayList<?> list) {
            list.remove(task);
        }
    }

    /** Who is told when this is done: tasks that are parked here, and {@link DoneCallback}s. */
    final List<?> waiters() {
        Object waiting = waiters;
        return waiting instanceof ArrayList<?> list ? list : waiting == null ? List.of() : List.of(waiting);
    }

    private InvalidStateException notDone() {
        return new InvalidStateException(this + " is not done: await it, or ask done() first");
    }

    /** The outcome of what failed. */
    static final class Failed {
        final Throwable exception;

        /** Set by the first who gets to see the exception; until then it is nobody's, and reported after a grace. */
        boolean read;

        /** The exception handler has it. */
        private boolean reported;

        /** See {@link Deferred#path}. Set by an eager start alone, before anybody sees this. */
        StackTraceElement @Nullable [] path;

        Failed(Throwable exception, StackTraceElement @Nullable [] path) {
            this.exception = exception;
            this.path = path;
        }

        Throwable read() {
            read = true;
            return exception;
        }

        /** As {@link #read}; null the second time. */
        @Nullable
        Throwable report() {
            Throwable first = reported ? null : read();
            reported = true;
            return first;
        }
    }

    /** The outcome of what was cancelled. */
    private static final class Cancelled {
        private final @Nullable String message;

        /** The error that left the task, for its first reader; the others get one each, with the same message. */
        private @Nullable CancelledError error;

        private final StackTraceElement @Nullable [] path;

        Cancelled(@Nullable String message, @Nullable CancelledError error, StackTraceElement @Nullable [] path) {
            this.message = message;
            this.error = error;
            this.path = path;
        }

        CancelledError error() {
            CancelledError first = error;
            error = null;
            return first == null ? CancelledError.toDeliver(message) : first;
        }
    }
}
