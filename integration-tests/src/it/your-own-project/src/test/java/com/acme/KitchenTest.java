package com.acme;

import static dev.fermata.Asyncio.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.EventLoop;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KitchenTest {
    @Test
    void egg_and_toast_are_cooked_at_once() {
        run(() -> {
            long start = EventLoop.running().time();
            assertEquals(List.of("egg", "toast"), await(Kitchen.breakfast()));
            assertEquals(Duration.ofSeconds(3).toNanos(), EventLoop.running().time() - start);
            return done();
        }, EventLoop::virtualTime); // takes no time at all, and exactly 3 seconds
    }

    @Test
    void an_egg_takes_too_long_for_somebody_in_a_hurry() {
        assertEquals("no egg", run(Kitchen::inAHurry, EventLoop::virtualTime));
    }

    @Test
    void an_egg_can_be_called_off() {
        assertEquals("egg called off", run(Kitchen::changeOfMind, EventLoop::virtualTime));
    }
}
