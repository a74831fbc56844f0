package com.acme;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

class Shop {
    private int stock = 1;

    @Async
    Coroutine<Boolean> buy() {
        synchronized (this) {
            await(sleep(Duration.ofSeconds(1)));
            return done(stock-- > 0);
        }
    }
}
