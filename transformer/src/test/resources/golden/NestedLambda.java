package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;

public class NestedLambda {
    private final int base = 1;

    @Async
    public Coroutine<Integer> outer(int factor) throws Exception {
        AsyncCallable<Integer> scaled = () -> {
            AsyncCallable<Integer> inner = () -> done(await(one()) + factor);
            return done(await(inner.call()) * factor + base);
        };
        return done(await(scaled.call()));
    }

    @Async
    private static Coroutine<Integer> one() {
        return done(1);
    }
}
