package dev.fermata;

import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Done;
import dev.fermata.abi.Frame;
import dev.fermata.internal.Awaiting;
import dev.fermata.internal.Suppression;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link Asyncio#waitFor} without any time: gives what is there already. Otherwise it cancels, so that a coroutine never
 * starts, and waits for the end of what was running before.
 */
final class CancelAndWait<T> extends Frame<T> {
    private final Awaitable<T> awaited;

    /** Cancels of the waiting task that are no business of this wait. */
    private int cancelsBefore;

    private @Nullable Task<?> task;

    CancelAndWait(Awaitable<T> awaited) {
        this.awaited = awaited;
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        Task<?> waiting = LoopCarrier.current(carrier, "waitFor");
        if (awaited instanceof Done) {
            return Abi.await(awaited, carrier);
        }
        Deferred<T> running = Gathering.started(awaited, waiting.loop);
        if (running.done()) {
            return ((LoopCarrier) carrier).outcomeOf(running, null);
        }
        task = waiting;
        cancelsBefore = waiting.deliveredCancels();
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
        if (failure instanceof CancelledError && Objects.requireNonNull(task).cancelling() <= cancelsBefore) {
            throw timedOut(failure);
        }
        if (failure != null) {
            if (!(failure instanceof CancelledError)) {
                Suppression.add(failure, timedOut(null)); // as a timeout does to what answers its cancel
            }
            throw failure;
        }
        return value;
    }

    private static TimeoutException timedOut(@Nullable Throwable cancel) {
        return Awaiting.here(new TimeoutException("timed out: no time was given", cancel));
    }
}
