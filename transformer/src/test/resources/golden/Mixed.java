package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A loop, a try in it with catch and finally, and awaits everywhere. */
public class Mixed {
    private final AsyncLock lock = new AsyncLock();

    @Async
    public Coroutine<List<String>> fetchAll(List<String> urls, int retries) throws IOException {
        List<String> pages = new ArrayList<>();
        long started = System.nanoTime();
        for (String url : urls) {
            for (int attempt = 0; ; attempt++) {
                await(lock.acquire());
                try {
                    String page = await(open(url)) + await(read(url, attempt));
                    pages.add(page);
                    break;
                } catch (IOException e) {
                    if (attempt == retries) {
                        throw e;
                    }
                    await(Asyncio.sleep(Duration.ofSeconds(1L << attempt)));
                } finally {
                    await(closed(url));
                    lock.release();
                }
            }
        }
        await(log("fetched", System.nanoTime() - started));
        return done(pages);
    }

    @Async
    private static Coroutine<String> open(String url) throws IOException {
        return done(url);
    }

    @Async
    public Coroutine<String> read(String url, int attempt) throws IOException {
        return done(url + attempt);
    }

    @Async
    private static Coroutine<Void> closed(String url) {
        return done();
    }

    @Async
    private Coroutine<Void> log(String what, long nanos) {
        return done();
    }
}
