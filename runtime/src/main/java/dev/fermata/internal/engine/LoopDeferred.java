package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.InvalidStateException;
import dev.fermata.Task;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.base.Rethrow;
import dev.fermata.internal.base.Suppression;
import dev.fermata.lowlevel.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LoopTask} and {@link LoopPromise} have in common: how it ended, and what to wake and call when it does. It is
 * also what a task is parked on that awaits it, so that a step reads any outcome by one call.
 *
 * <p>On the loop's thread.
 *
 * @param <T> the type of the result
 */
public abstract sealed class LoopDeferred<T> implements Deferred<T>, Wait permits LoopTask, LoopPromise {
    /** The {@link #outcome} if the result is null. */
    private static final Object NOTHING = new Object();

    final Engine engine;

    /**
     * Null while pending; then {@link #NOTHING}, a {@link Failed}, a {@link Cancelled}, or the result itself. Only
     * {@link #complete} writes it, once. There is no separate state field, because a task has only 48 bytes (see
     * {@link LoopTask}).
     */
    private @Nullable Object outcome;

    /**
     * What is notified when this is done, in order: null, one {@link LoopTask} that is parked here, one
     * {@link DoneCallback}, one {@link Watcher}, or an ArrayList of these. Null again once done.
     */
    private @Nullable Object waiters;

    LoopDeferred(Engine engine) {
        this.engine = engine;
    }

    /**
     * Returns the deferred as the runtime's own type, since only the runtime can have created it.
     *
     * @throws IllegalArgumentException if another class implements the interface
     */
    public static <T> LoopDeferred<T> from(Deferred<T> deferred) {
        if (deferred instanceof LoopDeferred<T> ours) {
            return ours;
        }
        throw new IllegalArgumentException(
                deferred + " is no task or promise of an event loop. Only Fermata implements Task and Promise");
    }

