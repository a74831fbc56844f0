package com.acme;

import static dev.fermata.Asyncio.await;

import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

public class Hot {
    @Async
    public CompletableFuture<String> greet(CompletionStage<String> name, Coroutine<String> ready) {
        await(Asyncio.sleep(Duration.ofSeconds(1)));
        String greeting = "Hello " + await(name);
        return CompletableFuture.completedFuture(greeting + await(ready));
    }
}
