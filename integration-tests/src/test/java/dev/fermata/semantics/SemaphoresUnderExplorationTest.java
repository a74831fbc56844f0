package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.semantics.Explored.explore;
import static dev.fermata.semantics.Explored.quiet;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.AsyncBoundedSemaphore;
import dev.fermata.AsyncSemaphore;
import org.junit.jupiter.api.Test;

/** {@link AsyncSemaphore} in orders that the loop alone would never choose, with cancels everywhere: no more permits than it has, and none is lost. */
class SemaphoresUnderExplorationTest {
    @Test
    void a_semaphore_gives_no_more_permits_than_it_has_and_has_them_all_in_the_end() {
        explore(200, run -> () -> {
            int permits = 1 + run.random.nextInt(3);
            AsyncSemaphore semaphore =
                    run.random.nextBoolean() ? new AsyncSemaphore(permits) : new AsyncBoundedSemaphore(permits);
            int[] inside = {0};
            for (int i = 0; i < 5; i++) {
                int pause = run.random.nextInt(4);
                int hold = run.random.nextInt(3);
                run.start(() -> {
                    await(turns(pause));
                    for (int round = 0; round < 2; round++) {
                        try (var permit = await(semaphore.acquire())) {
                            assertTrue(++inside[0] <= permits);
                            try {
                                await(turns(hold));
                            } finally {
                                inside[0]--;
                            }
                        }
                    }
                    return done();
                });
            }
            run.startSaboteur(run.random.nextInt(4));
            await(quiet());
            run.checkEnded();
            for (int i = 0; i < permits; i++) {
                assertTrue(semaphore.tryAcquire().isPresent());
            }
            assertTrue(semaphore.tryAcquire().isEmpty());
            return done();
        });
    }
}
