package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.internal.channels.ChannelEvent;
import dev.fermata.internal.channels.RegisteredChannel;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport uses the object of a wait again, in another task too. */
@Timeout(20)
final class RegisteredWaitTest {
    @Test
    void a_wait_that_was_awaited_before_goes_on_in_the_task_that_it_is_made() {
        run(() -> {
            Pipe pipe = Pipe.open();
            try (Pipe.SinkChannel sink = pipe.sink()) {
                pipe.source().configureBlocking(false);
                RegisteredChannel channel = RegisteredChannel.of(EventLoop.running(), pipe.source());
                sink.write(ByteBuffer.wrap(new byte[1]));
                Task<?> main = currentTask();
                await(channel.until(ChannelEvent.READABLE));
                Task<Void> other = createTask(channel.until(ChannelEvent.READABLE));
                await(other);
                assertSame(main, currentTask());
                assertTrue(other.done());
                channel.close();
            }
            return done();
        });
    }
}
