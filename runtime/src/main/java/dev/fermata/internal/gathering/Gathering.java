package dev.fermata.internal.gathering;

import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.Deferred;
import dev.fermata.Outcome;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.internal.engine.AwaitedBy;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The origin of the promise of {@link dev.fermata.Asyncio#gather gather} and
 * {@link dev.fermata.Asyncio#gatherSettled gatherSettled}: counts the children that have ended, and passes a cancel of the
 * promise on to them. On the loop's thread.
 *
 * @param <E> the type of an entry of the list
 */
public final class Gathering<E> implements Origin, AwaitedBy, Consumer<Deferred<?>> {
    /**
     * True if each child's outcome is an entry; false if its result is an entry, and its failure that of the whole gather.
     */
    private final boolean settled;

    /** The children in the order of the arguments; one that was passed twice is listed twice. */
    private final List<LoopDeferred<?>> children;

    /** The children, each once. */
    private final List<LoopDeferred<?>> distinct;

    private final LoopPromise<List<E>> promise;
    private int unfinished;
    private boolean cancelRequested;

    /** Whether a cancel is on its way to the children. */
    private boolean cancelling;

    private @Nullable String cancelMessage;

    /** The child whose failure is that of the whole gather. */
    private @Nullable LoopDeferred<?> failed;

    private Gathering(Engine engine, List<LoopDeferred<?>> children, List<LoopDeferred<?>> distinct, boolean settled) {
        this.settled = settled;
        this.children = children;
        this.distinct = distinct;
        this.unfinished = distinct.size();
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
        Map<Awaitable<?>, LoopDeferred<?>> known = new IdentityHashMap<>();
        List<LoopDeferred<?>> children = new ArrayList<>(awaitables.size());
        List<LoopDeferred<?>> distinct = new ArrayList<>(awaitables.size());
        for (Awaitable<?> awaitable : awaitables) {
            LoopDeferred<?> child = known.get(awaitable);
            if (child == null) {
                child = engine.started(awaitable);
                known.put(awaitable, child);
                distinct.add(child);
            }
            children.add(child);
        }
        Gathering<E> gathering = new Gathering<>(engine, children, distinct, settled);
        gathering.watch();
        return gathering.promise;
    }

    /**
     * Returns the engine of the tasks and promises, which must all have the same; the running one if there are only
     * coroutines.
     */
    private static Engine engineOf(Collection<? extends Awaitable<?>> awaitables) {
        Engine engine = null;
        int number = 0;
        for (Awaitable<?> awaitable : awaitables) {
            if (awaitable == null) {
                throw new NullPointerException("gather: argument " + number + ", counted from 0, is null");
            }
            number++;
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

    private void watch() {
        if (distinct.isEmpty()) {
            promise.setResult(List.of());
        }
        List<LoopDeferred<?>> done = new ArrayList<>();
        for (LoopDeferred<?> child : distinct) {
            if (child.done()) {
                done.add(child);
            } else {
                child.addDoneCallback(this);
            }
        }
        done.forEach(this); // now: a gather of what is done is done itself, and awaiting it does not yield
    }

    /** Called when a child has ended. */
    @Override
    public void accept(Deferred<?> ended) {
        LoopDeferred<?> child = (LoopDeferred<?>) ended;
        unfinished--;
        if (promise.done()) {
            child.markRead();
            return;
        }
        if (!settled && (child.cancelled() || child.peekFailure() != null)) {
            failed = child;
            promise.fail(failureOf(child), child.path());
        } else if (unfinished == 0 && cancelRequested) {
            promise.cancelNow(cancelMessage); // all children have swallowed the cancel, but the gather has not
        } else if (unfinished == 0) {
            promise.setResult(entries());
        }
    }

    @SuppressWarnings("unchecked") // E is the children's T, or Outcome<T> if settled
    private List<E> entries() {
        Object[] entries = new Object[children.size()];
        for (int i = 0; i < entries.length; i++) {
            LoopDeferred<?> child = children.get(i);
            entries[i] = settled ? outcomeOf(child) : child.result();
        }
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
        for (LoopDeferred<?> child : distinct) {
            taken |= child.cancel(message);
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
        return "a gather of " + distinct.size() + ", " + unfinished + " of them not done";
    }
}
