package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

class Shop {
    @Async
    static Coroutine<Void> open() throws InterruptedException {
        createTask(sleep(Duration.ofHours(1)));
        Thread.sleep(1);
        await(sleep(Duration.ZERO));
        return done();
    }
}
