package com.acme;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.Coroutine;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

class CarefulTheatre {
    private final Map<Integer, String> seats = new HashMap<>();
    private final AsyncLock desk = new AsyncLock();

    @Async
    Coroutine<Boolean> book(int seat, String name) {
        try (var held = await(desk.acquire())) {
            if (seats.containsKey(seat)) {
                return done(false);
            }
            await(pay());
            seats.put(seat, name);
            return done(true);
        }
    }

    @Async
    private Coroutine<Void> pay() {
        await(sleep(Duration.ofSeconds(2)));
        return done();
    }

    /** Nobody is paying. */
    boolean isIdle() {
        return !desk.locked();
    }
}
