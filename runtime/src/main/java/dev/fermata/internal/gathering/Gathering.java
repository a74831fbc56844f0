package dev.fermata.internal.gathering;

import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.Deferred;
import dev.fermata.Outcome;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.Origin;
import dev.fermata.internal.engine.Watcher;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The origin of the promise of {@link dev.fermata.Asyncio#gather gather} and
 * {@link dev.fermata.Asyncio#gatherSettled gatherSettled}: counts the children that have ended, and passes a cancel of the
 * promise on to them. On the loop's thread.
 *
 * @param <E> the type of an entry of the list
 */
public final class Gathering<E> implements Origin, Watcher {
    private static final LoopDeferred<?>[] NONE = {};

    /**
     * True if each child's outcome is an entry; false if its result is an entry, and its failure that of the whole gather.
     */
    private final boolean settled;

    /**
     * The children in the order of the arguments; one that was passed twice is listed twice. Empty once the gather has its
     * result, which may be kept for long.
     */
    private LoopDeferred<?>[] children;

    private final int size;

    /** Whether a child that had not ended was passed twice. */
    private boolean repeats;

    private final LoopPromise<List<E>> promise;

    /**
     * How many children have not ended. One whose failure will be that of the whole gather counts until {@link #accept} was
     * called for it.
     */
    private int unfinished;

    private boolean cancelRequested;

    /** Whether a cancel is on its way to the children. */
    private boolean cancelling;

    private @Nullable String cancelMessage;

    /** The child whose failure is that of the whole gather. */
    private @Nullable LoopDeferred<?> failed;

    private Gathering(Engine engine, LoopDeferred<?>[] children, boolean settled) {
        this.settled = settled;
        this.children = children;
        this.size = children.length;
        this.promise = new LoopPromise<>(engine, this);
    }

    /** Returns a promise of the results, which fails with the first failure. */
    public static <T> Promise<List<T>> results(Collection<? extends Awaitable<? extends T>> awaitables) {
        return Gathering.<T>start(awaitables, false);
    }

    /** Returns a promise of how each of {@code awaitables} ends. */
    public static <T> Promise<List<Outcome<T>>> outcomes(Collection<? extends Awaitable<? extends T>> awaitables) {
        return Gathering.<Outcome<T>>start(awaitables, true);
    }

    private static <E> Promise<List<E>> start(Collection<? extends Awaitable<?>> awaitables, boolean settled) {
        Engine engine = engineOf(awaitables);
        Gathering<E> gathering = new Gathering<>(engine, started(engine, awaitables), settled);
        gathering.watch();
        return gathering.promise;
    }

    /**
     * Returns the engine of the tasks and promises, which must all have the same; the running one if there are only
     * coroutines.
     */
    private static Engine engineOf(Collection<? extends Awaitable<?>> awaitables) {
        Arguments.requireNoNulls("gather", awaitables);
        Engine engine = null;
        for (Awaitable<?> awaitable : awaitables) {
            if (awaitable instanceof LoopDeferred<?> deferred) {
                if (engine != null && engine != deferred.engine()) {
                    throw new IllegalStateException(
                            "gather: " + deferred + " belongs to another event loop than those before it");
                }
                engine = deferred.engine();
            }
        }
        return engine == null ? Engine.running() : engine;
    }

    /** Returns a child for each of {@code awaitables}. A coroutine that is among them twice is started once. */
    private static LoopDeferred<?>[] started(Engine engine, Collection<? extends Awaitable<?>> awaitables) {
        LoopDeferred<?>[] children = new LoopDeferred<?>[awaitables.size()];
        Repetitions repetitions = null;
        int number = 0;
        for (Awaitable<?> awaitable : awaitables) {
            LoopDeferred<?> before = null;
            if (awaitable instanceof Frame<?> coroutine && !coroutine.isNew()) {
                repetitions = repetitions == null ? new Repetitions(awaitables, children) : repetitions;
                before = repetitions.childOf(coroutine, number);
            }
            children[number++] = before == null ? engine.started(awaitable) : before;
        }
        return children;
    }

    /**
     * Finds the child of a coroutine that was passed before. Created for the first coroutine that was started already: a
     * table of all would cost more than all the rest of a gather.
     */
    private static final class Repetitions {
        private final Iterator<? extends Awaitable<?>> passed;
        private final LoopDeferred<?>[] children;
        private final Map<Awaitable<?>, LoopDeferred<?>> known = new IdentityHashMap<>();
        private int looked;

        Repetitions(Collection<? extends Awaitable<?>> awaitables, LoopDeferred<?>[] children) {
            this.passed = awaitables.iterator();
            this.children = children;
        }

        /** Returns the child of {@code coroutine}, if it is one of the first {@code end} arguments; null otherwise. */
        @Nullable
        LoopDeferred<?> childOf(Frame<?> coroutine, int end) {
            while (looked < end) {
                known.putIfAbsent(passed.next(), children[looked++]);
            }
            return known.get(coroutine);
        }
    }

    private void watch() {
        if (size == 0) {
            promise.setResult(List.of());
        }
        int done = 0;
        for (LoopDeferred<?> child : children) {
            if (child.done()) {
                done++;
            } else if (!child.watch(this)) {
                repeats = true;
                continue;
            }
            unfinished++;
        }
        // now: a gather of what is done is done itself, and awaiting it does not yield
        LoopDeferred<?>[] all = children;
        for (int i = 0; done > 0; i++) {
            if (all[i].done()) {
                done--;
                if (noteEnd(all[i])) {
                    accept(all[i]);
                }
            }
        }
    }

    /**
     * Called inside the end of a child. A result is news only if no other child is left. A failure is news if it is that of
     * the whole gather, which another may have become before the next iteration.
     */
    @Override
    public boolean noteEnd(LoopDeferred<?> ended) {
        if (failsAll(ended)) {
            return true;
        }
        unfinished--;
        if (promise.done()) {
            ended.markRead();
            return false;
        }
        return unfinished == 0;
    }

    private boolean failsAll(LoopDeferred<?> ended) {
        return !settled && (ended.cancelled() || ended.peekFailure() != null);
    }

    /** Called when a child has ended whose end is news. */
    @Override
    public void accept(Deferred<?> ended) {
        LoopDeferred<?> child = (LoopDeferred<?>) ended;
        boolean failsAll = failsAll(child);
        if (failsAll) {
            unfinished--;
        }
        if (promise.done()) {
            child.markRead();
        } else if (failsAll) {
            failed = child;
            promise.fail(failureOf(child), child.path());
        } else if (cancelRequested) {
            promise.cancelNow(cancelMessage); // all children have swallowed the cancel, but the gather has not
        } else {
            promise.setResult(entries());
        }
    }

    @SuppressWarnings("unchecked") // E is the children's T, or Outcome<T> if settled
    private List<E> entries() {
        Object[] entries = new Object[size];
        for (int i = 0; i < size; i++) {
            LoopDeferred<?> child = children[i];
            entries[i] = settled ? outcomeOf(child) : child.result();
        }
        children = NONE;
        return (List<E>) Collections.unmodifiableList(Arrays.asList(entries));
    }

    private static <T> Outcome<T> outcomeOf(LoopDeferred<T> child) {
        if (child.cancelled()) {
            return new Outcome.Cancelled<>((CancelledError) failureOf(child));
        }
        Throwable failure = child.exception();
        return failure == null ? new Outcome.Success<>(child.result()) : new Outcome.Failure<>(failure);
    }

    private static Throwable failureOf(LoopDeferred<?> child) {
        try {
            return Objects.requireNonNull(child.exception());
        } catch (CancelledError cancel) {
            return cancel;
        }
    }

    /** Cancels the children; the promise ends when they do. asyncio: {@code _GatheringFuture.cancel}. */
    @Override
    public boolean cancel(LoopPromise<?> gather, @Nullable String message) {
        if (cancelling) { // a child awaits this gather: no task is at the end of this ring, so it is broken here
            return gather.cancelNow(message);
        }
        boolean taken = false;
        cancelling = true;
        Set<LoopDeferred<?>> cancelled = Collections.newSetFromMap(new IdentityHashMap<>());
        for (LoopDeferred<?> child : children) {
            if (!repeats || cancelled.add(child)) {
                taken |= child.cancel(message);
            }
        }
        cancelling = false;
        if (taken && !cancelRequested) {
            cancelRequested = true;
            cancelMessage = message;
        }
        return taken;
    }

    @Override
    public List<Task<?>> awaiters() {
        return promise.awaiters();
    }

    @Override
    public String shortly() {
        return failed instanceof LoopTask<?> ? failed.shortly() + " in gather" : "gather";
    }

    @Override
    public String describe() {
        return "a gather of " + size + ", " + unfinished + " of them not done";
    }
}
