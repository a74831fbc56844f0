package com.acme;

import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

public class NoAwait {
    @Async
    public static Coroutine<Integer> answer(int question) {
        return done(question + 42);
    }
}
