package dev.fermata.internal.scopes;

import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.TimeoutException;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Done;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.engine.CancelScope;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.traces.Awaiting;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link dev.fermata.Asyncio#waitFor} without any time: returns a result that is there already. Otherwise it cancels, so
 * that a coroutine never starts, and waits for the end of what was running before. On the loop's thread.
 *
 * @param <T> the type of the result
 */
final class WaitForNoTime<T> extends Frame<T> {
    private final Awaitable<T> awaited;

    /** Set when something was cancelled. Later cancels of the waiting task do not concern this wait. */
    private @Nullable Cancelling scope;

    WaitForNoTime(Awaitable<T> awaited) {
        this.awaited = awaited;
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        LoopTask<?> waiting = LoopCarrier.current(carrier, "waitFor");
        if (awaited instanceof Done) {
            return Abi.await(awaited, carrier);
        }
        LoopDeferred<T> running = waiting.engine().started(awaited);
        if (running.done()) {
            return ((LoopCarrier) carrier).outcomeOf(running, null);
        }
        scope = new Cancelling(waiting);
        running.cancel(null);
        try {
            Object value = Abi.await(running, carrier);
            if (value == Abi.SUSPENDED) {
                carrier.suspended(this);
            }
            return value;
        } catch (CancelledError cancel) { // a promise ends in the call that cancels it
            throw timedOut(cancel);
        }
    }

    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        if (failure instanceof CancelledError && !Objects.requireNonNull(scope).cancelledFromOutside()) {
            throw timedOut(failure);
        }
        if (failure != null) {
            if (!(failure instanceof CancelledError)) {
                Suppression.add(failure, timedOut(null)); // as a timeout does if its cancel is answered by a failure
            }
            throw failure;
        }
        return value;
    }

    private static TimeoutException timedOut(@Nullable Throwable cancel) {
        return Awaiting.here(new TimeoutException("timed out: the limit was zero", cancel));
    }

    /** Records which cancels of the waiting task came before. */
    private static final class Cancelling extends CancelScope {
        Cancelling(LoopTask<?> owner) {
            super(owner);
        }
    }
}
