package dev.fermata.alongside;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A final class with woven methods of each kind that can be mocked. */
final class Till {
    /** Suspends. */
    @Async
    Coroutine<Integer> price(String item) {
        await(sleep(Duration.ZERO));
        return done(item.length());
    }

    /** Does not. */
    @Async
    Coroutine<Integer> count() {
        return done(1);
    }

    @Async
    Coroutine<Integer> total(String left, String right) {
        int sum = await(price(left));
        return done(sum + await(price(right)) + await(count()));
    }

    @Async
    CompletableFuture<Integer> hot(String item) {
        return CompletableFuture.completedFuture(await(price(item)));
    }
}
