package dev.fermata.internal.scopes;

import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import dev.fermata.Deferred;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopTask;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link dev.fermata.Asyncio#waitFor} with a limit that is more than zero: what is awaited runs in the waiting task, in a
 * {@link TimeoutScope}. On the loop's thread.
 *
 * @param <T> the type of the result
 */
public final class WaitFor<T> extends Frame<T> {
    private final Duration limit;

    /** What is awaited. Kept after the start only if it is a deferred, whose result is looked for once more at the end. */
    private @Nullable Awaitable<T> awaited;

    private @Nullable TimeoutScope timeout;

    private WaitFor(Awaitable<T> awaited, Duration limit) {
        this.awaited = awaited;
        this.limit = limit;
    }

    /** Returns a coroutine that waits for {@code awaited} at most {@code limit}. */
    public static <T> Coroutine<T> of(Awaitable<T> awaited, Duration limit) {
        boolean noTime = limit.isZero() || limit.isNegative();
        return noTime ? new WaitForNoTime<>(awaited) : new WaitFor<>(awaited, limit);
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        LoopTask<?> task = LoopCarrier.current(carrier, "waitFor");
        long now = task.loop().time();
        timeout = new TimeoutScope(task, now, LoopTime.after(now, limit));
        Awaitable<T> starting = awaited;
        awaited = starting instanceof Deferred ? starting : null;
        Object value;
        try {
            value = Abi.await(starting, carrier);
        } catch (Throwable failure) {
            return resume(null, failure, carrier);
        }
        if (value == Abi.SUSPENDED) {
            carrier.suspended(this);
            return value;
        }
        return resume(value, null, carrier);
    }

    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        Throwable left = Objects.requireNonNull(timeout).end(failure);
        if (left == null) {
            return value;
        }
        boolean timedOut = left != failure;
        if (timedOut && awaited instanceof LoopDeferred<T> deferred && deferred.done() && !deferred.cancelled()) {
            return ((LoopCarrier) carrier)
                    .outcomeOf(deferred, this); // it was done when the cancel came, but this task had not run yet
        }
        throw left;
    }
}
