package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.InvalidStateException;
import dev.fermata.Task;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.base.Rethrow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LoopTask} and {@link LoopPromise} have in common: how it ended, and what to wake and call when it does.
 *
 * <p>On the loop's thread.
 *
 * @param <T> the type of the result
 */
public abstract sealed class LoopDeferred<T> implements Deferred<T> permits LoopTask, LoopPromise {
    /** The {@link #outcome} of what ended with null. */
    private static final Object NOTHING = new Object();

    final Engine engine;

    /**
     * Null while pending; then {@link #NOTHING}, a {@link Failed}, a {@link Cancelled}, or the result itself. Written
     * once, by {@link #complete}. One field and no state beside it: a task has 48 bytes (see {@link LoopTask}).
     */
    private @Nullable Object outcome;

    /**
     * Who is told when this is done, in order: null, one {@link LoopTask} that is parked here, one {@link DoneCallback}, or
     * an ArrayList of both. Null again when done.
     */
    private @Nullable Object waiters;

    LoopDeferred(Engine engine) {
        this.engine = engine;
    }

    /**
     * The deferred itself, which only the runtime can have made.
     *
     * @throws IllegalArgumentException if something else implements the interface
     */
    public static <T> LoopDeferred<T> from(Deferred<T> deferred) {
        if (deferred instanceof LoopDeferred<T> ours) {
            return ours;
        }
        throw new IllegalArgumentException(
                deferred + " is no task or promise of an event loop. Only Fermata implements Task and Promise");
    }

    /** The engine of the loop it belongs to. */
    public final Engine engine() {
        return engine;
    }

    @Override
    public final boolean done() {
        return outcome != null;
    }

    @Override
    public final boolean cancelled() {
        return outcome instanceof Cancelled;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null where its user says so
    public final T result() {
        engine.checkThread("result");
        try {
            return (T) readOutcome();
        } catch (Throwable failure) {
            throw Rethrow.unchecked(failure);
        }
    }

    @Override
    public final @Nullable Throwable exception() {
        engine.checkThread("exception");
        Object ended = outcome;
        if (ended == null) {
            throw notDone();
        }
        if (ended instanceof Cancelled cancel) {
            throw cancel.error();
        }
        return ended instanceof Failed failed ? failed.read() : null;
    }

    @Override
    public final void addDoneCallback(Consumer<? super Deferred<T>> callback) {
        engine.checkThread("addDoneCallback");
        DoneCallback<T> added = new DoneCallback<>(this, callback);
        if (done()) {
            engine.enqueue(added);
        } else {
            addWaiter(added);
        }
    }

    @Override
    public final int removeDoneCallback(Consumer<? super Deferred<T>> callback) {
        engine.checkThread("removeDoneCallback");
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

    @Override
    public final CompletableFuture<T> toCompletableFuture() {
        engine.checkThread("toCompletableFuture");
        return engine.stages.futureOf(this);
    }

    @Override
    public final EventLoop loop() {
        return engine.face;
    }

    /** What is awaited, as the end of the sentence "task X waits for …". */
    public abstract String describe();

    /** The result, or the failure thrown; {@code InvalidStateException} while there is none. Counts as reading. */
    public final @Nullable Object readOutcome() throws Throwable {
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
    public final @Nullable Throwable peekFailure() {
        return outcome instanceof Failed failed ? failed.exception : null;
    }

    /** Tells on which way the failure came, if there is one and it is not known. */
    public final void pathIs(StackTraceElement @Nullable [] path) {
        if (outcome instanceof Failed failed && failed.path == null) {
            failed.path = path;
        }
    }

    /** The failure, for the exception handler: null if there is none or it has heard of it. */
    public final @Nullable Throwable reportFailure() {
        return outcome instanceof Failed failed ? failed.report() : null;
    }

    /** Nobody has to be told of the failure any more. */
    public final void markRead() {
        if (outcome instanceof Failed failed) {
            failed.read = true;
        }
    }

    public final void completeWith(@Nullable Object result) {
        complete(result == null ? NOTHING : result);
    }

    /**
     * Ends this with a failure.
     *
     * @param path on which way the failure came here, see {@link #path}
     */
    public final void completeFailed(Throwable failure, StackTraceElement @Nullable [] path) {
        Failed failed = new Failed(failure, path);
        complete(failed);
        engine.unreadFailures.add(this, failed);
    }

    public final void completeCancelled(
            @Nullable String message, @Nullable CancelledError error, StackTraceElement @Nullable [] path) {
        if (error != null) {
            CancelAccess.get().place(error); // it may have been thrown where its trace is right
        }
        complete(new Cancelled(message, error, path));
    }

    /**
     * The trace of the failure or cancel as it was when this ended by it, without what stands below the loop. Null if it was
     * made here, or nobody knows.
     */
    public final StackTraceElement @Nullable [] path() {
        return outcome instanceof Failed failed
                ? failed.path
                : outcome instanceof Cancelled cancelled ? cancelled.path : null;
    }

    /** What is awaited, in few words, for the trace of a failure. */
    public abstract String shortly();

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
        if (waiter instanceof LoopTask<?> task) {
            task.wakeFrom(this);
        } else {
            engine.enqueue((DoneCallback<?>) waiter);
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
    final void removeWaiter(LoopTask<?> task) {
        if (waiters == task) {
            waiters = null;
        } else if (waiters instanceof ArrayList<?> list) {
            list.remove(task);
        }
    }

    private List<?> waiters() {
        Object waiting = waiters;
        return waiting instanceof ArrayList<?> list ? list : waiting == null ? List.of() : List.of(waiting);
    }

    /** The tasks that go on when this is done, each once. */
    public final List<Task<?>> awaiters() {
        List<Task<?>> found = new ArrayList<>();
        for (Object waiter : waiters()) {
            if (waiter instanceof LoopTask<?> task) {
                addOnce(found, task);
            } else if (((DoneCallback<?>) waiter).callback instanceof AwaitedBy behind) {
                behind.awaiters().forEach(it -> addOnce(found, it));
            }
        }
        return found;
    }

    private static void addOnce(List<Task<?>> found, Task<?> task) {
        if (!found.contains(task)) {
            found.add(task);
        }
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

        /** See {@link LoopDeferred#path}. Set by an eager start alone, before anybody sees this. */
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
            return first == null ? CancelAccess.get().toDeliver(message) : first;
        }
    }
}
