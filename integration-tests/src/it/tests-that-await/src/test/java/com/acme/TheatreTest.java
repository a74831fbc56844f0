package com.acme;

import static dev.fermata.Asyncio.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.EventLoop;
import dev.fermata.testing.AsyncAfterEach;
import dev.fermata.testing.AsyncBeforeEach;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TheatreTest {
    private final Theatre theatre = new Theatre();

    @AsyncBeforeEach
    void somebodyHasTheFirstSeat() {
        await(theatre.book(1, "Zoe"));
    }

    @AsyncTest
    void a_seat_is_sold_once() {
        assertTrue(await(theatre.book(2, "Ann")));
        assertFalse(await(theatre.book(2, "Bob")));
        assertEquals(Duration.ofSeconds(4).toNanos(), EventLoop.running().time()); // took no time at all
    }

    @AsyncTest
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void every_seat_can_be_had(int seat) {
        assertTrue(await(theatre.book(seat, "Ann")));
    }

    @AsyncAfterEach
    void nobodyIsLeftPaying() {
        await(sleep(Duration.ofMinutes(1)));
        assertTrue(theatre.isIdle());
    }
}
