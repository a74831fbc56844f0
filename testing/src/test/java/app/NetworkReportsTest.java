package app;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.net.Connection;
import dev.fermata.testing.AsyncTests;
import dev.fermata.testing.Explorer;
import dev.fermata.testing.net.SimulatedNetwork;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a failure in a simulated network says of a user's program. In a package that is not Fermata's, as a user's is. */
final class NetworkReportsTest {
    @Async
    private static Coroutine<Void> serve() {
        try (var server = await(startServer(NetworkReportsTest::echo, null, 80))) {
            await(server.serveForever());
        }
        return done();
    }

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        return done();
    }

    /** Returns a text without the numbers of lines. */
    private static String withoutLines(String text) {
        return text.replaceAll("\\.java:\\d+", ".java:…").replaceAll("lambda\\$\\w+\\$\\d+", "lambda");
    }

    private static String suppressed(Throwable failure) {
        return Arrays.stream(failure.getSuppressed()).map(String::valueOf).collect(Collectors.joining("\n"));
    }

    @Test
    void a_deadlock_says_who_waits_for_what_at_which_line_and_what_has_travelled() {
        DeadlockException deadlock = assertThrows(
                DeadlockException.class,
                () -> AsyncTests.run(() -> {
                    try (var net = new SimulatedNetwork()) {
                        net.host("server").createTask(() -> serve());
                        try (var peer = await(openConnection("server", 80))) {
                            await(peer.readLine()); // and the server reads too
                        }
                    }
                    return done();
                }));
        assertEquals("""
                Deadlock: all tasks wait, no timer is set, and nothing outside of the loop is outstanding
                  task test waits for data from server:80
                      at dev.fermata.net.Connection.readLine(Connection.java:…)
                      at app.NetworkReportsTest.lambda(NetworkReportsTest.java:…)
                    task server waits for all of 1, 1 of them not done
                        at dev.fermata.net.Server.serveForever(Server.java:…)
                        at app.NetworkReportsTest.serve(NetworkReportsTest.java:…)
                      task server at *:80 waits for the tasks of a group of task server at *:80 (pending) (2 running)
                          at dev.fermata.net.Server.serve(Server.java:…)
                        task listener at *:80 waits for a connection to server:80
                            at dev.fermata.testing.net.SimulatedListener.accept(SimulatedListener.java:…)
                            at dev.fermata.net.Server.accept(Server.java:…)
                        task client test (10.0.0.1:49152) waits for data from test:49152
                            at dev.fermata.net.Connection.readLine(Connection.java:…)
                            at app.NetworkReportsTest.echo(NetworkReportsTest.java:…)""", withoutLines(deadlock.getMessage()));
        assertEquals("""
                The events of the network:
                0 s: test:49152 → server:80 connect
                0.001 s: server:80 → test:49152 accept""", suppressed(deadlock));
    }

    @Test
    void a_deadlock_after_the_block_of_a_network_is_not_explained_by_it() {
        DeadlockException deadlock = assertThrows(
                DeadlockException.class,
                () -> AsyncTests.run(() -> {
                    try (var net = new SimulatedNetwork()) {
                        net.host("server").createTask(() -> serve());
                        await(openConnection("server", 80)).close();
                    }
                    await(createPromise());
                    return done();
                }));
        assertEquals("", suppressed(deadlock));
    }

    @Test
    void steps_name_the_lines_of_the_program() {
        AssertionError failure = assertThrows(
                AssertionError.class, () -> new Explorer().schedules(1).run(() -> failsOfOwnOrder()));
        String steps = failure.getMessage();
        assertTrue(steps.contains("test waits for data from server:80, at NetworkReportsTest.java:"), steps);
        assertTrue(
                steps.contains("test waits for an answer of server:80 to a connect, at NetworkReportsTest.java:"),
                steps);
        assertTrue(
                steps.contains(
                        "client test (10.0.0.1:49152) waits for data from test:49152, at NetworkReportsTest.java:"),
                steps);
        assertTrue(steps.contains("server waits for all of 1, 1 of them not done, at NetworkReportsTest.java:"), steps);
        assertFalse(steps.contains("SimulatedTransport.java"), steps);
        assertFalse(steps.contains("Connection.java"), steps);
    }

    /** Fails in each order but that of the loop. */
    @Async
    private static Coroutine<Void> failsOfOwnOrder() {
        boolean isOwn = !isExplored;
        isExplored = true;
        try (var net = new SimulatedNetwork()) {
            net.host("server").createTask(() -> serve());
            try (var peer = await(openConnection("server", 80))) {
                await(peer.write("tea\n"));
                assertEquals(isOwn ? "tea" : "coffee", await(peer.readLine()));
            }
        }
        return done();
    }

    private static boolean isExplored;
}
