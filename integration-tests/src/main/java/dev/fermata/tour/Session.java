package dev.fermata.tour;

import static dev.fermata.Asyncio.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.Coroutine;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An HTTP client that is closed when it is done with, and waits for that: what aiohttp calls a client session. */
final class Session implements AsyncCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newBuilder().executor(threads).build();
    private boolean closed;

    /** Sends a request and waits for the head of the answer. */
    @Async
    Coroutine<Response> get(URI page) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(page).build();
        return done(new Response(
                await(client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()), IOException.class)));
    }

    @Override
    @Async
    public Coroutine<Void> aclose() {
        threads.shutdown();
        await(toThread(() -> threads.awaitTermination(5, TimeUnit.SECONDS)));
        closed = true;
        return done();
    }

    boolean closed() {
        return closed;
    }

    /** An answer whose body has not been read yet. Closing it gives up what is left of the body. */
    static final class Response implements AsyncCloseable {
        private final HttpResponse<InputStream> response;

        private Response(HttpResponse<InputStream> response) {
            this.response = response;
        }

        int status() {
            return response.statusCode();
        }

        /** Waits for the body. */
        @Async
        Coroutine<String> text() throws IOException {
            return done(await(toThread(() -> new String(response.body().readAllBytes(), UTF_8)), IOException.class));
        }

        @Override
        @Async
        public Coroutine<Void> aclose() {
            await(toThread(() -> {
                response.body().close();
                return true;
            }));
            return done();
        }
    }
}
