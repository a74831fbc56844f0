package com.acme;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

class Till {
    @Async
    static Coroutine<Void> open() {
        await(sleep(Duration.ofSeconds(1)));
        return done();
    }
}
