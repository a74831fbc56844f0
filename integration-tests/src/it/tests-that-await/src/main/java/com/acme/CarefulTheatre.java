package com.acme;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

class CarefulTheatre {
    private final Map<Integer, String> seats = new HashMap<>();
    private int paying;

    @Async
    Coroutine<Boolean> book(int seat, String name) {
        if (seats.putIfAbsent(seat, name) != null) {
            return done(false);
        }
        paying++;
        try {
            await(pay());
        } catch (Throwable e) { // a cancel too
            seats.remove(seat);
            throw e;
        } finally {
            paying--;
        }
        return done(true);
    }

    @Async
    private Coroutine<Void> pay() {
        await(sleep(Duration.ofSeconds(2)));
        return done();
    }

    /** Nobody is paying. */
    boolean isIdle() {
        return paying == 0;
    }
}
