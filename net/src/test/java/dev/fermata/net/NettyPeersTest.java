package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Certificates.*;
import static dev.fermata.net.Net.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Netty as the peer, client and server, by the JDK's engine and, where there is one, by BoringSSL. Each side has a certificate. */
@Timeout(60)
final class NettyPeersTest {
    /** More than the buffers of two sockets have room for. */
    private static final int MUCH = 30_000_000;

    private static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    private final List<Throwable> reported = new ArrayList<>();

    @AfterAll
    static void endThreads() {
        GROUP.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Who is met. */
    private record Kind(SslProvider provider, String version, boolean isServer) {
        boolean isTls13() {
            return version.equals("TLSv1.3");
        }

        /** Whether Netty may send after the end of the other stream. BoringSSL's engine ends both at once. */
        boolean halfCloses() {
            return isTls13() && provider == SslProvider.JDK;
        }

        SslContext context(ClientAuth clientAuth, boolean hasIdentity) throws GeneralSecurityException, SSLException {
            SslContextBuilder builder = isServer
                    ? SslContextBuilder.forServer(key(SERVER), certificate(SERVER))
                            .trustManager(certificate(CLIENT))
                            .clientAuth(clientAuth)
                    : SslContextBuilder.forClient().trustManager(certificate(SERVER));
            if (!isServer && hasIdentity) {
                builder.keyManager(key(CLIENT), certificate(CLIENT));
            }
            return builder.sslProvider(provider)
                    .protocols(version)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            "echo"))
                    .build();
        }
    }

    private static PrivateKey key(java.security.KeyStore store) throws GeneralSecurityException {
        return (PrivateKey) store.getKey("key0", PASSWORD);
    }

    private static X509Certificate certificate(java.security.KeyStore store) throws GeneralSecurityException {
        return (X509Certificate) store.getCertificate("key0");
    }

    static Stream<Kind> peers() {
        List<SslProvider> providers = new ArrayList<>(List.of(SslProvider.JDK));
        if (OpenSsl.isAvailable()) {
            providers.add(SslProvider.OPENSSL);
        }
        return providers.stream()
                .flatMap(provider -> Stream.of("TLSv1.3", "TLSv1.2")
                        .flatMap(version ->
                                Stream.of(true, false).map(isServer -> new Kind(provider, version, isServer))));
    }

    static Stream<Kind> servers() {
        return peers().filter(Kind::isServer);
    }

    static Stream<Kind> halfClosing() {
        return peers().filter(Kind::halfCloses);
    }

    /** Netty's end of one connection. */
    private static final class Netty extends ChannelInboundHandlerAdapter {
        private record Waiter(int count, CompletableFuture<byte[]> arrived) {}

        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final List<Waiter> waiters = new ArrayList<>();
        private boolean isEcho;
        private boolean pausesAfterHandshake;
        private Consumer<Channel> atEnd = Channel::close;

        final CompletableFuture<Channel> connected = new CompletableFuture<>();

        /** Fails if the peer has not said that this is the end. */
        final CompletableFuture<Void> ended = new CompletableFuture<>();

        Netty echo() {
            isEcho = true;
            return this;
        }

        Netty pausesAfterHandshake() {
            pausesAfterHandshake = true;
            return this;
        }

        Netty atEnd(Consumer<Channel> what) {
            atEnd = what;
            return this;
        }

        /** Returns the first {@code count} bytes or more, when they have arrived. */
        synchronized CompletableFuture<byte[]> received(int count) {
            CompletableFuture<byte[]> arrived = new CompletableFuture<>();
            waiters.add(new Waiter(count, arrived));
            wake();
            return arrived;
        }

        private synchronized void wake() {
            waiters.stream()
                    .filter(it -> received.size() >= it.count)
                    .forEach(it -> it.arrived.complete(received.toByteArray()));
            waiters.removeIf(it -> it.arrived.isDone());
        }

        Channel channel() {
            return connected.join();
        }

        SslHandler tls() {
            return channel().pipeline().get(SslHandler.class);
        }

        ChannelFuture write(byte[] bytes) {
            return channel().writeAndFlush(Unpooled.wrappedBuffer(bytes));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
            ByteBuf bytes = (ByteBuf) message;
            if (isEcho) {
                context.writeAndFlush(bytes);
                return;
            }
            synchronized (this) {
                bytes.readBytes(received, bytes.readableBytes());
            }
            bytes.release();
            wake();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    context.channel().config().setAutoRead(!pausesAfterHandshake);
                    connected.complete(context.channel());
                } else {
                    connected.completeExceptionally(handshake.cause());
                }
            } else if (event instanceof SslCloseCompletionEvent end) {
                if (end.isSuccess()) {
                    ended.complete(null);
                    atEnd.accept(context.channel());
                } else {
                    ended.completeExceptionally(end.cause());
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ended.completeExceptionally(cause);
            context.close();
        }
    }

    private static CompletableFuture<Void> settled(Future<?> future) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        future.addListener(it -> {
            if (it.isSuccess()) {
                done.complete(null);
            } else {
                done.completeExceptionally(it.cause());
            }
        });
        return done;
    }

    private static ChannelInitializer<Channel> initializer(SslContext context, Netty netty) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(
                                context.isClient()
                                        ? context.newHandler(channel.alloc(), "localhost", 1)
                                        : context.newHandler(channel.alloc()))
                        .addLast(netty);
            }
        };
    }

    /** What our end does. */
    private interface Talk {
        Coroutine<Void> with(Connection peer) throws Exception;
    }

    private void meet(Kind kind, Netty netty, Talk talk) {
        meet(kind, netty, client().identity(CLIENT, PASSWORD), true, talk);
    }

    private void meet(Kind kind, Netty netty, TlsOptions asClient, boolean hasIdentity, Talk talk) {
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
            SslContext context = kind.context(ClientAuth.REQUIRE, hasIdentity);
            await(kind.isServer ? connect(context, netty, asClient, talk) : serve(context, netty, talk));
            assertEquals(1, allTasks().size(), () -> dump());
            return done();
        });
    }

    private static Channel listen(SslContext context, Netty netty) throws InterruptedException {
        return new ServerBootstrap()
                .group(GROUP)
                .channel(NioServerSocketChannel.class)
                .childHandler(initializer(context, netty))
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    private static int port(Channel listening) {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Async
    private static Coroutine<Void> connect(SslContext context, Netty netty, TlsOptions options, Talk talk)
            throws Exception {
        Channel listening = listen(context, netty);
        try (var peer = await(openConnection(
                "localhost", port(listening), ConnectOptions.defaults().tls(options.applicationProtocols("echo"))))) {
            await(talk.with(peer));
        } finally {
            await(settled(listening.close()));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> serve(SslContext context, Netty netty, Talk talk) {
        CompletableFuture<Void> served = new CompletableFuture<>();
        ConnectionHandler handler = peer -> {
            try {
                await(talk.with(peer));
                await(peer.aclose());
                served.complete(null);
            } catch (Throwable e) {
                served.completeExceptionally(e);
            }
            return done();
        };
        ServerOptions options =
                ServerOptions.defaults().tls(server().needClientCertificate().applicationProtocols("echo"));
        try (var server = await(startServer(handler, "127.0.0.1", 0, options))) {
            new Bootstrap()
                    .group(GROUP)
                    .channel(NioSocketChannel.class)
                    .handler(initializer(context, netty))
                    .connect("127.0.0.1", server.port());
            await(netty.connected);
            await(served);
            await(netty.ended.handle((ended, failed) -> ended)); // a close before that would be its own
        }
        return done();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("peers")
    void lines_come_back_and_each_knows_the_other(Kind kind) {
        Netty netty = new Netty().echo();
        meet(kind, netty, peer -> {
            for (String line : List.of("tea", "milk", "x".repeat(50_000))) {
                await(peer.write(line + "\n"));
                assertEquals(line, await(peer.readLine()));
            }
            assertEquals(kind.version, peer.tlsSession().getProtocol());
            assertEquals("echo", peer.applicationProtocol());
            assertEquals("echo", netty.tls().applicationProtocol());
            String ofNetty = peer.tlsSession().getPeerPrincipal().toString();
            String ofUs = netty.tls().engine().getSession().getPeerPrincipal().toString();
            assertEquals(
                    List.of("CN=localhost", "CN=a client"),
                    kind.isServer ? List.of(ofNetty, ofUs) : List.of(ofUs, ofNetty));
            return done();
        });
        netty.ended.join();
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void large_transfers_in_both_directions_at_once(Kind kind) {
        byte[] bytes = random(5_000_000);
        Netty netty = new Netty();
        meet(kind, netty, peer -> {
            netty.write(bytes);
            Task<Void> writing = createTask(peer.write(bytes));
            assertArrayEquals(bytes, await(peer.readExactly(bytes.length)));
            await(writing);
            assertArrayEquals(bytes, await(netty.received(bytes.length)));
            return done();
        });
        netty.ended.join();
        assertEquals(List.of(), reported);
    }

    // ---- how it ends

    @ParameterizedTest
    @MethodSource("peers")
    void netty_reads_our_end_and_may_answer_after_it(Kind kind) {
        Netty netty = new Netty().atEnd(channel -> {
            if (kind.halfCloses()) {
                channel.writeAndFlush(Unpooled.copiedBuffer("after your end\n", UTF_8));
            }
            channel.close();
        });
        meet(kind, netty, peer -> {
            await(peer.write("question\n"));
            await(peer.writeEof());
            if (kind.halfCloses()) {
                assertEquals("after your end", await(peer.readLine()));
            }
            assertNull(await(peer.readLine()));
            await(netty.ended);
            assertEquals("question\n", new String(netty.received(0).join(), UTF_8));
            return done();
        });
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void a_close_of_netty_is_an_end(Kind kind) {
        Netty netty = new Netty();
        meet(kind, netty, peer -> {
            await(peer.write("go\n"));
            await(netty.received(3)); // and so the tickets before, which would else reset the connection
            netty.write("last words\n".getBytes(UTF_8));
            netty.channel().close();
            assertEquals("last words", await(peer.readLine()));
            assertNull(await(peer.readLine()));
            assertTrue(peer.isAtEnd());
            return done();
        });
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @MethodSource("halfClosing")
    void netty_ends_its_output_and_reads_on(Kind kind) {
        Netty netty = new Netty();
        meet(kind, netty, peer -> {
            await(settled(netty.tls().closeOutbound()));
            assertNull(await(peer.readLine()));
            await(peer.write("after your end\n"));
            assertEquals("after your end\n", new String(await(netty.received(15)), UTF_8));
            return done();
        });
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void a_connection_that_netty_cuts_is_truncated(Kind kind) {
        Netty netty = new Netty();
        meet(kind, netty, peer -> {
            await(peer.write("go\n"));
            await(netty.received(3));
            await(settled(netty.write("half\nof".getBytes(UTF_8))));
            netty.channel().pipeline().context(SslHandler.class).close(); // by what is below TLS
            assertEquals("half", await(peer.readLine()));
            try {
                await(peer.readLine(), IOException.class);
                fail("netty has not said that this is the end");
            } catch (SSLException e) {
                assertTrue(e.getMessage().contains("was truncated"), e.getMessage());
                assertTrue(e.getMessage().contains("127.0.0.1:"), e.getMessage());
            }
            return done();
        });
    }

    @ParameterizedTest
    @MethodSource("peers")
    void netty_sees_a_truncation_where_we_gave_up_a_write(Kind kind) {
        Netty netty = new Netty();
        meet(kind, netty, peer -> {
            netty.write("go\n".getBytes(UTF_8));
            assertEquals("go", await(peer.readLine())); // and so the tickets before
            netty.channel().config().setAutoRead(false);
            Task<Void> writing = createTask(peer.write(new byte[MUCH]));
            await(sleep(Duration.ofMillis(20)));
            await(cancelAndWait(writing));
            netty.channel().config().setAutoRead(true);
            await(peer.aclose());
            try {
                await(netty.ended, Exception.class);
                fail("a part is missing");
            } catch (Exception e) {
                assertInstanceOf(IOException.class, e);
            }
            return done();
        });
        assertEquals(List.of(), reported);
    }

    // ---- who is slower

    @ParameterizedTest
    @MethodSource("peers")
    void our_write_waits_while_netty_reads_nothing_and_our_reads_go_on(Kind kind) {
        byte[] bytes = random(MUCH);
        Netty netty = new Netty().pausesAfterHandshake();
        meet(kind, netty, peer -> {
            Task<Void> writing = createTask(peer.write(bytes));
            await(netty.connected);
            netty.write("meanwhile\n".getBytes(UTF_8));
            assertEquals("meanwhile", await(peer.readLine()));
            await(sleep(Duration.ofMillis(50)));
            assertFalse(writing.done());
            netty.channel().config().setAutoRead(true);
            await(writing);
            assertArrayEquals(bytes, await(netty.received(bytes.length)));
            return done();
        });
        netty.ended.join();
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void a_write_of_netty_waits_while_we_read_nothing(Kind kind) {
        byte[] bytes = random(MUCH);
        Netty netty = new Netty();
        meet(kind, netty, peer -> {
            await(netty.connected);
            CompletableFuture<Void> writing = settled(netty.write(bytes));
            await(peer.write("meanwhile\n"));
            await(netty.received(10));
            await(sleep(Duration.ofMillis(50)));
            assertFalse(writing.isDone());
            assertArrayEquals(bytes, await(peer.readExactly(bytes.length)));
            await(writing);
            return done();
        });
        netty.ended.join();
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void an_upload_and_a_close_at_once_arrive_whole(Kind kind) {
        byte[] bytes = random(300_000);
        Netty netty = new Netty();
        TlsOptions options = client().identity(CLIENT, PASSWORD);
        run(() -> {
            Channel listening = listen(kind.context(ClientAuth.REQUIRE, true), netty);
            ConnectOptions connecting = ConnectOptions.defaults().tls(options);
            if (kind.isTls13()) {
                await(LateTickets.upload(bytes, port(listening), connecting));
            } else { // whose server sends nothing after the handshake
                try (var peer = await(openConnection("localhost", port(listening), connecting))) {
                    await(peer.write(bytes));
                }
            }
            await(netty.ended);
            assertArrayEquals(bytes, netty.received(0).join());
            await(settled(listening.close()));
            return done();
        });
    }

    // ---- what does not fit

    @ParameterizedTest
    @MethodSource("servers")
    void netty_refuses_a_client_without_a_certificate(Kind kind) {
        assertThrows(
                SSLException.class,
                () -> meet(kind, new Netty(), client(), true, peer -> {
                    await(peer.readLine()); // in TLS 1.3 the server decides after the client
                    return done();
                }));
    }
}
