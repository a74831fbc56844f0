package dev.fermata.internal.inspection;

import dev.fermata.EventLoop;
import dev.fermata.internal.traces.OwnFrames;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Debug mode: logs slow steps of a loop. asyncio logs only afterwards, and not where. */
final class SlowStepLog implements SlowSteps {
    private static final Set<String> SOCKETS =
            Set.of("java.net.Socket", "java.net.ServerSocket", "sun.nio.ch.NioSocketImpl");

    private final EventLoop loop;
    private final Thread watched = Thread.currentThread();

    /** Creates the log of a loop that runs on the calling thread. */
    SlowStepLog(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public void blocks(@Nullable Object step, long millis, StackTraceElement[] stack) {
        Throwable where = new Throwable("stack of thread " + watched.getName());
        where.setStackTrace(OwnFrames.shown(stack));
        log(
                step + " has blocked the event loop for " + millis
                        + " ms and still does. "
                        + (isOfSocket(stack) ? "Use openConnection and startServer of fermata-net for sockets. " : "")
                        + "Move blocking code into toThread. Move long computations to another thread, or let"
                        + " other tasks run in between with await(sleep(Duration.ZERO))",
                where);
    }

    @Override
    public void released(@Nullable Object step, long millis) {
        log(step + " released the event loop after " + millis + " ms", null);
    }

    private static boolean isOfSocket(StackTraceElement[] stack) {
        return Arrays.stream(stack).anyMatch(it -> SOCKETS.contains(it.getClassName()));
    }

    private void log(String message, @Nullable Throwable where) {
        System.getLogger("dev.fermata").log(System.Logger.Level.WARNING, loop + ": " + message, where);
    }
}
