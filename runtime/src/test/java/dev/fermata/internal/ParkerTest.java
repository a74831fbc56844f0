package dev.fermata.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a lost wake-up waits for ever
class ParkerTest {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private final Inbox inbox = new Inbox();
    private final ReadyQueue ready = new ReadyQueue();
    private final Parker parker = new Parker(inbox, ready);

    @AfterEach
    void close() {
        parker.close();
    }

    /** What the loop does: parks until something has come, and takes it. */
    private Object await() {
        while (ready.isEmpty()) {
            parker.park(FOR_EVER);
            inbox.takeAll(ready);
        }
        return ready.take();
    }

    private Thread offering(int items) {
        Thread thread = new Thread(() -> {
            for (int i = 0; i < items; i++) {
                if (inbox.offer(i) == Inbox.Offer.FIRST) {
                    parker.wake();
                }
            }
        });
        thread.start();
        return thread;
    }

    private static Pipe pipe() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        return pipe;
    }

    @Test
    void what_came_before_the_park_ends_it_at_once() {
        inbox.offer("a");
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
    void nor_is_one_where_channels_are_waited_for() throws Exception {
        Pipe pipe = pipe();
        parker.setReader(pipe.source(), "readable");
        Thread other = offering(50_000);
        for (int i = 0; i < 50_000; i++) {
            assertEquals(i, await());
        }
        other.join();
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void a_channel_that_can_be_read_from_ends_the_park_until_it_was_read() throws Exception {
        Pipe pipe = pipe();
        assertNull(parker.setReader(pipe.source(), "readable"));
        assertTrue(parker.hasChannels());
        pipe.sink().write(ByteBuffer.allocate(1));
        assertEquals("readable", await());
        parker.poll();
        assertEquals("readable", ready.take()); // nobody has read
        pipe.source().read(ByteBuffer.allocate(1));
        parker.poll();
        assertTrue(ready.isEmpty());
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void a_call_is_replaced_taken_back_and_set_again_in_one_iteration() throws Exception {
        Pipe pipe = pipe();
        assertNull(parker.setWriter(pipe.sink(), "first"));
        assertSame("first", parker.setWriter(pipe.sink(), "second"));
        assertEquals("second", await());
        assertSame("second", parker.setWriter(pipe.sink(), null));
        assertNull(parker.setWriter(pipe.sink(), null));
        parker.poll();
        assertTrue(ready.isEmpty());
        parker.setWriter(pipe.sink(), "third");
        parker.setWriter(pipe.sink(), null);
        parker.setWriter(pipe.sink(), "fourth"); // its cancelled key is still known to the selector
        assertEquals("fourth", await());
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void a_channel_that_is_closed_is_none() throws Exception {
        Pipe pipe = pipe();
        parker.setReader(pipe.source(), "readable");
        pipe.source().close();
        pipe.sink().close();
        parker.poll();
        assertTrue(ready.isEmpty());
        assertFalse(parker.hasChannels());
        assertThrows(IllegalArgumentException.class, () -> parker.setReader(pipe.source(), "readable"));
    }

    @Test
    void an_interrupt_ends_the_park_and_stays() {
        Thread.currentThread().interrupt();
        parker.park(FOR_EVER);
        assertTrue(Thread.interrupted());
    }
}
