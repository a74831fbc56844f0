package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.semantics.Explored.explore;
import static dev.fermata.semantics.Explored.quiet;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.EventLoop;
import dev.fermata.RateLimiter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link RateLimiter} in orders that the loop alone would never choose, with cancels everywhere: never too fast, and nobody waits for ever. */
class RateLimitersUnderExplorationTest {
    @Test
    void a_limiter_lets_pass_no_more_than_its_rate_and_is_free_in_the_end() {
        explore(200, run -> () -> {
            int burst = 1 + run.random.nextInt(3);
            RateLimiter limiter = new RateLimiter(1, ms(10), burst);
            List<Long> passed = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int pause = run.random.nextInt(4);
                long later = run.random.nextInt(3) * 7;
                run.start(() -> {
                    await(turns(pause));
                    for (int round = 0; round < 2; round++) {
                        await(limiter.acquire());
                        passed.add(EventLoop.running().time() / 1_000_000);
                        await(sleep(ms(later)));
                    }
                    return done();
                });
            }
            run.startSaboteur(run.random.nextInt(4));
            await(quiet());
            run.checkEnded();
            for (int i = 0; i + burst < passed.size(); i++) {
                assertTrue(passed.get(i + burst) - passed.get(i) >= 10, passed::toString);
            }
            for (int i = 0; i < burst; i++) {
                assertTrue(limiter.tryAcquire());
            }
            assertEquals(false, limiter.tryAcquire());
            return done();
        });
    }
}
