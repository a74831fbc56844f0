package dev.fermata.testing.net;

import dev.fermata.AsyncCallable;
import dev.fermata.Task;
import dev.fermata.net.spi.Network;
import dev.fermata.testing.net.NetworkEvent.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A host of a {@link SimulatedNetwork}. What its tasks open by {@link dev.fermata.net.Net} is on this host, and so are the
 * tasks that they create. On the loop's thread.
 */
public final class Host {
    static final InetAddress LOCALHOST = address("localhost", 127, 0, 0, 1);
    static final InetAddress ANY = address(null, 0, 0, 0, 0);

    /** How many ports are given to those who do not ask for one, and the first of them. */
    static final int PORTS = 65_535 - 49_152;

    private static final int FIRST_PORT = 49_152;

    private final SimulatedNetwork network;
    private final String name;
    private final InetAddress address;
    private int ports;

    /** Null after a crash. */
    private @Nullable Node node;

    Host(SimulatedNetwork network, String name, int number) {
        this.network = network;
        this.name = name;
        this.address = address(name, 10, 0, number >> 8, number & 255);
        this.node = new Node(this, network);
    }

    private static InetAddress address(@Nullable String name, int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(name, address);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /** Returns the address that a text such as {@code 10.0.0.2} is; null if it is none. Nobody is asked. */
    static @Nullable InetAddress parse(String text) {
        if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return null;
        }
        int[] bytes =
                Arrays.stream(text.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
        return Arrays.stream(bytes).allMatch(it -> it < 256) ? address(null, bytes) : null;
    }

    /** Returns the name by which other hosts connect to it. */
    public String name() {
        return name;
    }

    /** Returns its address, such as 10.0.0.2. It also has 127.0.0.1, as every host. */
    public InetAddress address() {
        return address;
    }

    /** As {@link #createTask(AsyncCallable, String)}, with the name of the host. */
    public <T> Task<T> createTask(AsyncCallable<T> program) {
        return createTask(program, name);
    }

    /**
     * Runs a program on this host, in a task: {@code server.createTask(() -> serve())}. If it fails, the test fails: the other
     * tasks are cancelled as in a {@link dev.fermata.TaskGroup}, and an AssertionError with the name of the host leaves the
     * block of the network. A crash of the host ends the task; whoever awaits it is then told that it was cancelled.
     *
     * @param taskName for dumps and messages
     * @throws IllegalStateException if the host has crashed, or the network was left or has failed
     */
    public <T> Task<T> createTask(AsyncCallable<T> program, String taskName) {
        Node running = node;
        if (running == null) {
            throw new IllegalStateException(this + " has crashed. Start it again with restart");
        }
        try (var set = Network.CURRENT.set(running)) {
            return network.createTask(this, program, taskName);
        }
    }

    /**
     * Crashes the host, as a loss of power does. All its tasks end where they are: no {@code finally} block of them runs, and
     * nothing that they have sent and that has not left is sent. Its peers notice nothing; what they send is lost, until the
     * host is started again and resets connections that it does not know. Crashing again does nothing.
     *
     * <p>What other code still does with objects of the program is not undone: a callback that it has handed to the loop runs,
     * but can send nothing.
     *
     * @throws IllegalStateException if a task of this host calls it: a step cannot end in its middle. Let the test crash it
     */
    public void crash() {
        Node crashed = node;
        if (crashed != null) {
            network.dropTasks(this, crashed);
            node = null;
            crashed.crash();
            network.wire.note(Kind.CRASH, name, "", "");
            network.pathChanged(this);
        }
    }

    /**
     * Starts the host again, with nothing but its name and address, and runs a program on it. If it has not crashed, it
     * crashes now.
     *
     * @throws IllegalStateException as {@link #crash} and {@link #createTask(AsyncCallable)}
     */
    public <T> Task<T> restart(AsyncCallable<T> program) {
        crash();
        node = new Node(this, network);
        network.wire.note(Kind.RESTART, name, "", "");
        return createTask(program);
    }

    /** Whether it has not crashed since it was started. */
    public boolean isRunning() {
        return node != null;
    }

    /** Returns how many connections and datagram endpoints its programs have not closed. */
    public int openConnections() {
        return node == null ? 0 : node.openConnections();
    }

    @Nullable
    Node nodeOrNull() {
        return node;
    }

    int nextPort() {
        return FIRST_PORT + ports++ % PORTS;
    }

    @Override
    public String toString() {
        return "host " + name;
    }
}
