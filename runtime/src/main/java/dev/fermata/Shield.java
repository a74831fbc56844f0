package dev.fermata;

import dev.fermata.internal.Guarded;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What stands behind the promise of {@link Asyncio#shield}: a cancel of the promise does not reach what is inside. */
final class Shield<T> implements Origin, AwaitedBy, Consumer<Deferred<T>> {
    private final Deferred<T> inner;
    private final Promise<T> outer;

    private Shield(Deferred<T> inner) {
        this.inner = inner;
        this.outer = inner.loop.createPromise(this);
    }

    static <T> Promise<T> around(Awaitable<T> awaitable) {
        EventLoop loop = awaitable instanceof Deferred<T> deferred ? deferred.loop : EventLoop.running();
        Shield<T> shield = new Shield<>(Gathering.started(awaitable, loop));
        if (shield.inner.done()) {
            shield.accept(shield.inner);
        } else {
            shield.inner.addDoneCallback(shield);
        }
        return shield.outer;
    }

    /** The inner one has ended. If the outer one was cancelled meanwhile nobody listens any more: that reads nothing. */
    @Override
    public void accept(Deferred<T> ended) {
        if (outer.done()) {
            return;
        }
        try {
            outer.completeWith(inner.readOutcome());
        } catch (CancelledError cancel) {
            outer.cancelNow(Guarded.message(cancel));
        } catch (Throwable failure) {
            outer.completeFailed(failure, inner.path());
        }
    }

    @Override
    public boolean cancel(Promise<?> promise, @Nullable String message) {
        inner.removeDoneCallback(this);
        return promise.cancelNow(message);
    }

    @Override
    public List<Task<?>> awaiters() {
        return TaskDump.awaiters(outer);
    }

    @Override
    public String shortly() {
        return inner instanceof Task<?> ? inner.shortly() + " in shield" : "shield"; // of a shield, and so on
    }

    @Override
    public String describe() {
        return "a shield of " + inner.describe();
    }
}
