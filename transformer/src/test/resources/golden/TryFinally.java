package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

/** The compiler copies the block of finally: one await in the source is three points. */
public class TryFinally {
    @Async
    static Coroutine<String> read(String name) {
        String text;
        try {
            text = await(load(name));
            if (text.isEmpty()) {
                return done("nothing");
            }
        } finally {
            await(release(name));
        }
        return done(text);
    }

    @Async
    static Coroutine<String> load(String name) {
        return done(name);
    }

    @Async
    static Coroutine<Void> release(String name) {
        return done();
    }
}
