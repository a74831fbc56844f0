package dev.fermata.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a lost wake-up waits for ever
class ParkerTest {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private final Inbox inbox = new Inbox();
    private final ReadyCalls calls = new ReadyCalls();
    private final ReadyQueue ready = calls.queue;
    private final Parker parker = new Parker(inbox, ready);

    /** What the loop does: parks until something has come, and takes it. */
    private Object await() {
        while (ready.isEmpty()) {
            parker.park(FOR_EVER);
            inbox.takeAll(ready);
        }
        return ((NamedCall) calls.take()).name();
    }

    private Thread offering(int items) {
        Thread thread = new Thread(() -> {
            for (int i = 0; i < items; i++) {
                if (inbox.offer(new NamedCall(i)) == Inbox.Offer.FIRST) {
                    parker.wake();
                }
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void what_came_before_the_park_ends_it_at_once() {
        inbox.offer(new NamedCall("a"));
        parker.wake(); // nobody waits yet
        assertEquals("a", await());
    }

    @Test
    void no_wake_up_is_lost_before_or_during_a_park() throws Exception {
        Thread other = offering(50_000);
        for (int i = 0; i < 50_000; i++) {
            assertEquals(i, await());
        }
        other.join();
    }

    @Test
    void an_interrupt_ends_the_park_and_stays() {
        Thread.currentThread().interrupt();
        parker.park(FOR_EVER);
        assertTrue(Thread.interrupted());
    }
}
