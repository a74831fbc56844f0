package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.semantics.Explored.explore;
import static dev.fermata.semantics.Explored.quiet;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncQueue;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.QueueShutDownException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link AsyncQueue} in orders that the loop alone would never choose, with cancels everywhere: nothing is lost or doubled, and nobody waits in vain. */
class QueuesUnderExplorationTest {
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
    private static Traffic traffic(Explored run, QueuesTest.Kind kind) {
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
        explore(200, run -> () -> {
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
        explore(200, run -> () -> {
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
        explore(200, run -> () -> {
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
