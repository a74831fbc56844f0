package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.util.List;

public class Loop {
    @Async
    public Coroutine<Integer> total(List<String> items, String unused) {
        int total = 0;
        for (String item : items) {
            if (item.isEmpty()) {
                continue;
            }
            total += await(price(item));
        }
        return done(total);
    }

    @Async
    private Coroutine<Integer> price(String item) {
        return done(item.length());
    }
}
