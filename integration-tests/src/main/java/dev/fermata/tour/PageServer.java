package dev.fermata.tour;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server on loopback, with threads of its own and slow pages. It counts how many requests it served at once. */
final class PageServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Duration delay;
    private final AtomicInteger serving = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();

    /**
     * Starts it on a free port.
     *
     * @param delay how long each page takes
     */
    PageServer(Duration delay) throws IOException {
        this.delay = delay;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /** The address of a page; its text is {@code "This is page N."}. */
    URI page(int number) {
        InetSocketAddress address = server.getAddress();
        return URI.create(
                "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/page/" + number);
    }

    /** How many requests were in work at the same time, at most. */
    int mostAtOnce() {
        return most.get();
    }

    /** How many requests were answered. */
    int served() {
        return served.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        most.accumulateAndGet(serving.incrementAndGet(), Math::max);
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server is being closed
        } finally {
            serving.decrementAndGet(); // before the answer, on which the client may send its next request
        }
        served.incrementAndGet();
        String path = exchange.getRequestURI().getPath();
        byte[] text = ("This is page " + path.substring(path.lastIndexOf('/') + 1) + ".").getBytes(UTF_8);
        exchange.sendResponseHeaders(200, text.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(text);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
