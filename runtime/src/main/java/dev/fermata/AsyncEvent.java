package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import org.jspecify.annotations.Nullable;

/**
 * A flag that tasks wait for. It is not set at first.
 *
 * <p>For the thread of one event loop. asyncio: {@code Event}.
 */
public final class AsyncEvent extends LoopBound {
    private boolean set;

    /** The tasks that wait; none while the flag is set. */
    private final WaitingLine line = new WaitingLine(this);

    /** Creates an event that is not set. */
    public AsyncEvent() {}

    /**
     * Sets the flag. All tasks that wait continue from the next iteration on, in order of arrival; later ones do not wait.
     * Setting it again does nothing. asyncio: {@code set()}.
     */
    public void set() {
        checkThread("AsyncEvent.set");
        set = true;
        line.grantAll();
    }

    /**
     * Clears the flag: tasks that arrive from now on wait for the next {@link #set()}. Tasks that the last one woke
     * continue. asyncio: {@code clear()}.
     */
    public void clear() {
        checkThread("AsyncEvent.clear");
        set = false;
    }

    /** Whether the flag is set. asyncio: {@code is_set()}. */
    public boolean isSet() {
        return set;
    }

    /**
     * Waits until the flag is set. If it is set, this does not suspend. asyncio: {@code wait()}, named otherwise because
     * {@code Object.wait} blocks.
     *
     * @return a coroutine that throws IllegalStateException if it is awaited on another loop than the one that uses the
     *     event
     */
    public Coroutine<Void> untilSet() {
        return new Until(this);
    }

    /** Whether this was made by its constructor. A mock was not. */
    @SuppressWarnings("RedundantNullCheck")
    boolean isReal() {
        return line != null;
    }

    /** Whether {@link #untilSet()} need not wait, for the running task. */
    boolean isSetFor(Carrier carrier) {
        use(carrier, "AsyncEvent.untilSet");
        return set;
    }

    @Override
    public String toString() {
        return "event (" + (set ? "set" : "not set") + (line.isEmpty() ? "" : ", " + line.size() + " waiting") + ")";
    }

    /** One wait for the flag; nothing is lost if it is cancelled. */
    private static final class Until extends Waiter<Void> {
        private final AsyncEvent event;

        Until(AsyncEvent event) {
            this.event = event;
        }

        @Override
        protected WaitingLine line() {
            return event.line;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) {
            return event.isSetFor(carrier) ? null : waitInLine(carrier.task("AsyncEvent.untilSet"));
        }

        @Override
        public String describeWait() {
            return "an " + event;
        }
    }
}
