package dev.fermata.internal.engine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the loop's thread waits. It is parked until there is a {@link Poller}, and from then on it waits in that: opening a
 * selector costs a third of a cold start.
 *
 * <p>No wake-up is lost: the loop says that it waits and then looks into the inbox, another thread puts something into
 * the inbox and then looks whether the loop waits; both through volatile accesses, so one of them sees the other.
 *
 * <p>All of it is for the loop's thread, but for {@link #wake}.
 */
public final class Parker {
    private final Inbox inbox;
    private final ReadyQueue ready;

    /** The thread that waits, or null. Written by it alone. */
    private volatile @Nullable Thread waiting;

    /** Null until the first channel. Written before {@link #waiting}, so a thread that sees that sees this. */
    private @Nullable Poller poller;

    /**
     * @param inbox what ends a wait
     * @param ready what a poll has found ready is seen by its growing
     */
    public Parker(Inbox inbox, ReadyQueue ready) {
        this.inbox = inbox;
        this.ready = ready;
    }

    /**
     * Waits until something is in the inbox, a channel is ready, the thread is interrupted, or {@code nanos} have passed;
     * may return early. The calls of channels that are ready are put into the ready queue.
     *
     * @param nanos {@code Long.MAX_VALUE}: for ever
     */
    public void park(long nanos) {
        int before = ready.end();
        poll(); // not below, where it would swallow a wake-up of somebody who has seen this thread wait
        if (ready.end() != before) {
            return;
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

    /** Puts the calls of channels that are ready now into the ready queue. */
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

    /** Waits in {@code poller} from now on. */
    public void waitIn(@Nullable Poller poller) {
        this.poller = poller;
    }

    /** Whether a channel may end a wait. */
    public boolean hasChannels() {
        return poller != null && poller.isWaitedFor();
    }
}