    /** Returns the engine of the loop it belongs to. */
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
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null if its type argument allows that
    public final T result() {
        engine.checkThread("result");
        try {
            return (T) outcome();
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

    /**
     * Adds a watcher behind what came before, unless it is the last of those.
     *
     * @return false if it was
     */
    public final boolean watch(Watcher watcher) {
        Object last = waiters;
        if (last instanceof ArrayList<?> list) {
            last = list.isEmpty() ? null : list.get(list.size() - 1);
        }
        if (last == watcher) {
            return false;
        }
        addWaiter(watcher);
        return true;
    }

    /** Removes a watcher. */
    public final void unwatch(Watcher watcher) {
        removeWaiter(watcher);
    }

    /** Calls a watcher in the next iteration. */
    public final void tell(Watcher watcher) {
        engine.enqueue(new DoneCallback<>(this, watcher));
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

    /** Returns what is awaited, as the end of the sentence "task X waits for …". */
    public abstract String describe();

    /**
     * Returns the result, or throws the failure; {@code InvalidStateException} while there is neither. A failure counts as
     * read from then on.
     */
    @Override
    public final @Nullable Object outcome() throws Throwable {
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

    /** Not called: a cancel of a task that awaits this cancels this, and {@link LoopTask} does that by itself. */
    @Override
    public final boolean takeBack(@Nullable String message) {
        throw new AssertionError("a wait for " + this + " cannot be taken back: a bug in Fermata");
    }

    @Override
    public final String describeWait() {
        return describe();
    }

    @Override
    public final Deferred<?> source() {
        return this;
    }

    /** Returns the failure without reading it, or null if there is none. */
    public final @Nullable Throwable peekFailure() {
        return outcome instanceof Failed failed ? failed.exception : null;
    }

    /** Sets the path of the failure, if there is a failure and its path is not known yet; see {@link #path}. */
    public final void pathIs(StackTraceElement @Nullable [] path) {
        if (outcome instanceof Failed failed && failed.path == null) {
            failed.path = path;
        }
    }

    /** Returns the failure, for the exception handler; null if there is none, or if the handler has received it before. */
    public final @Nullable Throwable reportFailure() {
        return outcome instanceof Failed failed ? failed.report() : null;
    }

    /** Marks the failure as read, so that it is not reported any more. */
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
     * @param path the path of the failure to here, see {@link #path}
     */
    public final void completeFailed(Throwable failure, StackTraceElement @Nullable [] path) {
        Failed failed = new Failed(failure, path);
        try {
            complete(failed);
        } finally {
            engine.unreadFailures.add(this, failed);
        }
    }

    public final void completeCancelled(
            @Nullable String message, @Nullable CancelledError error, StackTraceElement @Nullable [] path) {
        if (error != null) {
            CancelAccess.get().place(error); // it may have been thrown in a place that its trace shows correctly
        }
        complete(new Cancelled(message, error, path));
    }

    /**
     * Returns the path of the failure or cancel: its trace as it was when it ended this, without what is below the loop.
     * Null if it was created here, or if the path is not known.
     */
    public final StackTraceElement @Nullable [] path() {
        return outcome instanceof Failed failed
                ? failed.path
                : outcome instanceof Cancelled cancelled ? cancelled.path : null;
    }

    /** Returns what is awaited, in few words, for the trace of a failure. */
    public abstract String shortly();

    /**
     * Ends this. The one place where a deferred ends: it wakes the tasks that are parked here and hands the callbacks to
     * the loop, in order.
     */
    private void complete(Object ended) {
        outcome = ended;
        Object waiting = waiters;
        if (waiting == null) {
            return;
        }
        waiters = null;
        if (waiting instanceof ArrayList<?> list) {
            notifyAll(list);
        } else {
            notify(waiting);
        }
    }

    /** Notifies all, even if one of them cannot be notified: the others would wait for ever. */
    private void notifyAll(List<?> list) {
        Throwable failure = null;
        for (Object waiter : list) {
            try {
                notify(waiter);
            } catch (Throwable thrown) {
                if (failure == null) {
                    failure = thrown;
                } else {
                    Suppression.add(failure, thrown);
                }
            }
        }
        if (failure != null) {
            throw Rethrow.unchecked(failure);
        }
    }

    private void notify(Object waiter) {
        if (waiter instanceof LoopTask<?> task) {
            task.wakeFrom(this);
        } else if (waiter instanceof DoneCallback<?> callback) {
            engine.enqueue(callback);
        } else if (((Watcher) waiter).noteEnd(this)) {
            tell((Watcher) waiter);
        }
    }

    /** Adds a task that parks here, a {@link DoneCallback} or a {@link Watcher}, behind those that came before. */
    final void addWaiter(Object waiter) {
        Object waiting = waiters;
        if (waiting == null) {
            waiters = waiter;
        } else if (waiting instanceof ArrayList<?>) {
            @SuppressWarnings("unchecked") // only this method creates the ArrayList
            ArrayList<Object> list = (ArrayList<Object>) waiting;
            list.add(waiter);
        } else {
            ArrayList<Object> list = new ArrayList<>(4);
            list.add(waiting);
            list.add(waiter);
            waiters = list;
        }
    }

    /** Removes a task that was parked here and is not any more, or a {@link Watcher}. */
    final void removeWaiter(Object waiter) {
        if (waiters == waiter) {
            waiters = null;
        } else if (waiters instanceof ArrayList<?> list) {
            list.remove(waiter);
        }
    }

    private List<?> waiters() {
        Object waiting = waiters;
        return waiting instanceof ArrayList<?> list ? list : waiting == null ? List.of() : List.of(waiting);
    }

    /** Returns the tasks that continue when this is done, each once. */
    public final List<Task<?>> awaiters() {
        List<Task<?>> found = new ArrayList<>();
        for (Object waiter : waiters()) {
            if (waiter instanceof LoopTask<?> task) {
                addOnce(found, task);
            } else if (callbackOf(waiter) instanceof AwaitedBy behind) {
                behind.awaiters().forEach(it -> addOnce(found, it));
            }
        }
        return found;
    }

    private static Object callbackOf(Object waiter) {
        return waiter instanceof DoneCallback<?> added ? added.callback : waiter;
    }

    private static void addOnce(List<Task<?>> found, Task<?> task) {
        if (!found.contains(task)) {
            found.add(task);
        }
    }

    private InvalidStateException notDone() {
        return new InvalidStateException(this + " is not done. Await it, or check done() first");
    }

    /** The outcome of a deferred that failed. */
    static final class Failed {
        final Throwable exception;

        /** Whether the exception was read. Until then it has reached no code, and is reported after the grace period. */
        boolean read;

        /** Whether the exception handler has received the exception. */
        private boolean reported;

        /** See {@link LoopDeferred#path}. Only an eager start sets it, before any other code sees this. */
        StackTraceElement @Nullable [] path;

        Failed(Throwable exception, StackTraceElement @Nullable [] path) {
            this.exception = exception;
            this.path = path;
        }

        Throwable read() {
            read = true;
            return exception;
        }

        /** As {@link #read}; returns null the second time. */
        @Nullable
        Throwable report() {
            Throwable first = reported ? null : read();
            reported = true;
            return first;
        }
    }

    /** The outcome of a deferred that was cancelled. */
    private static final class Cancelled {
        private final @Nullable String message;

        /** The error that left the task, for its first reader. Each later reader gets a new one with the same message. */
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
