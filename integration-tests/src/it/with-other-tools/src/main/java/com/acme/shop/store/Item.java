package com.acme.shop.store;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.io.IOException;
import java.time.Duration;
import lombok.Builder;
import lombok.Cleanup;
import lombok.SneakyThrows;
import lombok.Value;

/** In the package that is not exported, and with what Lombok writes. */
@Value
@Builder
public class Item {
    String name;

    @Builder.Default
    int count = 1;

    @Async
    public Coroutine<Integer> price() {
        await(sleep(Duration.ofSeconds(1)));
        return done(name.length() * getCount());
    }

    @Async
    public static Coroutine<Item> find(String name) {
        await(sleep(Duration.ofSeconds(1)));
        return done(Item.builder().name(name).count(await(stock(name))).build());
    }

    @Async
    private static Coroutine<Integer> stock(String name) {
        return done(name.length());
    }

    /** Lombok's try around awaits: what is thrown passes by the compiler. */
    @SneakyThrows
    @Async
    public static Coroutine<String> sneaky(boolean fail) {
        await(sleep(Duration.ofSeconds(1)));
        if (fail) {
            throw new IOException("sneaked");
        }
        return done("calm");
    }

    /** Lombok's finally around awaits. */
    @SneakyThrows
    @Async
    public static Coroutine<String> cleanedUp(StringBuilder log) {
        @Cleanup AutoCloseable resource = () -> log.append(" closed");
        await(sleep(Duration.ofSeconds(1)));
        log.append(" used");
        return done(String.valueOf(resource != null));
    }
}
