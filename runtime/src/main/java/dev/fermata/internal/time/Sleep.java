package dev.fermata.internal.time;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.LoopCarrier;
import org.jspecify.annotations.Nullable;

/**
 * The coroutine {@code sleep(d)}, for code that does not await it at once; woven code that does calls {@link #sleep}
 * instead. The task itself sleeps, so nothing of this object is needed while it does. On the loop's thread.
 */
public class Sleep extends Frame<Object> {
    private final long nanos;

    /**
     * Creates a sleep that has not begun.
     *
     * @param nanos zero or less yields for one iteration
     */
    public Sleep(long nanos) {
        this.nanos = nanos;
    }

    /** Parks the running task for {@code nanos}; for one iteration if that is zero or less. */
    public static Object sleep(long nanos, Carrier carrier) {
        if (nanos <= 0 && carrier instanceof LoopCarrier ofLoop) {
            return ofLoop.giveWay();
        }
        return LoopCarrier.current(carrier, "sleep").sleep(nanos);
    }

    @Override
    protected Object start(Carrier carrier) {
        return sleep(nanos, carrier);
    }

    /** The coroutine {@code sleep(d, result)}. */
    public static final class WithResult extends Sleep {
        private final @Nullable Object result;

        public WithResult(long nanos, @Nullable Object result) {
            super(nanos);
            this.result = result;
        }

        @Override
        protected Object start(Carrier carrier) {
            Object suspended = super.start(carrier);
            carrier.suspended(this);
            return suspended;
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return result;
        }

        @Override
        protected boolean catches() {
            return false;
        }
    }
}
