package dev.fermata.benchmarks;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What loads an echo server, in a process of its own: one thread, bare NIO. Each connection sends a message, waits for the
 * whole echo, compares it, and sends the next. It answers lines of its standard input:
 *
 * <ul>
 *   <li>{@code open PORT CONNECTIONS} connects, and waits until each connection has had an echo of 64 bytes; {@code openTls}
 *       does that with TLS 1.3
 *   <li>{@code size BYTES} sets how long messages are from now on
 *   <li>{@code run MILLIS} prints how many echoes came in how many nanoseconds
 *   <li>{@code close} closes the connections
 * </ul>
 */
final class EchoLoad {
    /** Messages begin at another place of the pattern each time, so that one echo is not taken for another. */
    private static final int PLACES = 256;

    private static final int FIRST_SIZE = 64;

    private final Selector selector = Selector.open();
    private final ByteBuffer arrived = ByteBuffer.allocateDirect(64 * 1024);
    private final List<Peer> peers = new ArrayList<>();
    private ByteBuffer pattern = ByteBuffer.allocateDirect(0);
    private int size;
    private long echoes;

    /** What connections speak; null if they speak no TLS. */
    private @Nullable SslContext tls;

    /** Whether a connection that has its echo sends again. */
    private boolean goesOn;

    private EchoLoad() throws IOException {}

    public static void main(String[] args) throws IOException {
        EchoLoad load = new EchoLoad();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                System.out.println(load.answer(line.split(" ", -1)));
            }
        }
    }

    private String answer(String[] words) throws IOException {
        switch (words[0]) {
            case "open", "openTls" -> {
                tls = words[0].equals("openTls") ? tls() : null;
                open(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                return "ok";
            }
            case "size" -> {
                setSize(Integer.parseInt(words[1]));
                return "ok";
            }
            case "run" -> {
                return run(Long.parseLong(words[1]));
            }
            case "close" -> {
                for (Peer peer : peers) {
                    peer.wire.close();
                }
                peers.clear();
                selector.selectNow(); // lets go of the descriptors
                return "ok";
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /**
     * BoringSSL where there is one, because it takes less of the load's core than the JDK's engine does. The certificate is not
     * checked.
     */
    private static SslContext tls() throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .protocols("TLSv1.3")
                .build();
    }

    private void setSize(int messageSize) {
        size = messageSize;
        byte[] random = new byte[size + PLACES];
        new Random(size).nextBytes(random);
        pattern = ByteBuffer.allocateDirect(random.length).put(random);
    }

    private void open(int port, int connections) throws IOException {
        setSize(FIRST_SIZE);
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            EchoWire wire = new EchoWire(channel, tls == null ? null : tls.newEngine(UnpooledByteBufAllocator.DEFAULT));
            wire.handshake();
            channel.configureBlocking(false);
            peers.add(new Peer(channel, wire, i));
        }
        echoes = 0;
        goesOn = false;
        for (Peer peer : peers) {
            peer.send();
        }
        while (echoes < connections) {
            select();
        }
    }

    private String run(long millis) throws IOException {
        goesOn = true;
        for (Peer peer : peers) {
            if (peer.isIdle) {
                peer.send();
            }
        }
        long before = echoes;
        long start = System.nanoTime();
        long end = start + millis * 1_000_000;
        long now = start;
        while (now < end) {
            select();
            now = System.nanoTime();
        }
        String result = (echoes - before) + " " + (now - start);
        goesOn = false;
        while (peers.stream().anyMatch(peer -> !peer.isIdle)) {
            select(); // so that no connection is closed in the middle of an echo
        }
        return result;
    }

    private void select() throws IOException {
        selector.select(key -> {
            try {
                ((Peer) key.attachment()).ready();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private final class Peer {
        final EchoWire wire;
        final SelectionKey key;
        boolean isIdle;

        /** Where the current message begins in the pattern, and how much of it was sent and has come back. */
        private int place;

        private int sent;
        private int received;

        Peer(SocketChannel channel, EchoWire wire, int number) throws IOException {
            this.wire = wire;
            this.place = number % PLACES;
            this.key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(this);
        }

        void send() throws IOException {
            isIdle = false;
            sent += wire.write(pattern.limit(place + size).position(place + sent));
            if (!isSent()) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        }

        void ready() throws IOException {
            if (key.isReadable()) {
                receive();
            } else {
                send();
                if (isSent()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            }
        }

        private boolean isSent() {
            return sent == size && wire.isSent();
        }

        private void receive() throws IOException {
            int count = wire.read(arrived.clear());
            if (count < 0 || received + count > sent) {
                throw new IOException(count < 0 ? "the server has closed" : "more came back than was sent");
            }
            ByteBuffer expected = pattern.limit(place + received + count).position(place + received);
            if (arrived.flip().mismatch(expected) >= 0) {
                throw new IOException("what came back is not what was sent");
            }
            received += count;
            if (received == size) {
                echoes++;
                received = 0;
                sent = 0;
                place = (place + 1) % PLACES;
                if (goesOn) {
                    send();
                } else {
                    isIdle = true;
                }
            }
        }
    }
}
