package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Network;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which addresses of a host are tried, and when, in virtual time. */
final class HappyEyeballsTest {
    /** How an address answers: after which time, and whether it accepts. */
    private record Answer(Duration after, boolean accepts) {}

    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private final List<String> log = new ArrayList<>();
    private int open;

    private final class Addresses implements Network {
        @Async
        @Override
        @SuppressWarnings("fermata:no-await")
        public Coroutine<List<InetAddress>> resolve(String host) {
            List<InetAddress> addresses = new ArrayList<>();
            for (String each : answers.keySet()) {
                addresses.add(address(each));
            }
            return done(addresses);
        }

        @Async
        @Override
        public Coroutine<Transport> connect(
                SocketAddress remote, @Nullable SocketAddress local, Map<SocketOption<?>, Object> options) {
            String host = ((InetSocketAddress) remote).getAddress().getHostAddress();
            log("try " + host);
            Answer answer = answers.get(host);
            try {
                await(sleep(answer.after));
            } catch (dev.fermata.CancelledError cancel) {
                log("cancel " + host);
                throw cancel;
            }
            if (!answer.accepts) {
                throw Failures.undeclared(new ConnectException("refused by " + host));
            }
            open++;
            return done(transport(host));
        }

        @Override
        public Coroutine<Listener> listen(
                @Nullable SocketAddress local, int backlog, Map<SocketOption<?>, Object> options) {
            throw new UnsupportedOperationException();
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private Transport transport(String host) {
        return (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        log("close " + host);
                        open--;
                    }
                    return method.getName().equals("remoteAddress") ? new InetSocketAddress(host, 80) : null;
                });
    }

    private void log(String what) {
        log.add(EventLoop.running().time() / 1_000_000 + " ms: " + what);
    }

    private void answer(String host, int afterMillis, boolean accepts) {
        answers.put(address(host).getHostAddress(), new Answer(Duration.ofMillis(afterMillis), accepts));
    }

    private void inVirtualTime(AsyncCallable<Void> test) {
        run(
                () -> {
                    long start = EventLoop.running().time();
                    assertEquals(0, start);
                    Network.CURRENT.set(new Addresses());
                    await(test.call());
                    assertEquals(List.of(Asyncio.currentTask()), allTasks());
                    return done();
                },
                EventLoop::virtualTime);
    }

    private static String host(Connection connection) {
        return ((InetSocketAddress) connection.remoteAddress()).getAddress().getHostAddress();
    }

    @Test
    void the_next_address_is_tried_when_one_does_not_answer_for_a_while() {
        answer("10.0.0.1", 10_000, true);
        answer("10.0.0.2", 10, true);
        inVirtualTime(() -> {
            assertEquals("10.0.0.2", host(await(openConnection("shop", 80))));
            assertEquals(List.of("0 ms: try 10.0.0.1", "250 ms: try 10.0.0.2", "260 ms: cancel 10.0.0.1"), log);
            assertEquals(1, open);
            return done();
        });
    }

    @Test
    void the_next_address_is_tried_at_once_when_one_has_failed() {
        answer("10.0.0.1", 10, false);
        answer("10.0.0.2", 10, true);
        inVirtualTime(() -> {
            assertEquals("10.0.0.2", host(await(openConnection("shop", 80))));
            assertEquals(List.of("0 ms: try 10.0.0.1", "10 ms: try 10.0.0.2"), log);
            return done();
        });
    }

    @Test
    void the_kinds_of_addresses_take_turns() {
        answer("2001:db8::1", 1, false);
        answer("2001:db8::2", 1, false);
        answer("10.0.0.1", 1, false);
        inVirtualTime(() -> {
            try {
                await(openConnection("shop", 80), IOException.class);
                fail("none accepts");
            } catch (ConnectException e) {
                assertEquals(
                        "None of the 3 addresses of shop could be connected to at port 80. The first one: refused by"
                                + " 2001:db8:0:0:0:0:0:1",
                        e.getMessage());
                assertEquals(
                        "refused by 2001:db8:0:0:0:0:0:1, refused by 10.0.0.1, refused by 2001:db8:0:0:0:0:0:2",
                        List.of(e.getSuppressed()).stream()
                                .map(Throwable::getMessage)
                                .collect(Collectors.joining(", ")));
            }
            assertEquals(0, open);
            return done();
        });
    }

    @Test
    void what_connects_at_the_same_moment_as_another_is_closed() {
        answer("10.0.0.1", 300, true);
        answer("10.0.0.2", 50, true);
        inVirtualTime(() -> {
            await(openConnection("shop", 80));
            assertEquals(1, open);
            assertTrue(log.stream().anyMatch(it -> it.startsWith("300 ms: close ")), log::toString);
            return done();
        });
    }

    @Test
    void a_cancel_leaves_nothing_open() {
        answer("10.0.0.1", 10_000, true);
        answer("10.0.0.2", 10_000, true);
        inVirtualTime(() -> {
            Task<Connection> connecting = createTask(openConnection("shop", 80));
            await(sleep(Duration.ofMillis(400)));
            await(cancelAndWait(connecting));
            assertEquals(0, open);
            assertEquals(
                    List.of(
                            "0 ms: try 10.0.0.1",
                            "250 ms: try 10.0.0.2",
                            "400 ms: cancel 10.0.0.1",
                            "400 ms: cancel 10.0.0.2"),
                    log);
            return done();
        });
    }

    private static ConnectOptions from(String host) {
        return ConnectOptions.defaults().localAddress(new InetSocketAddress(address(host), 0));
    }

    @Test
    void only_addresses_of_the_kind_of_the_local_one_are_tried() {
        answer("2001:db8::1", 10, true);
        answer("10.0.0.1", 10, true);
        inVirtualTime(() -> {
            assertEquals("10.0.0.1", host(await(openConnection("shop", 80, from("10.0.0.9")))));
            assertEquals(List.of("0 ms: try 10.0.0.1"), log);
            log.clear();
            await(openConnection("shop", 80, from("2001:db8::9")));
            assertEquals(List.of("10 ms: try 2001:db8:0:0:0:0:0:1"), log);
            log.clear();
            await(openConnection("shop", 80, from("::"))); // all addresses of this host, of both kinds
            assertEquals(List.of("20 ms: try 2001:db8:0:0:0:0:0:1"), log);
            return done();
        });
    }

    @Test
    void a_local_address_of_another_kind_than_all_addresses_is_named() {
        answer("2001:db8::1", 10, true);
        answer("2001:db8::2", 10, true);
        inVirtualTime(() -> {
            try {
                await(openConnection("shop", 80, from("10.0.0.9")), IOException.class);
                fail("the kinds differ");
            } catch (ConnectException e) {
                assertEquals(
                        "The local address 10.0.0.9:0 is one of IPv4, and shop has only addresses of IPv6:"
                                + " 2001:db8:0:0:0:0:0:1, 2001:db8:0:0:0:0:0:2",
                        e.getMessage());
            }
            assertEquals(List.of(), log);
            return done();
        });
    }
}
