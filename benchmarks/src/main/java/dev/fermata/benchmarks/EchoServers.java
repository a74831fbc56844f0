package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.net.Net.startServer;

import com.sun.management.ThreadMXBean;
import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.net.Connection;
import dev.fermata.net.ConnectionHandler;
import dev.fermata.net.ServerOptions;
import dev.fermata.net.TlsOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An echo server in a process of its own. It prints its port. Then it answers lines of its standard input: {@code allocated}
 * with the bytes that its threads have allocated so far, {@code heap} with the bytes that are live after a collection. It
 * ends when its standard input does.
 */
final class EchoServers {
    private static final String LOCAL = "127.0.0.1";
    private static final int BACKLOG = 1024;

    /** What a connection's buffer takes, in the forms that have one for each: the longest message. */
    private static final int BUFFER = 16 * 1024;

    private static final int CHUNK = 64 * 1024;

    private EchoServers() {}

    /** The first argument is a form. A second one is a key store, and the form speaks TLS. */
    public static void main(String[] args) throws IOException, InterruptedException, GeneralSecurityException {
        serveCommands();
        Path store = args.length > 1 ? Path.of(args[1]) : null;
        String form =
                args[0].endsWith(Echo.UNSAFE) ? args[0].substring(0, args[0].length() - Echo.UNSAFE.length()) : args[0];
        switch (form) {
            case "fermata" -> fermata(EchoServers::echo, store);
            case "fermataBytes" -> fermata(EchoServers::echoBytes, store);
            case "nettyNio" -> nettyNio(store, SslProvider.JDK, new AdaptiveRecvByteBufAllocator());
            case "nettyNioLarge" -> nettyNio(store, SslProvider.JDK, new FixedRecvByteBufAllocator(CHUNK));
            case "nettyNioBoringSsl" -> nettyNio(store, SslProvider.OPENSSL_REFCNT, new AdaptiveRecvByteBufAllocator());
            case "nettyEpoll" -> nettyEpoll(store, new AdaptiveRecvByteBufAllocator());
            case "nettyEpollLarge" -> nettyEpoll(store, new FixedRecvByteBufAllocator(CHUNK));
            case "virtualThreads" -> virtualThreads(store);
            case "bareNio" -> bareNio();
            default -> throw new IllegalArgumentException("no such form: " + form);
        }
    }

