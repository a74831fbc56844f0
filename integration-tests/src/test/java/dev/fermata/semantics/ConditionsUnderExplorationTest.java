package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.semantics.Explored.explore;
import static dev.fermata.semantics.Explored.quiet;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCondition;
import dev.fermata.Coroutine;
import org.junit.jupiter.api.Test;

/** {@link AsyncCondition} in orders that the loop alone would never choose, with cancels everywhere: the lock is held behind each wait, and no signal is lost. */
class ConditionsUnderExplorationTest {
    /** A store with a condition for those who take. */
    private static final class Store {
        final AsyncCondition condition = new AsyncCondition();
        private int items;
        private int waiting;
        private int inside;
        private boolean closed;
        private int put;
        private int taken;

        @Async
        Coroutine<Void> put(int hold) {
            try (var held = await(condition.acquire())) {
                enter();
                try {
                    await(turns(hold));
                    items++;
                    put++;
                    condition.signal();
                } finally {
                    inside--;
                }
            }
            return done();
        }

        @Async
        Coroutine<Boolean> take(int hold) {
            try (var held = await(condition.acquire())) {
                enter();
                try {
                    await(untilThereIsSomething());
                    boolean there = items > 0;
                    if (there) {
                        items--;
                        taken++;
                    }
                    await(turns(hold));
                    return done(there);
                } finally {
                    inside--;
                }
            }
        }

        @Async
        private Coroutine<Void> untilThereIsSomething() {
            inside--;
            waiting++;
            try {
                await(condition.until(() -> {
                    assertTrue(condition.locked());
                    assertEquals(0, inside);
                    return items > 0 || closed;
                }));
                assertTrue(items > 0 || closed);
            } finally {
                waiting--;
                assertTrue(condition.locked());
                enter(); // whatever has ended the wait
            }
            return done();
        }

        private void enter() {
            assertEquals(1, ++inside);
        }
    }

    @Test
    void a_wait_for_a_condition_ends_with_the_lock_held_and_no_signal_is_lost() {
        // a signal that is lost because its one was cancelled while it took the lock shows in one program of some
        // hundred
        explore(500, run -> () -> {
            Store store = new Store();
            for (int i = 0; i < 3; i++) {
                int hold = run.random.nextInt(2);
                int pause = run.random.nextInt(4);
                run.start(() -> {
                    await(turns(pause));
                    while (await(store.take(hold))) {
                        await(turns(pause));
                    }
                    return done();
                });
            }
            for (int i = 0; i < 3; i++) {
                int hold = run.random.nextInt(2);
                int pause = run.random.nextInt(6);
                run.start(() -> {
                    await(turns(pause));
                    await(store.put(hold));
                    await(store.put(hold));
                    return done();
                });
            }
            run.startSaboteur(run.random.nextInt(4));
            await(quiet());
            assertFalse(store.condition.locked());
            assertTrue(store.waiting == 0 || store.items == 0, store.waiting + " wait, " + store.items + " there");
            assertEquals(store.put, store.taken + store.items);
            try (var held = await(store.condition.acquire())) {
                store.closed = true;
                store.condition.signalAll();
            }
            await(quiet());
            run.checkEnded();
            assertFalse(store.condition.locked());
            assertEquals(0, store.waiting);
            return done();
        });
    }
}
