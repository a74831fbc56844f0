package dev.fermata.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
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
        parker.set(pipe.source(), true, "readable");
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
        assertNull(parker.set(pipe.source(), true, "readable"));
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
        assertNull(parker.set(pipe.sink(), false, "first"));
        assertSame("first", parker.set(pipe.sink(), false, "second"));
        assertEquals("second", await());
        assertSame("second", parker.remove(pipe.sink(), false));
        assertNull(parker.remove(pipe.sink(), false));
        parker.poll();
        assertTrue(ready.isEmpty());
        parker.set(pipe.sink(), false, "third");
        parker.remove(pipe.sink(), false);
        parker.set(pipe.sink(), false, "fourth"); // its cancelled key is still known to the selector
        assertEquals("fourth", await());
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void a_channel_that_is_closed_is_none() throws Exception {
        Pipe pipe = pipe();
        parker.set(pipe.source(), true, "readable");
        pipe.source().close();
        pipe.sink().close();
        parker.poll();
        assertTrue(ready.isEmpty());
        assertFalse(parker.hasChannels());
        assertThrows(ClosedChannelException.class, () -> parker.set(pipe.source(), true, "readable"));
    }

    @Test
    void who_wants_to_hear_of_it_is_called_once_when_the_channel_is_closed() throws Exception {
        Pipe pipe = pipe();
        record Waiter(String name) implements CalledOnClose {}
        parker.set(pipe.source(), true, new Waiter("reader"));
        parker.set(pipe.sink(), false, "writer");
        pipe.source().close();
        pipe.sink().close();
        assertTrue(parker.hasChannels());
        parker.poll();
        assertEquals(new Waiter("reader"), ready.take());
        parker.poll();
        assertTrue(ready.isEmpty());
        assertFalse(parker.hasChannels());
    }

    @Test
    void a_close_by_another_thread_ends_the_park_too() throws Exception {
        Pipe pipe = pipe();
        record Waiter() implements CalledOnClose {}
        parker.set(pipe.source(), true, new Waiter());
        Thread other = new Thread(() -> {
            try {
                pipe.source().close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        other.start();
        assertEquals(new Waiter(), await());
        other.join();
        pipe.sink().close();
    }

    @Test
    void a_channel_that_nobody_waits_for_any_more_counts_for_nothing() throws Exception {
        Pipe pipe = pipe();
        parker.set(pipe.source(), true, "readable");
        assertSame("readable", parker.call(pipe.source(), true));
        assertNull(parker.call(pipe.source(), false));
        parker.remove(pipe.source(), true);
        assertNull(parker.call(pipe.source(), true));
        assertFalse(parker.hasChannels()); // before the selector has let go of it
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void registering_again_does_not_call_what_is_ready_twice() throws Exception {
        Pipe pipe = pipe();
        Pipe other = pipe();
        other.sink().write(ByteBuffer.allocate(1));
        parker.set(other.source(), true, "other");
        parker.set(pipe.source(), true, "first");
        parker.remove(pipe.source(), true);
        parker.poll();
        assertEquals("other", ready.take());
        parker.set(pipe.source(), true, "second");
        parker.remove(pipe.source(), true);
        parker.set(pipe.source(), true, "third"); // has to look for what is ready, to be rid of its cancelled key
        assertTrue(ready.isEmpty());
        for (Pipe each : new Pipe[] {pipe, other}) {
            each.sink().close();
            each.source().close();
        }
    }

    @Test
    void an_interrupt_ends_the_park_and_stays() {
        Thread.currentThread().interrupt();
        parker.park(FOR_EVER);
        assertTrue(Thread.interrupted());
    }
}
