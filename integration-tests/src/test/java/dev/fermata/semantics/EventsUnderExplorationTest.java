package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.semantics.Explored.explore;
import static dev.fermata.semantics.Explored.quiet;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.AsyncEvent;
import org.junit.jupiter.api.Test;

/** {@link AsyncEvent} in orders that the loop alone would never choose, with cancels everywhere: nobody waits for one that is set. */
class EventsUnderExplorationTest {
    @Test
    void nobody_waits_for_an_event_that_is_set() {
        explore(200, run -> () -> {
            AsyncEvent event = new AsyncEvent();
            int[] waiting = {0};
            for (int i = 0; i < 4; i++) {
                int pause = run.random.nextInt(4);
                run.start(() -> {
                    for (int round = 0; round < 2; round++) {
                        await(turns(pause));
                        waiting[0]++;
                        try {
                            await(event.untilSet());
                        } finally {
                            waiting[0]--;
                        }
                    }
                    return done();
                });
            }
            run.start(() -> {
                for (int i = 0; i < 3; i++) {
                    await(turns(run.random.nextInt(3)));
                    event.set();
                    await(turns(run.random.nextInt(2)));
                    event.clear();
                }
                return done();
            });
            run.startSaboteur(run.random.nextInt(4));
            await(quiet());
            assertEquals(
                    waiting[0] == 0 ? "event (not set)" : "event (not set, " + waiting[0] + " waiting)",
                    event.isSet() ? "event (not set)" : event.toString());
            event.set();
            await(quiet());
            run.checkEnded();
            assertEquals(0, waiting[0]);
            return done();
        });
    }
}
