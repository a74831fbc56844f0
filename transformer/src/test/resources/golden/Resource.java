package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.Coroutine;

/** The closes are awaited, on the way of an exception too. */
public class Resource {
    interface Connection extends AsyncCloseable {
        Coroutine<String> query(String text);
    }

    @Async
    static Coroutine<String> ask(Connection connection) {
        try (Connection open = connection) {
            return done(await(open.query("?")));
        }
    }
}
