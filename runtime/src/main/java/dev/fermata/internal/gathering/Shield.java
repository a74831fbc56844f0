package dev.fermata.internal.gathering;

import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.Deferred;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.engine.AwaitedBy;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.Origin;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The origin of the promise of {@link dev.fermata.Asyncio#shield}: a cancel of the promise does not reach what is inside.
 * On the loop's thread.
 *
 * @param <T> the type of the result
 */
public final class Shield<T> implements Origin, AwaitedBy, Consumer<Deferred<T>> {
    private final LoopDeferred<T> inner;
    private final LoopPromise<T> outer;

    private Shield(LoopDeferred<T> inner) {
        this.inner = inner;
        this.outer = new LoopPromise<>(inner.engine(), this);
    }

    /** Returns a promise that ends as {@code awaitable} does. A cancel of the promise does not reach {@code awaitable}. */
    public static <T> Promise<T> around(Awaitable<T> awaitable) {
        Engine engine = awaitable instanceof LoopDeferred<T> deferred ? deferred.engine() : Engine.running();
        Shield<T> shield = new Shield<>(engine.started(awaitable));
        if (shield.inner.done()) {
            shield.accept(shield.inner);
        } else {
            shield.inner.addDoneCallback(shield);
        }
        return shield.outer;
    }

    /**
     * Called when the inner deferred has ended. If the outer one was cancelled meanwhile, no task waits any more, and a
     * failure stays unread.
     */
    @Override
    public void accept(Deferred<T> ended) {
        if (outer.done()) {
            return;
        }
        try {
            outer.completeWith(inner.outcome());
        } catch (CancelledError cancel) {
            outer.cancelNow(Guarded.message(cancel));
        } catch (Throwable failure) {
            outer.completeFailed(failure, inner.path());
        }
    }

    @Override
    public boolean cancel(LoopPromise<?> promise, @Nullable String message) {
        inner.removeDoneCallback(this);
        return promise.cancelNow(message);
    }

    @Override
    public List<Task<?>> awaiters() {
        return outer.awaiters();
    }

    @Override
    public String shortly() {
        return inner instanceof LoopTask<?> ? inner.shortly() + " in shield" : "shield"; // of a shield, and so on
    }

    @Override
    public String describe() {
        return "a shield of " + inner.describe();
    }
}