    private static void serveCommands() {
        Thread commands = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line; (line = lines.readLine()) != null; ) {
                    System.out.println(line.equals("heap") ? live() : allocated());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Runtime.getRuntime().halt(0);
        });
        commands.setDaemon(true);
        commands.start();
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    private static long live() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    // ---- Fermata

    private static void fermata(ConnectionHandler handler, @Nullable Path store)
            throws IOException, GeneralSecurityException {
        ServerOptions plain = ServerOptions.defaults().backlog(BACKLOG).option(StandardSocketOptions.TCP_NODELAY, true);
        ServerOptions options = store == null
                ? plain
                : plain.tls(TlsOptions.defaults()
                        .identity(EchoCertificate.load(store), EchoCertificate.password())
                        .protocols("TLSv1.3"));
        Asyncio.run(() -> {
            try (var server = await(startServer(handler, LOCAL, 0, options))) {
                System.out.println(server.port());
                await(server.serveForever());
            }
            return done();
        });
    }

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        while (await(peer.read(buffer)) >= 0) {
            await(peer.write(buffer.flip()));
            buffer.clear();
        }
        return done();
    }

    @Async
    private static Coroutine<Void> echoBytes(Connection peer) {
        byte[] bytes = await(peer.read(CHUNK));
        while (bytes.length > 0) {
            await(peer.write(bytes));
            bytes = await(peer.read(CHUNK));
        }
        return done();
    }

    // ---- Netty

    /** Netty's own way to choose the size of a read is the adaptive one. */
    private static void nettyNio(@Nullable Path store, SslProvider provider, RecvByteBufAllocator reads)
            throws IOException, InterruptedException, GeneralSecurityException {
        netty(NioIoHandler.newFactory(), NioServerSocketChannel.class, reads, tls(store, provider));
    }

    private static void nettyEpoll(@Nullable Path store, RecvByteBufAllocator reads)
            throws IOException, InterruptedException, GeneralSecurityException {
        netty(EpollIoHandler.newFactory(), EpollServerSocketChannel.class, reads, tls(store, SslProvider.JDK));
    }

    private static @Nullable SslContext tls(@Nullable Path store, SslProvider provider)
            throws IOException, GeneralSecurityException {
        return store == null
                ? null
                : SslContextBuilder.forServer(EchoCertificate.keys(store))
                        .sslProvider(provider)
                        .protocols("TLSv1.3")
                        .build();
    }

    private static void netty(
            IoHandlerFactory io,
            Class<? extends ServerChannel> kind,
            RecvByteBufAllocator reads,
            @Nullable SslContext tls)
            throws InterruptedException {
        var listening = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, io))
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(NettyEcho.INSTANCE);
                    }
                })
                .bind(LOCAL, 0)
                .sync()
                .channel();
        System.out.println(((InetSocketAddress) listening.localAddress()).getPort());
        listening.closeFuture().sync();
    }

    /** As in Netty's own example. */
    @ChannelHandler.Sharable
    private static final class NettyEcho extends ChannelInboundHandlerAdapter {
        static final NettyEcho INSTANCE = new NettyEcho();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var unused = context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            failure.printStackTrace();
            var unused = context.close();
        }
    }

    // ---- virtual threads

    private static void virtualThreads(@Nullable Path store)
            throws IOException, InterruptedException, GeneralSecurityException {
        ServerSocketFactory sockets = store == null
                ? ServerSocketFactory.getDefault()
                : EchoCertificate.context(store).getServerSocketFactory();
        VirtualThreads.start(() -> {
                    try (ServerSocket listening =
                            sockets.createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
                        System.out.println(listening.getLocalPort());
                        while (true) {
                            Socket peer = listening.accept();
                            peer.setTcpNoDelay(true);
                            VirtualThreads.start(() -> blockingEcho(peer));
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .join();
    }

    private static void blockingEcho(Socket socket) {
        try (Socket peer = socket;
                InputStream in = peer.getInputStream();
                OutputStream out = peer.getOutputStream()) {
            byte[] buffer = new byte[BUFFER];
            for (int count; (count = in.read(buffer)) >= 0; ) {
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- bare NIO

    /** The least that an echo takes: one thread, one selector, one buffer, no queue, no task, no limit. */
    private static void bareNio() throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel listening = ServerSocketChannel.open();
        listening.configureBlocking(false);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listening.register(selector, SelectionKey.OP_ACCEPT);
        System.out.println(listening.socket().getLocalPort());
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        while (true) {
            selector.select(key -> {
                try {
                    bareNio(selector, listening, key, buffer);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void bareNio(Selector selector, ServerSocketChannel listening, SelectionKey key, ByteBuffer buffer)
            throws IOException {
        if (key.isAcceptable()) {
            java.nio.channels.SocketChannel peer = listening.accept();
            if (peer != null) {
                peer.configureBlocking(false);
                peer.setOption(StandardSocketOptions.TCP_NODELAY, true);
                peer.register(selector, SelectionKey.OP_READ);
            }
            return;
        }
        java.nio.channels.SocketChannel peer = (java.nio.channels.SocketChannel) key.channel();
        ByteBuffer unsent = (ByteBuffer) key.attachment();
        if (unsent == null) {
            if (peer.read(buffer.clear()) < 0) {
                peer.close();
                return;
            }
            peer.write(buffer.flip());
            if (buffer.hasRemaining()) {
                key.attach(ByteBuffer.allocateDirect(buffer.remaining())
                        .put(buffer)
                        .flip());
                key.interestOps(SelectionKey.OP_WRITE);
            }
        } else {
            peer.write(unsent);
            if (!unsent.hasRemaining()) {
                key.attach(null);
                key.interestOps(SelectionKey.OP_READ);
            }
        }
    }
}
