package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.semantics.Explored.explore;
import static dev.fermata.semantics.Explored.quiet;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.AsyncBarrier;
import dev.fermata.BrokenBarrierException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link AsyncBarrier} in orders that the loop alone would never choose, with cancels everywhere: it keeps nobody who could go on. */
class BarriersUnderExplorationTest {
    @Test
    void a_barrier_lets_go_so_many_at_a_time_and_keeps_nobody_who_could_go_on() {
        explore(200, run -> () -> {
            int parties = 2 + run.random.nextInt(2);
            AsyncBarrier barrier = new AsyncBarrier(parties);
            Set<Integer> round = new HashSet<>();
            int[] waiting = {0};
            for (int i = 0; i < 5; i++) {
                int pause = run.random.nextInt(3);
                run.start(() -> {
                    for (int turn = 0; turn < 3; turn++) {
                        await(turns(pause));
                        waiting[0]++;
                        try {
                            int place = await(barrier.arrive());
                            if (place == parties - 1) {
                                round.clear(); // the last one, who goes on first
                            }
                            assertTrue(round.add(place) && place < parties);
                        } catch (BrokenBarrierException broken) {
                            await(turns(1));
                        } finally {
                            waiting[0]--;
                        }
                    }
                    return done();
                });
            }
            if (run.random.nextInt(3) == 0) {
                run.start(() -> {
                    await(turns(run.random.nextInt(8)));
                    barrier.reset();
                    return done();
                });
            }
            run.startSaboteur(run.random.nextInt(4));
            await(quiet());
            assertEquals(waiting[0], barrier.waiting());
            assertTrue(waiting[0] < parties);
            barrier.abort();
            await(quiet());
            run.checkEnded();
            barrier.reset();
            assertEquals("barrier (filling, 0 of " + parties + " there)", barrier.toString());
            return done();
        });
    }
}
