package com.acme.library;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

public class Shop {
    @Async
    public static Coroutine<String> buy(String item) {
        await(sleep(Duration.ZERO));
        return done("the second " + item);
    }
}
