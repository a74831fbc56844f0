package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.semantics.Explored.explore;
import static dev.fermata.semantics.Explored.quiet;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link AsyncLock} in orders that the loop alone would never choose, with cancels everywhere: held by one at a time, in order, and never lost. */
class LocksUnderExplorationTest {
    /** Who uses a lock, and in which order. */
    private static final class Users {
        final AsyncLock lock = new AsyncLock();
        private final Set<Task<?>> waiting = new LinkedHashSet<>();
        private int inside;

        @Async
        Coroutine<Void> use(int hold) {
            Task<?> self = currentTask();
            waiting.add(self);
            try (var held = await(lock.acquire())) {
                assertSame(self, firstInLine());
                waiting.remove(self);
                assertEquals(1, ++inside);
                try {
                    await(turns(hold));
                } finally {
                    inside--;
                }
            } finally {
                waiting.remove(self);
            }
            return done();
        }

        void tryToUse() {
            try (var held = lock.tryAcquire().orElse(null)) {
                if (held != null) {
                    assertEquals(0, inside);
                    assertNull(firstInLine());
                }
            }
        }

        /** The one who has waited longest; not one who was cancelled and has not run since. */
        private Task<?> firstInLine() {
            return waiting.stream()
                    .filter(it -> it.cancelling() == 0)
                    .findFirst()
                    .orElse(null);
        }
    }

    @Test
    void a_lock_is_held_by_one_at_a_time_in_order_of_arrival_and_is_free_in_the_end() {
        explore(200, run -> () -> {
            Users users = new Users();
            for (int i = 0; i < 4; i++) {
                int pause = run.random.nextInt(4);
                int hold = run.random.nextInt(3);
                run.start(() -> {
                    await(turns(pause));
                    users.tryToUse();
                    await(users.use(hold));
                    await(users.use(hold));
                    return done();
                });
            }
            run.startSaboteur(run.random.nextInt(4));
            await(quiet());
            run.checkEnded();
            assertFalse(users.lock.locked());
            return done();
        });
    }
}
