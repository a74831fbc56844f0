package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

public class Switch {
    @Async
    static Coroutine<String> name(int kind, String other) {
        String result;
        switch (kind) {
            case 0:
                result = await(get("zero"));
                break;
            case 1:
                result = await(get("one")) + other;
                // falls through
            case 2:
                result = await(get("two"));
                break;
            default:
                throw new IllegalArgumentException(other);
        }
        return done(result);
    }

    @Async
    static Coroutine<String> get(String text) {
        return done(text);
    }
}
