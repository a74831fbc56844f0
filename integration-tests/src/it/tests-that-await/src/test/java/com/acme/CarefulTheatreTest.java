package com.acme;

import static dev.fermata.Asyncio.*;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import java.time.Duration;

class CarefulTheatreTest {
    private final CarefulTheatre theatre = new CarefulTheatre();

    @Async
    private Coroutine<Boolean> bookLater(int seat, String name) {
        await(sleep(Duration.ofSeconds(2)));
        return theatre.book(seat, name);
    }

    @AsyncTest
    @Explore
    void a_seat_is_sold_once() {
        var sold = await(gather(theatre.book(1, "Ann"), bookLater(1, "Bob")));
        assertNotEquals(sold.get(0), sold.get(1));
    }

    @AsyncTest
    @Explore(cancels = true)
    void whoever_gives_up_is_gone() {
        try {
            await(theatre.book(1, "Ann"));
        } finally {
            assertTrue(theatre.isIdle());
        }
    }
}
