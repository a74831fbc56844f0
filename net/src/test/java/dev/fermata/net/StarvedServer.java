package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.internal.engine.Engine;
import java.time.Duration;
import java.util.List;

/**
 * An echo server in a JVM of its own that may open only a few files. It prints its port, then each report, and when it has
 * been told to stop, what it has left. {@link DescriptorsTest} is its peer. It needs nothing of JUnit, and its classes come
 * from jars: those stay open, and a class of a folder cannot be loaded when there are no descriptors.
 */
final class StarvedServer {
    private final AsyncEvent stopped = new AsyncEvent();
    private int reports;

    public static void main(String[] arguments) {
        run(() -> {
            try (var limit = timeout(Duration.ofSeconds(100))) { // nothing else would end it after its peer
                await(new StarvedServer().live());
            }
            return done();
        });
    }

    @Async
    private Coroutine<Void> live() {
        EventLoop loop = EventLoop.running();
        loop.setExceptionHandler((it, what) -> {
            reports++;
            System.out.printf(
                    "report %d, iteration %d, second %d: %s: %s%n",
                    reports, iteration(), Duration.ofNanos(loop.time()).toSeconds(), what.message(), what.exception());
        });
        await(warmUp());
        List<String> before = Descriptors.open();
        ServerOptions options = ServerOptions.defaults().backlog(DescriptorsTest.BACKLOG);
        var server = await(startServer(this::echo, "127.0.0.1", 0, options));
        System.out.println("port " + server.port());
        await(stopped.untilSet());
        await(server.aclose());
        System.out.println("tasks " + (allTasks().size() - 1));
        System.out.println("connections " + server.connections());
        System.out.println("descriptors " + await(notIn(before)));
        return done();
    }

    /** Loads what a connection needs, and opens what stays open from the first use on. */
    @Async
    private Coroutine<Void> warmUp() {
        try (var server = await(startServer(this::echo, "127.0.0.1", 0));
                var peer = await(openConnection("127.0.0.1", server.port()))) {
            await(peer.write("warm\n"));
            await(peer.readLine());
        }
        Descriptors.open();
        return done();
    }

    @Async
    private Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            if (line.equals("stop")) {
                stopped.set();
            }
            await(peer.write(line + "\n"));
        }
        return done();
    }

    /** What is open and was not before. The JVM opens files of its own for a moment. */
    @Async
    private static Coroutine<List<String>> notIn(List<String> before) {
        List<String> left = Descriptors.open();
        left.removeAll(before);
        for (int i = 0; i < 100 && !left.isEmpty(); i++) {
            await(sleep(Duration.ofMillis(20)));
            left.retainAll(Descriptors.open());
        }
        return done(left);
    }

    /** How many iterations the loop has made. A loop that spins shows in nothing else that can be counted. */
    private static long iteration() {
        return Engine.running().iteration();
    }
}
