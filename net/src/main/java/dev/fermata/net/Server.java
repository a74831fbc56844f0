package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.cancelAndWait;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.Asyncio.waitUntil;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.AsyncEvent;
import dev.fermata.Asyncio;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.net.internal.Bindings;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections and serves each in a task of its own. The server owns these tasks: when it is closed, it accepts no
 * more, cancels them, and returns when all have ended. A client whose handler fails is reported, and ends alone:
 * {@link ExceptionHandler.Kind#CONNECTION_FAILED} if its connection was the reason, which is logged in one line, and
 * {@link ExceptionHandler.Kind#HANDLER_FAILED} if not.
 *
 * <pre>{@code
 * try (var server = await(startServer(Echo::echo, "localhost", 7777))) {
 *     await(server.serveForever());
 * }
 * }</pre>
 *
 * For the thread of its loop. asyncio: {@code Server}.
 */
public final class Server implements AsyncCloseable {
    /** How long nothing is accepted after a failure, most of the time because there are no more descriptors. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How many connections of a listener are accepted before the other tasks have a turn. Many may have been waiting. */
    private static final int AT_ONCE = 16;

    private static final String COULD_NOT_ACCEPT = " could not accept a connection, and tries again in "
            + PAUSE.toSeconds()
            + " s. If there are too many open files, allow the process more (ulimit -n), or let the server"
            + " take fewer connections (ServerOptions.maxConnections)";

    private final List<Listener> listeners;
    private final ConnectionHandler handler;
    private final int limit;
    private final @Nullable TlsOptions tls;
    private final int maxConnections;

    /** Set while fewer connections are served than may be. */
    private final AsyncEvent room = new AsyncEvent();

    private final AsyncEvent idle = new AsyncEvent();
    private final Task<Void> serving;
    private int connections;
    private boolean isClosed;

    /** Connections whose task has not begun. It never does if it is cancelled before, so nothing in it closes them. */
    private final Set<Connection> unserved = new LinkedHashSet<>();

    Server(List<Listener> listeners, ConnectionHandler handler, ServerOptions options) {
        this.listeners = listeners;
        this.handler = handler;
        this.limit = options.limit;
        this.tls = options.tls;
        this.maxConnections = options.maxConnections;
        room.set();
        idle.set();
        this.serving = createTask(serve(), toString(), true); // a cancel before its first step would close nothing
    }

    /** Returns the addresses that it listens at, also after it was closed. asyncio: {@code sockets}. */
    public List<SocketAddress> addresses() {
        return listeners.stream().map(Listener::localAddress).toList();
    }

    /**
     * Returns the port that it listens at, the same at each of its addresses.
     *
     * @throws UnsupportedOperationException if it listens at a path
     */
    public int port() {
        if (listeners.get(0).localAddress() instanceof InetSocketAddress address) {
            return address.getPort();
        }
        throw new UnsupportedOperationException("A server at a path has no port: " + this);
    }

    /** Returns how many connections are being served. */
    public int connections() {
        return connections;
    }

    /** Whether it accepts connections. asyncio: {@code is_serving}. */
    public boolean isServing() {
        return !isClosed;
    }

    /**
     * Waits until the server is closed. A cancel closes it, which is how Ctrl-C ends a program that does nothing else. If
     * accepting fails in a way that ends the server, this throws the failure, which was reported as well. asyncio:
     * {@code serve_forever}.
     */
    @Async
    public Coroutine<Void> serveForever() {
        try {
            await(waitUntil(ReturnWhen.ALL_COMPLETED, serving));
        } catch (CancelledError cancel) {
            await(aclose());
            throw cancel;
        }
        return serving.cancelled() ? done() : done(serving.result());
    }

    /**
     * Accepts no more connections. Those that there are go on. asyncio: {@code close}.
     *
     * @throws IOException undeclared, if the file of a Unix socket cannot be deleted; all the same nothing is accepted any more
     */
    public void stopAccepting() {
        isClosed = true;
        Bindings.closeAll(listeners);
    }

    /**
     * Accepts no more connections, waits until those that there are have ended, and closes the server. What has not ended
     * within the limit is cancelled. A client that is idle counts like one that is served, because only its handler knows that
     * it waits for a next request: docs/streams.md shows how to end such waits. asyncio: {@code close}, {@code wait_closed} and
     * {@code close_clients}.
     *
     * @param limit {@link Asyncio#FOREVER} for none
     */
    @Async
    public Coroutine<Void> drain(Duration limit) {
        try {
            stopAccepting();
        } finally {
            await(drained(limit));
        }
        return done();
    }

    @Async
    private Coroutine<Void> drained(Duration limit) {
        try (var time = timeout(limit)) {
            await(idle.untilSet());
        } catch (TimeoutException e) {
            // The rest is cancelled now.
        }
        await(aclose());
        return done();
    }

    /**
     * Accepts no more connections, cancels the tasks of those that there are, and returns when all have ended. Closing again
     * waits for the same. asyncio: {@code close_clients} and {@code wait_closed}.
     */
    @Async
    @Override
    public Coroutine<Void> aclose() {
        try {
            stopAccepting();
        } finally {
            await(cancelAndWait(serving));
        }
        return done();
    }

    /** The server's task. The tasks of its listeners and of its clients are children of it. */
    @Async
    private Coroutine<Void> serve() {
        try (var tasks = new TaskGroup()) {
            for (Listener listener : listeners) {
                tasks.createTask(accept(listener, tasks), listener.toString());
            }
        } catch (CancelledError cancel) {
            throw cancel;
        } catch (Throwable failure) {
            report(
                    ExceptionHandler.Kind.ACCEPT_FAILED,
                    "The " + this + " has ended, because it failed",
                    failure); // nobody may await it
            throw failure;
        } finally {
            letGo();
        }
        return done();
    }

    private void letGo() {
        try {
            stopAccepting();
        } finally {
            for (Connection peer : unserved) {
                peer.abort();
                end();
            }
            unserved.clear();
        }
    }

    @Async
    private Coroutine<Void> accept(Listener listener, TaskGroup tasks) {
        for (int accepted = 1; !isClosed; accepted++) {
            if (accepted % AT_ONCE == 0) {
                await(sleep(Duration.ZERO)); // neither room nor a peer that waits makes this task wait
            }
            Transport transport = null;
            try {
                await(room.untilSet()); // or further peers would not wait in the backlog
                transport = await(listener.accept(), IOException.class);
                while (connections == maxConnections) { // other listeners have accepted meanwhile
                    await(room.untilSet());
                    if (isClosed) {
                        return done();
                    }
                }
                Connection peer = new Connection(transport, limit, null);
                transport = null;
                begin();
                unserved.add(peer);
                tasks.createTask(serve(peer), "client " + Failures.name(peer.remoteAddress()));
            } catch (ClosedChannelException closed) {
                return done();
            } catch (IOException e) {
                report(ExceptionHandler.Kind.ACCEPT_FAILED, this + COULD_NOT_ACCEPT, e);
                await(sleep(PAUSE));
            } finally {
                if (transport != null) {
                    transport.close();
                }
            }
        }
        return done();
    }

    private void begin() {
        connections++;
        idle.clear();
        if (connections == maxConnections) {
            room.clear();
        }
    }

    private void end() {
        connections--;
        room.set();
        if (connections == 0) {
            idle.set();
        }
    }

    @Async
    private Coroutine<Void> serve(Connection peer) {
        unserved.remove(peer);
        try (peer) {
            if (tls != null) {
                await(peer.startTls(tls));
            }
            await(handler.serve(peer));
        } catch (CancelledError cancel) {
            throw cancel;
        } catch (Throwable failure) {
            if (failure instanceof VirtualMachineError broken && !(failure instanceof StackOverflowError)) {
                throw broken;
            }
            reportClient(peer, failure);
        } finally {
            end();
        }
        return done();
    }

    /** Tells a client that is gone, or does not keep to the protocol, from a handler that has a mistake. */
    private static void reportClient(Connection peer, Throwable failure) {
        @Nullable IOException broken;
        try {
            broken = peer.failureIn(failure);
        } catch (RuntimeException ofItsCause) {
            broken = null; // an exception of the program may throw another one when it is asked for its cause
        }
        String serving = "Serving " + Failures.name(peer.remoteAddress()) + " failed";
        if (broken == null) {
            report(ExceptionHandler.Kind.HANDLER_FAILED, serving, failure);
        } else {
            String reason = broken instanceof ClosedChannelException || broken.getMessage() == null
                    ? serving + ": the connection was closed here, while it was in use"
                    : "Serving a client failed: " + broken.getMessage(); // which has the address
            report(ExceptionHandler.Kind.CONNECTION_FAILED, reason.replaceAll("\\s*\\R\\s*", " "), failure);
        }
    }

    private static void report(ExceptionHandler.Kind kind, String message, Throwable failure) {
        EventLoop.running()
                .callExceptionHandler(new ExceptionHandler.Context(kind, message, failure, Asyncio.currentTask()));
    }

    @Override
    public String toString() {
        return "server at "
                + listeners.stream()
                        .map(it -> Failures.listening(it.localAddress()))
                        .collect(Collectors.joining(" and "));
    }
}
