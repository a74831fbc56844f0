package dev.fermata.internal.time;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.Timed;
import dev.fermata.internal.engine.TimerHeap;
import dev.fermata.lowlevel.Wait;
import org.jspecify.annotations.Nullable;

/**
 * The coroutine {@code sleep(d)}: coroutine, timer and wait in one object of 32 bytes (header 12, the frame's 8, these 12).
 *
 * <p>As in asyncio, a sleep takes one iteration more than its timer: the timer falls due, in that iteration the task is
 * woken, and in the next one it runs. On the loop's thread.
 */
public class Sleep extends Frame<Object> implements Wait, Timed {
    /** The timer has fallen due and is in the ready queue: {@link #runReady} will wake the task. */
    private static final long DUE = TimerHeap.LEFT;

    /** The task is awake, or must not be woken any more. */
    private static final long OVER = -2;

    /** The sleep has no end, and no timer. */
    private static final long NO_TIMER = -3;

    /** Before the start: the nanoseconds to sleep. Afterwards: the slot in the timer heap, or one of the constants. */
    private long phase;

    private @Nullable LoopTask<?> task;

    /**
     * Creates a sleep that has not begun.
     *
     * @param nanos zero or less yields for one iteration
     */
    public Sleep(long nanos) {
        this.phase = nanos;
    }

    @Override
    protected Object start(Carrier carrier) {
        LoopTask<?> sleeper = LoopCarrier.current(carrier, "sleep");
        task = sleeper;
        long nanos = phase;
        if (nanos <= 0) {
            phase = OVER;
            sleeper.wake();
        } else {
            phase = NO_TIMER;
            sleeper.engine().setTimer(sleeper.engine().timeIn(nanos), this);
        }
        return sleeper.park((Wait) this);
    }

    @Override
    protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) {
        throw new AssertionError("a sleep has no frame in the chain: a bug in Fermata");
    }

    @Override
    public void runReady() {
        LoopTask<?> sleeper = task;
        if (phase == DUE && sleeper != null) {
            phase = OVER;
            sleeper.wake();
        }
    }

    @Override
    public boolean takeBack(@Nullable String message) {
        if (phase == OVER) {
            return false;
        }
        if (phase >= 0 && task != null) {
            task.engine().removeTimer(this);
        }
        phase = OVER;
        return true;
    }

    @Override
    public String describeWait() {
        return phase == NO_TIMER ? "a sleep without end" : "a sleep";
    }

    @Override
    public int slot() {
        return (int) phase;
    }

    @Override
    public void setSlot(int slot) {
        phase = slot;
    }

    /** The coroutine {@code sleep(d, result)}. */
    public static final class WithResult extends Sleep {
        private final @Nullable Object result;

        public WithResult(long nanos, @Nullable Object result) {
            super(nanos);
            this.result = result;
        }

        @Override
        public @Nullable Object outcome() {
            return result;
        }
    }
}
