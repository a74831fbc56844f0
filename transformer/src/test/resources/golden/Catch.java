package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.io.IOException;

public class Catch {
    @Async
    public Coroutine<Integer> fetch(String url) throws IOException {
        int tries = 0;
        while (true) {
            try {
                return done(await(size(url)) + tries);
            } catch (IOException e) {
                if (++tries == 3) {
                    throw e;
                }
                await(pause(tries));
            } catch (IllegalStateException | IllegalArgumentException e) {
                return done(await(size("fallback")));
            }
        }
    }

    @Async
    public Coroutine<Integer> size(String url) throws IOException {
        return done(url.length());
    }

    @Async
    private static Coroutine<Void> pause(int tries) {
        return done();
    }
}
