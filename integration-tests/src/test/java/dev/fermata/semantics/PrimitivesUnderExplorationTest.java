package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.semantics.Exploration.explore;
import static dev.fermata.semantics.Exploration.quiet;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncBarrier;
import dev.fermata.AsyncBoundedSemaphore;
import dev.fermata.AsyncCondition;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.AsyncSemaphore;
import dev.fermata.BrokenBarrierException;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.QueueShutDownException;
import dev.fermata.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The primitives in orders that the loop alone would never choose, with cancels everywhere: nothing is lost or doubled, and
 * nobody is left waiting who could go on.
 */
class PrimitivesUnderExplorationTest {
    private static final int SEEDS = 200;

    // ---- locks

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
        explore(SEEDS, run -> () -> {
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

    // ---- semaphores

    @Test
    void a_semaphore_gives_no_more_permits_than_it_has_and_has_them_all_in_the_end() {
        explore(SEEDS, run -> () -> {
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

    // ---- events

    @Test
    void nobody_waits_for_an_event_that_is_set() {
        explore(SEEDS, run -> () -> {
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

    // ---- conditions

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
        explore(SEEDS, run -> () -> {
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

    // ---- barriers

    @Test
    void a_barrier_lets_go_so_many_at_a_time_and_keeps_nobody_who_could_go_on() {
        explore(SEEDS, run -> () -> {
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

    // ---- queues

    /** What goes through a queue. */
    private static final class Traffic {
        final AsyncQueue<Integer> queue;
        private final List<Integer> put = new ArrayList<>();
        private final List<Integer> got = new ArrayList<>();
        private int items;
        private int getting;
        private int putting;
        private int consumers;
        private int joined;

        Traffic(AsyncQueue<Integer> queue) {
            this.queue = queue;
        }

        @Async
        Coroutine<Void> put() {
            int item = items++;
            putting++;
            try {
                await(queue.put(item));
                put.add(item);
            } finally {
                putting--;
            }
            return done();
        }

        @Async
        Coroutine<Void> get() {
            getting++;
            try {
                got.add(await(queue.get()));
            } finally {
                getting--;
            }
            return done();
        }

        @Async
        Coroutine<Void> consume(int pause) {
            consumers++;
            try {
                while (true) {
                    await(get());
                    try {
                        await(turns(pause));
                    } finally {
                        queue.taskDone();
                    }
                }
            } catch (QueueShutDownException end) {
                return done();
            } catch (CancelledError cancel) {
                consumers--;
                throw cancel;
            }
        }

        @Async
        Coroutine<Void> produce(int pause, int count) {
            try {
                for (int i = 0; i < count; i++) {
                    await(turns(pause));
                    await(put());
                }
            } catch (QueueShutDownException end) {
                return done();
            }
            return done();
        }

        void putNowait() {
            if (!queue.full()) {
                int item = items++;
                queue.putNowait(item);
                put.add(item);
            }
        }

        void getNowait() {
            if (!queue.empty()) {
                got.add(queue.getNowait());
                queue.taskDone();
            }
        }

        void checkNobodyWaitsInVain() {
            assertTrue(getting == 0 || (queue.empty() && queue.qsize() == 0), getting + " wait to get from " + queue);
            assertTrue(putting == 0 || queue.full(), putting + " wait to put into " + queue);
        }

        void checkNothingIsLost(boolean inOrder) {
            while (!queue.empty()) {
                getNowait();
            }
            if (!inOrder) {
                Collections.sort(put);
                Collections.sort(got);
            }
            assertEquals(put, got);
        }
    }

    /** Two who consume, two who produce, one who does both without waiting, and two who join. */
    private static Traffic traffic(Exploration run, QueuesTest.Kind kind) {
        Traffic traffic = new Traffic(kind.create(run.random.nextInt(3)));
        for (int i = 0; i < 2; i++) {
            int pause = run.random.nextInt(3);
            run.start(() -> traffic.consume(pause));
        }
        for (int i = 0; i < 2; i++) {
            int pause = run.random.nextInt(2);
            int count = 2 + run.random.nextInt(3);
            run.start(() -> traffic.produce(pause, count));
        }
        run.start(() -> {
            try {
                for (int i = 0; i < 2; i++) {
                    await(turns(run.random.nextInt(4)));
                    traffic.putNowait();
                    await(turns(run.random.nextInt(4)));
                    traffic.getNowait();
                }
            } catch (QueueShutDownException end) {
                return done();
            }
            return done();
        });
        for (int i = 0; i < 2; i++) {
            run.start(() -> {
                await(turns(run.random.nextInt(5)));
                await(traffic.queue.join());
                traffic.joined++;
                return done();
            });
        }
        run.startSaboteur(run.random.nextInt(5));
        return traffic;
    }

    @ParameterizedTest
    @EnumSource(QueuesTest.Kind.class)
    void a_queue_neither_loses_nor_doubles_an_item_and_keeps_nobody_who_could_go_on(QueuesTest.Kind kind) {
        explore(SEEDS, run -> () -> {
            Traffic traffic = traffic(run, kind);
            await(quiet());
            traffic.checkNobodyWaitsInVain();
            traffic.queue.shutdown();
            await(quiet());
            if (traffic.consumers > 0) {
                assertEquals(0, traffic.queue.qsize());
            }
            traffic.checkNothingIsLost(kind == QueuesTest.Kind.FIFO);
            await(traffic.queue.join());
            await(quiet());
            run.checkEnded();
            assertThrows(IllegalStateException.class, traffic.queue::taskDone);
            return done();
        });
    }

    @ParameterizedTest
    @EnumSource(QueuesTest.Kind.class)
    void a_queue_that_is_shut_down_in_the_midst_of_it_is_drained_by_those_who_are_left(QueuesTest.Kind kind) {
        explore(SEEDS, run -> () -> {
            Traffic traffic = traffic(run, kind);
            run.start(() -> {
                await(turns(run.random.nextInt(10)));
                traffic.queue.shutdown();
                return done();
            });
            await(quiet());
            traffic.queue.shutdown(); // the other one may have been cancelled
            await(quiet());
            if (traffic.consumers > 0) {
                assertEquals(0, traffic.queue.qsize());
            }
            traffic.checkNothingIsLost(kind == QueuesTest.Kind.FIFO);
            await(quiet());
            run.checkEnded();
            return done();
        });
    }

    @ParameterizedTest
    @EnumSource(QueuesTest.Kind.class)
    void a_queue_that_is_shut_down_at_once_keeps_nobody(QueuesTest.Kind kind) {
        explore(SEEDS, run -> () -> {
            Traffic traffic = traffic(run, kind);
            run.start(() -> {
                await(turns(run.random.nextInt(10)));
                traffic.queue.shutdown(true);
                return done();
            });
            await(quiet());
            traffic.queue.shutdown(true);
            await(quiet());
            run.checkEnded();
            assertEquals(0, traffic.queue.qsize());
            assertTrue(traffic.put.containsAll(traffic.got));
            assertEquals(traffic.got.size(), Set.copyOf(traffic.got).size());
            return done();
        });
    }
}
