package dev.fermata.testing.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.cancelAndWait;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncScope;
import dev.fermata.Asyncio;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TaskLocal;
import dev.fermata.internal.Backend;
import dev.fermata.net.spi.Network;
import dev.fermata.testing.net.NetworkEvent.Kind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network for tests: hosts with names, and links between them with latency, losses and partitions, in the loop's time. A
 * program needs no change. Within the block, what the test and its hosts open by {@link dev.fermata.net.Net} goes over this
 * network, and not over sockets of the system.
 *
 * <pre>{@code
 * @AsyncTest
 * @Explore
 * void an_echo_comes_back_after_a_partition() {
 *     try (var net = new SimulatedNetwork()) {
 *         Host server = net.host("server");
 *         server.createTask(() -> Echo.serve(7777));
 *         try (var peer = await(openConnection("server", 7777))) {
 *             net.partition(net.local(), server);
 *             await(peer.write("tea\n"));
 *             await(sleep(Duration.ofSeconds(10)));
 *             net.heal();
 *             assertEquals("tea", await(peer.readLine()));
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Connections behave as TCP does: bytes arrive once and in order, what was lost or sent during a partition is sent again, a
 * writer waits while its peer does not read, and a peer that is gone is noticed only by what is sent to it. Datagrams get lost, and overtake
 * each other where the latency is a range. Everything random
 * is drawn from {@link EventLoop#random}. So a test runs in the same way each time, and {@link dev.fermata.testing.Explore}
 * varies it by seeds, which failures report.
 *
 * <p>Leaving the block cancels what runs on the hosts and waits for it. A task of a host that has failed fails the test, as in
 * a {@link TaskGroup}, with the name of the host. What leaves the block by a failure has the {@link #trace} as suppressed.
 *
 * <p>A server that reports a client whose handler failed with an IOException of this network does what it should when peers
 * vanish. Such a report is an event of the network; all others fail the test, as without a network.
 *
 * <p>For the thread of its loop, in virtual time. Rust: turmoil, madsim.
 */
public final class SimulatedNetwork implements AsyncScope {
    /** How many events a failure shows. */
    private static final int SHOWN = 60;

    final Wire wire;
    private final EventLoop loop;
    private final TaskGroup tasks = new TaskGroup();
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Host local;
    private final TaskLocal.Token before;
    private final @Nullable ExceptionHandler handlerBefore;
    private final @Nullable Consumer<DeadlockException> explainerBefore;
    private boolean isLeft;

    /** As {@link #SimulatedNetwork(LinkOptions)}, with the defaults. */
    public SimulatedNetwork() {
        this(LinkOptions.defaults());
    }

    /**
     * Creates a network for the running task, to be opened in the head of a try-with-resources. The task itself is then on the
     * host {@link #local}.
     *
     * @param links of all pairs of hosts for which nothing else is said
     * @throws IllegalStateException if no task is running
     */
    public SimulatedNetwork(LinkOptions links) {
        loop = EventLoop.running();
        wire = new Wire(loop, Objects.requireNonNull(links, "links"));
        local = host("test");
        before = Network.CURRENT.set(Objects.requireNonNull(local.nodeOrNull()));
        handlerBefore = loop.getExceptionHandler();
        loop.setExceptionHandler(this::report);
        explainerBefore = Backend.get().explainDeadlocks(this::explain);
    }

    // ---- hosts

    /**
     * Returns the host with a name. It is created when it is first asked for.
     *
     * @param name by which programs connect to it; neither localhost nor an address
     */
    public Host host(String name) {
        Host known = hosts.get(name);
        if (known != null) {
            return known;
        }
        if (name.isEmpty() || Host.parse(name) != null || name.equals("localhost")) {
            throw new IllegalArgumentException("A host cannot have the name \"" + name + "\"");
        }
        Host host = new Host(this, name, hosts.size() + 1);
        hosts.put(name, host);
        return host;
    }

    /** Returns the host of the test itself. Its name is {@code test}. It cannot crash. */
    public Host local() {
        return local;
    }

    String hostNames() {
        return String.join(", ", hosts.keySet());
    }

    @Nullable
    InetAddress addressOf(String name) {
        if (name.equals("localhost")) {
            return Host.LOCALHOST;
        }
        Host host = hosts.get(name);
        return host == null ? Host.parse(name) : host.address();
    }

    @Nullable
    Host hostAt(InetAddress address) {
        return hosts.values().stream()
                .filter(it -> it.address().equals(address))
                .findFirst()
                .orElse(null);
    }

    <T> Task<T> createTask(Host host, AsyncCallable<T> program, String name) {
        return tasks.createTask(() -> naming(host, program), name);
    }

    @Async
    private static <T> Coroutine<T> naming(Host host, AsyncCallable<T> program) {
        try {
            return done(await(program.call()));
        } catch (VirtualMachineError | CancelledError passes) {
            throw passes;
        } catch (Throwable failure) {
            String what = failure instanceof AssertionError && failure.getMessage() != null
                    ? failure.getMessage()
                    : failure.toString();
            throw new AssertionError("On " + host + ": " + what, failure);
        }
    }

    /** Ends the tasks of a host that crashes. */
    void dropTasks(Host host, Node node) {
        if (host == local) {
            throw new IllegalStateException(
                    "The host of the test itself cannot crash. Let what has to crash run on another");
        }
        List<Task<?>> running = Backend.get().tasksWith(Network.CURRENT, node);
        if (running.contains(Asyncio.currentTask())) {
            throw new IllegalStateException("A task of " + host + " cannot crash it. Let the test do that");
        }
        running.forEach(it -> Backend.get().drop(it, host + " has crashed"));
    }

    // ---- links

    /** Sets what the way between two hosts is like, in both directions, for what is sent and connected from now on. */
    public void link(Host one, Host other, LinkOptions options) {
        linkOneWay(one, other, options);
        linkOneWay(other, one, options);
    }

    /** As {@link #link}, in one direction. */
    public void linkOneWay(Host from, Host to, LinkOptions options) {
        wire.setOptions(from, to, Objects.requireNonNull(options, "options"));
    }

    /**
     * Cuts the way between two hosts, in both directions. What is on its way is lost. Connections stay open: they send again
     * what was not acknowledged, in intervals that grow up to a minute, until the way is healed or their
     * {@link LinkOptions#silenceLimit limit} is reached.
     */
    public void partition(Host one, Host other) {
        partitionOneWay(one, other);
        partitionOneWay(other, one);
    }

    /** As {@link #partition}, in one direction. */
    public void partitionOneWay(Host from, Host to) {
        cut(from, to, true);
    }

    /** Cuts the ways between a host and all others that there are. */
    public void isolate(Host host) {
        hosts.values().stream().filter(it -> it != host).forEach(it -> partition(host, it));
    }

    /** Lets packets pass again between two hosts, in both directions. */
    public void heal(Host one, Host other) {
        cut(one, other, false);
        cut(other, one, false);
    }

    /** Ends all partitions. */
    public void heal() {
        for (Host one : hosts.values()) {
            hosts.values().forEach(other -> cut(one, other, false));
        }
    }

    private void cut(Host from, Host to, boolean isCut) {
        if (wire.setCut(from, to, isCut)) {
            tellOfPath(from, to);
            tellOfPath(to, from);
        }
    }

    private static void tellOfPath(Host host, Host other) {
        Node node = host.nodeOrNull();
        if (node != null) {
            node.pathChanged(other);
        }
    }

    /** Called when a host has crashed. */
    void pathChanged(Host crashed) {
        hosts.values().forEach(it -> tellOfPath(it, crashed));
    }

    /**
     * Breaks all connections between two hosts, at both ends and at once, as a router does that has forgotten them. Reading
     * and writing fails with "Connection reset" then.
     */
    public void reset(Host one, Host other) {
        wire.note(Kind.RESET, one.name(), other.name(), "by the test");
        reset(one.nodeOrNull(), other);
        reset(other.nodeOrNull(), one);
    }

    private static void reset(@Nullable Node node, Host other) {
        if (node != null) {
            node.reset(other);
        }
    }

    // ---- what has travelled

    /** Returns what has happened so far, the oldest first. */
    public List<NetworkEvent> events() {
        return List.copyOf(wire.events());
    }

    /** Returns how many events of a kind there were, those that were dropped included. */
    public long count(Kind kind) {
        return wire.events().stream().filter(it -> it.kind() == kind).count();
    }

    /** Returns the bytes that have arrived at a host from another one, of all connections, in the order of their arrival. */
    public byte[] delivered(Host from, Host to) {
        return wire.delivered(from, to);
    }

    /** Returns what has happened so far as text, an event a line. */
    public String trace() {
        return lines(wire.events());
    }

    private static String lines(List<NetworkEvent> events) {
        return events.stream().map(NetworkEvent::toString).collect(Collectors.joining("\n"));
    }

    // ---- leaving

    private void report(EventLoop where, ExceptionHandler.Context what) {
        Throwable failure = what.exception();
        boolean isOfServer = what.kind() == ExceptionHandler.Kind.CONNECTION_FAILED
                || what.kind() == ExceptionHandler.Kind.HANDLER_FAILED // by another connection of the network
                || what.kind() == ExceptionHandler.Kind.ACCEPT_FAILED
                || what.kind() == ExceptionHandler.Kind.OTHER;
        if (isOfServer && failure != null && wire.hasCaused(failure)) {
            Node node = Network.CURRENT.get() instanceof Node it ? it : null;
            wire.note(
                    Kind.REPORT,
                    node == null ? "a host" : node.host.name(),
                    "",
                    what.kind() == ExceptionHandler.Kind.CONNECTION_FAILED
                            ? what.message()
                            : what.message() + ": " + failure.getMessage());
        } else if (handlerBefore != null) {
            handlerBefore.handle(where, what);
        } else {
            where.defaultExceptionHandler(what);
        }
    }

    @Async
    @Override
    public Coroutine<Void> leave(@Nullable Throwable failure) {
        tasks.cancel();
        try {
            await(tasks.leave(failure));
            await(cancelAndWait(tasksOfHosts()));
        } catch (VirtualMachineError | CancelledError passes) {
            throw passes;
        } catch (Throwable thrown) {
            explain(thrown);
            throw thrown;
        } finally {
            end();
        }
        if (failure != null && !(failure instanceof VirtualMachineError) && !(failure instanceof CancelledError)) {
            explain(failure);
        }
        return done();
    }

    private List<Task<?>> tasksOfHosts() {
        List<Task<?>> running = new ArrayList<>();
        for (Host host : hosts.values()) {
            Node node = host.nodeOrNull();
            if (node != null && host != local) {
                running.addAll(Backend.get().tasksWith(Network.CURRENT, node));
            }
        }
        return running;
    }

    private void explain(Throwable failure) {
        List<NetworkEvent> events = wire.events();
        if (!events.isEmpty()) {
            List<NetworkEvent> last = events.subList(Math.max(0, events.size() - SHOWN), events.size());
            failure.addSuppressed(new Travelled((last.size() < events.size()
                            ? "The last " + last.size() + " of " + events.size() + " events"
                            : "The events")
                    + " of the network:\n" + lines(last)));
        }
    }

    /** What has travelled before a failure, as something that is printed with it. */
    @SuppressWarnings("OverrideThrowableToString") // the name of the class would only push the text to the right
    private static final class Travelled extends Exception {
        private static final long serialVersionUID = 1;

        Travelled(String message) {
            super(message, null, false, false);
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }

    private void end() {
        if (isLeft) {
            return;
        }
        isLeft = true;
        before.close();
        loop.setExceptionHandler(handlerBefore);
        Backend.get().explainDeadlocks(explainerBefore);
        for (Host host : hosts.values()) {
            Node node = host.nodeOrNull();
            if (node != null) {
                node.crash();
            }
        }
    }

    @Override
    public String toString() {
        return "simulated network of " + hostNames();
    }
}
