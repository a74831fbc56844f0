package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

/** Refused: what is printed are the errors. */
public class Synchronized {
    @Async
    Coroutine<Integer> locked(Coroutine<Integer> value) {
        synchronized (this) {
            return done(await(value));
        }
    }

    @Async
    synchronized Coroutine<Integer> method(Coroutine<Integer> value) {
        return done(await(value));
    }
}
