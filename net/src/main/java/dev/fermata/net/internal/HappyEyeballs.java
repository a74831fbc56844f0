package dev.fermata.net.internal;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.cancelAndWait;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.waitUntil;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.net.spi.Network;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first address of a host that answers (RFC 8305): the next one is tried when one has failed, or has not
 * answered for a while. The kinds of addresses take turns. On the loop's thread.
 */
public final class HappyEyeballs {
    private final Network network;
    private final @Nullable SocketAddress local;
    private final Map<SocketOption<?>, Object> options;
    private final List<IOException> failures = new ArrayList<>();
    private final List<Task<Transport>> attempts = new ArrayList<>();

    /** Prepares to connect to one host. */
    public HappyEyeballs(Network network, @Nullable SocketAddress local, Map<SocketOption<?>, Object> options) {
        this.network = network;
        this.local = local;
        this.options = options;
    }

    /** Connects to {@code port} of a host. A cancel leaves nothing open. */
    @Async
    public Coroutine<Transport> connect(String host, int port, Duration delay) {
        Deque<InetSocketAddress> addresses = new ArrayDeque<>();
        for (InetAddress address : inTurns(fitting(host, await(network.resolve(host))))) {
            addresses.add(new InetSocketAddress(address, port));
        }
        if (addresses.size() == 1) {
            return done(await(network.connect(addresses.remove(), local, options)));
        }
        @Nullable Task<Transport> winner = null;
        try {
            while (winner == null) {
                if (!addresses.isEmpty()) {
                    attempts.add(createTask(network.connect(addresses.remove(), local, options)));
                } else if (attempts.isEmpty()) {
                    throw Failures.undeclared(noneAnswers(host, port));
                }
                await(waitUntil(ReturnWhen.FIRST_COMPLETED, attempts, addresses.isEmpty() ? FOREVER : delay));
                winner = takeEnded();
            }
            return done(winner.result());
        } finally {
            await(endOthers(winner));
        }
    }

    /** Leaves out the addresses of the kind that the local address is not of. asyncio does the same. */
    private List<InetAddress> fitting(String host, List<InetAddress> addresses) {
        if (!(local instanceof InetSocketAddress from) || from.getAddress().isAnyLocalAddress()) {
            return addresses;
        }
        List<InetAddress> fitting = addresses.stream()
                .filter(it -> it.getClass() == from.getAddress().getClass())
                .toList();
        if (fitting.isEmpty()) {
            boolean isFromIpv4 = from.getAddress() instanceof Inet4Address;
            throw Failures.undeclared(new ConnectException("The local address " + Failures.name(from) + " is one of "
                    + (isFromIpv4 ? "IPv4" : "IPv6") + ", and " + host + " has only addresses of "
                    + (isFromIpv4 ? "IPv6" : "IPv4") + ": "
                    + addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "))));
        }
        return fitting;
    }

    /** Ends the attempts that are left. If a cancel comes meanwhile, nobody gets the winner, and it is closed. */
    @Async
    private Coroutine<Void> endOthers(@Nullable Task<Transport> winner) {
        try {
            await(cancelAndWait(attempts));
        } catch (CancelledError cancel) {
            if (winner != null) {
                winner.result().close();
            }
            throw cancel;
        } finally {
            closeLate();
        }
        return done();
    }

    /** Removes the attempts that have ended, and returns one that has succeeded, if there is one. */
    private @Nullable Task<Transport> takeEnded() {
        for (Task<Transport> attempt : List.copyOf(attempts)) {
            if (!attempt.done()) {
                continue;
            }
            Throwable failure = attempt.exception();
            if (failure == null) {
                attempts.remove(attempt);
                return attempt;
            }
            attempts.remove(attempt);
            if (failure instanceof IOException notConnected) {
                failures.add(notConnected);
            } else {
                throw new IllegalStateException("An attempt to connect failed in a way that none should", failure);
            }
        }
        return null;
    }

    /** Closes what has connected after another had won. */
    private void closeLate() {
        for (Task<Transport> attempt : attempts) {
            if (attempt.done() && !attempt.cancelled() && attempt.exception() == null) {
                attempt.result().close();
            }
        }
    }

    private ConnectException noneAnswers(String host, int port) {
        ConnectException none = new ConnectException(
                "None of the " + failures.size() + " addresses of " + host + " could be connected to at port " + port
                        + ". The first one: " + failures.get(0).getMessage());
        failures.forEach(none::addSuppressed);
        return none;
    }

    /** Lets the two kinds of addresses take turns; the kind of the first one begins. */
    static List<InetAddress> inTurns(List<InetAddress> addresses) {
        Deque<InetAddress> first = new ArrayDeque<>();
        Deque<InetAddress> second = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            (address.getClass() == addresses.get(0).getClass() ? first : second).add(address);
        }
        List<InetAddress> inTurns = new ArrayList<>();
        while (!first.isEmpty() || !second.isEmpty()) {
            if (!first.isEmpty()) {
                inTurns.add(first.remove());
            }
            if (!second.isEmpty()) {
                inTurns.add(second.remove());
            }
        }
        return inTurns;
    }
}
