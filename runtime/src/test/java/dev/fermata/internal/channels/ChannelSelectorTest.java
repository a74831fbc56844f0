package dev.fermata.internal.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.internal.engine.Inbox;
import dev.fermata.internal.engine.NamedCall;
import dev.fermata.internal.engine.Parker;
import dev.fermata.internal.engine.Ready;
import dev.fermata.internal.engine.ReadyCalls;
import dev.fermata.internal.engine.ReadyQueue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a lost wake-up waits for ever
class ChannelSelectorTest {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private final Inbox inbox = new Inbox();
    private final ReadyCalls calls = new ReadyCalls();
    private final ReadyQueue ready = calls.queue;
    private final Parker parker = new Parker(inbox, ready);
    private final ChannelSelector selector = new ChannelSelector(ready::add);

    private record Call(String name) implements Ready {
        @Override
        public void runReady() {}
    }

    @BeforeEach
    void waitInIt() {
        parker.waitIn(selector);
    }

    @AfterEach
    void close() {
        selector.close();
    }

    private @Nullable Ready remove(SelectableChannel channel, boolean reading) throws ClosedChannelException {
        return selector.set(channel, reading, null);
    }

    /** What the loop does: parks until something has come, and takes it. */
    private Object await() {
        while (ready.isEmpty()) {
            parker.park(FOR_EVER);
            inbox.takeAll(ready);
        }
        return calls.take();
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

    private static Pipe pipe() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        return pipe;
    }

    @Test
    void nor_is_one_where_channels_are_waited_for() throws Exception {
        Pipe pipe = pipe();
        selector.set(pipe.source(), true, new Call("readable"));
        Thread other = offering(50_000);
        for (int i = 0; i < 50_000; i++) {
            assertEquals(new NamedCall(i), await());
        }
        other.join();
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void a_channel_that_can_be_read_from_ends_the_park_until_it_was_read() throws Exception {
        Pipe pipe = pipe();
        assertNull(selector.set(pipe.source(), true, new Call("readable")));
        assertTrue(parker.hasChannels());
        pipe.sink().write(ByteBuffer.allocate(1));
        assertEquals(new Call("readable"), await());
        parker.poll();
        assertEquals(new Call("readable"), calls.take()); // nobody has read
        pipe.source().read(ByteBuffer.allocate(1));
        parker.poll();
        assertTrue(ready.isEmpty());
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void a_call_is_replaced_taken_back_and_set_again_in_one_iteration() throws Exception {
        Pipe pipe = pipe();
        assertNull(selector.set(pipe.sink(), false, new Call("first")));
        assertEquals(new Call("first"), selector.set(pipe.sink(), false, new Call("second")));
        assertEquals(new Call("second"), await());
        assertEquals(new Call("second"), remove(pipe.sink(), false));
        assertNull(remove(pipe.sink(), false));
        parker.poll();
        assertTrue(ready.isEmpty());
        selector.set(pipe.sink(), false, new Call("third"));
        remove(pipe.sink(), false);
        selector.set(pipe.sink(), false, new Call("fourth")); // its cancelled key is still known to the selector
        assertEquals(new Call("fourth"), await());
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void a_channel_that_is_closed_is_none() throws Exception {
        Pipe pipe = pipe();
        selector.set(pipe.source(), true, new Call("readable"));
        pipe.source().close();
        pipe.sink().close();
        parker.poll();
        assertTrue(ready.isEmpty());
        assertFalse(parker.hasChannels());
        assertThrows(ClosedChannelException.class, () -> selector.set(pipe.source(), true, new Call("readable")));
    }

    @Test
    void who_wants_to_hear_of_it_is_called_once_when_the_channel_is_closed() throws Exception {
        Pipe pipe = pipe();
        record Waiter(String name) implements Ready, CalledOnClose {
            @Override
            public void runReady() {}
        }
        selector.set(pipe.source(), true, new Waiter("reader"));
        selector.set(pipe.sink(), false, new Call("writer"));
        pipe.source().close();
        pipe.sink().close();
        assertTrue(parker.hasChannels());
        parker.poll();
        assertEquals(new Waiter("reader"), calls.take());
        parker.poll();
        assertTrue(ready.isEmpty());
        assertFalse(parker.hasChannels());
    }

    @Test
    void a_close_by_another_thread_ends_the_park_too() throws Exception {
        Pipe pipe = pipe();
        record Waiter() implements Ready, CalledOnClose {
            @Override
            public void runReady() {}
        }
        selector.set(pipe.source(), true, new Waiter());
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
        selector.set(pipe.source(), true, new Call("readable"));
        assertEquals(new Call("readable"), selector.get(pipe.source(), true));
        assertNull(selector.get(pipe.source(), false));
        remove(pipe.source(), true);
        assertNull(selector.get(pipe.source(), true));
        assertFalse(parker.hasChannels()); // before the selector has let go of it
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    void registering_again_does_not_call_what_is_ready_twice() throws Exception {
        Pipe pipe = pipe();
        Pipe other = pipe();
        other.sink().write(ByteBuffer.allocate(1));
        selector.set(other.source(), true, new Call("other"));
        selector.set(pipe.source(), true, new Call("first"));
        remove(pipe.source(), true);
        parker.poll();
        assertEquals(new Call("other"), calls.take());
        selector.set(pipe.source(), true, new Call("second"));
        remove(pipe.source(), true);
        selector.set(
                pipe.source(),
                true,
                new Call("third")); // has to look for what is ready, to be rid of its cancelled key
        assertTrue(ready.isEmpty());
        for (Pipe each : new Pipe[] {pipe, other}) {
            each.sink().close();
            each.source().close();
        }
    }
}
