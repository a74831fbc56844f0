package dev.fermata.internal.engine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the loop's thread waits. It is parked until there is a {@link Poller}, and from then on it waits in that: opening a
 * selector costs a third of a cold start.
 *
 * <p>No wake-up is lost. The loop announces that it waits and then looks into the inbox; another thread puts something into
 * the inbox and then looks whether the loop waits. All of these are volatile accesses, so one of the two sees the other.
 *
 * <p>For the loop's thread, except {@link #wake}.
 */
public final class Parker {
    private final Inbox inbox;
    private final ReadyQueue ready;

    /** The thread that waits, or null. Only that thread writes it. */
    private volatile @Nullable Thread waiting;

    /** Null until the first channel. Written before {@link #waiting}, so a thread that sees that field sees this one. */
    private @Nullable Poller poller;

    /**
     * Creates a parker.
     *
     * @param inbox an entry in it ends a wait
     * @param ready grows when a poll has found a channel ready
     */
    public Parker(Inbox inbox, ReadyQueue ready) {
        this.inbox = inbox;
        this.ready = ready;
    }

    /**
     * Waits until something is in the inbox, a channel is ready, the thread is interrupted, or {@code nanos} have passed;
     * may return early. The calls of channels that are ready are added to the ready queue.
     *
     * @param nanos {@code Long.MAX_VALUE} for no limit
     */
    public void park(long nanos) {
        if (poller != null && poller.isToBePolledFirst()) {
            int before = ready.end();
            poller.poll(); // not below, where it would swallow the wake-up of a thread that has seen this one wait
            if (ready.end() != before) {
                return;
            }
        }
        waiting = Thread.currentThread();
        try {
            if (!inbox.isEmpty()) {
                return;
            }
            if (poller != null) {
                poller.select(nanos);
            } else if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        } finally {
            waiting = null;
        }
    }

    /** Adds the calls of channels that are ready now to the ready queue. */
    public void poll() {
        if (poller != null) {
            poller.poll();
        }
    }

    /** Ends the wait of the loop's thread, if it waits. From any thread. */
    public void wake() {
        Thread parked = waiting;
        if (parked == null) {
            return;
        }
        Poller open = poller;
        if (open == null) {
            LockSupport.unpark(parked);
        } else {
            open.wake();
        }
    }

    /** Sets the poller in which the loop's thread waits from now on; null for none. */
    public void waitIn(@Nullable Poller poller) {
        this.poller = poller;
    }

    /** Whether a channel may end a wait. */
    public boolean hasChannels() {
        return poller != null && poller.isWaitedFor();
    }
}
