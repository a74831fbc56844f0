package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.Runner;
import dev.fermata.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Several runs on one loop. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here likes to run for ever
class RunnerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<Object> log = new ArrayList<>();

    @AfterEach
    void no_loop_is_left_on_the_thread() {
        assertNull(EventLoop.runningOrNull());
    }

    @Async
    private static Coroutine<String> hello() {
        await(sleep(Duration.ZERO));
        return done("hello");
    }

    @Async
    private Coroutine<Void> counting() {
        for (int i = 1; ; i++) {
            log.add(i);
            try {
                await(sleep(SECOND));
            } catch (CancelledError cancel) {
                await(sleep(SECOND));
                log.add("cleaned up");
                throw cancel;
            }
        }
    }

    private static void isIllegal(String message, Executable call) {
        Throwable failure = assertThrows(IllegalStateException.class, call);
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    @Test
    void runs_follow_each_other_on_one_loop() {
        try (Runner runner = new Runner()) {
            EventLoop loop = runner.getLoop();
            assertEquals("hello", runner.run(hello()));
            assertSame(loop, runner.run(() -> done(EventLoop.running())));
            assertSame(loop, runner.getLoop());
            assertFalse(loop.isClosed());
        }
    }

    @Test
    void what_a_run_leaves_behind_goes_on_in_the_next_and_is_cancelled_at_the_end() {
        EventLoop loop;
        Task<Void> left;
        try (Runner runner = new Runner(EventLoop::virtualTime)) {
            loop = runner.getLoop();
            left = runner.run(() -> {
                Task<Void> counting = createTask(counting());
                await(sleep(Duration.ofMillis(1500)));
                return done(counting);
            });
            assertEquals(List.of(1, 2), log);
            assertFalse(left.done());
            runner.run(sleep(SECOND));
            assertEquals(List.of(1, 2, 3), log);
        }
        assertTrue(left.cancelled());
        assertEquals(List.of(1, 2, 3, "cleaned up"), log);
        assertTrue(loop.isClosed());
    }

    @Test
    void a_failure_is_thrown_as_it_is_and_another_run_may_follow() {
        IOException failure = new IOException("checked");
        try (Runner runner = new Runner(EventLoop::virtualTime)) {
            runner.getLoop().setExceptionHandler((where, context) -> log.add(context));
            assertSame(
                    failure,
                    assertThrows(
                            IOException.class,
                            () -> runner.run(() -> {
                                throw failure;
                            })));
            assertEquals("hello", runner.run(hello()));
        }
        assertEquals(List.of(), log);
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void a_failure_in_the_block_comes_before_one_of_the_end() {
        OutOfMemoryError second = new OutOfMemoryError("pretended");
        Throwable thrown = assertThrows(IllegalArgumentException.class, () -> {
            try (Runner runner = new Runner(EventLoop::virtualTime)) {
                runner.run(() -> {
                    createTask(() -> {
                        try {
                            await(sleep(SECOND));
                        } finally {
                            fail(second);
                        }
                        return done();
                    });
                    await(sleep(Duration.ZERO));
                    return done();
                });
                throw new IllegalArgumentException("of the block");
            }
        });
        assertEquals(List.of(second), List.of(thrown.getSuppressed()));
    }

    private static void fail(Error failure) {
        throw failure;
    }

    @Test
    void the_loop_is_made_when_it_is_needed_and_only_once() {
        Runner unused = new Runner(() -> {
            log.add("made");
            return EventLoop.virtualTime();
        });
        unused.close();
        assertEquals(List.of(), log);
        try (Runner runner = new Runner(() -> {
            log.add("made");
            return EventLoop.virtualTime();
        })) {
            runner.run(hello());
            runner.run(hello());
        }
        assertEquals(List.of("made"), log);
    }

    @Test
    void the_debug_flag_is_the_loops() {
        try (Runner on = new Runner(EventLoop::virtualTime, true);
                Runner off = new Runner(EventLoop::virtualTime, false)) {
            assertTrue(on.getLoop().isDebug());
            assertFalse(off.getLoop().isDebug());
            assertEquals("hello", on.run(hello()));
        }
    }

    @Test
    void closing_closes_a_loop_that_was_only_looked_at() {
        Runner runner = new Runner();
        EventLoop loop = runner.getLoop();
        runner.close();
        assertTrue(loop.isClosed());
    }

    @Test
    void closing_again_does_nothing_and_a_loop_that_is_closed_already_is_left_alone() {
        Runner runner = new Runner(EventLoop::virtualTime);
        runner.run(hello());
        runner.getLoop().close();
        runner.close();
        runner.close();
    }

    // ---- misuse

    @Test
    void a_closed_runner_says_so() {
        Runner runner = new Runner(EventLoop::virtualTime);
        runner.close();
        Coroutine<String> coroutine = hello();
        isIllegal("The runner is closed", () -> runner.run(coroutine));
        isIllegal("The runner is closed", () -> runner.run(() -> hello()));
        isIllegal("The runner is closed", runner::getLoop);
        isIllegal(
                "started as a task or closed", () -> run(coroutine)); // it is not left to be reported as never awaited
    }

    @Test
    void a_run_inside_of_a_run_is_refused_and_the_outer_one_goes_on() {
        try (Runner runner = new Runner(EventLoop::virtualTime)) {
            runner.run(() -> {
                isIllegal("An event loop runs on thread", () -> runner.run(hello()));
                isIllegal("An event loop runs on thread", () -> new Runner().run(hello()));
                isIllegal("An event loop runs on thread", () -> run(hello()));
                isIllegal("An event loop runs on thread", runner::close);
                await(sleep(SECOND));
                return done();
            });
            assertEquals("hello", runner.run(hello()));
        }
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void another_thread_may_use_it_when_nobody_else_does() throws Exception {
        try (Runner runner = new Runner()) {
            assertEquals("hello", runner.run(hello()));
            assertEquals("hello", Foreign.call(() -> runner.run(hello())));
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch tried = new CountDownLatch(1);
            Thread other = new Thread(
                    () -> runner.run(() -> {
                        running.countDown();
                        tried.await();
                        return done();
                    }),
                    "other");
            other.start();
            running.await();
            isIllegal("The runner is in use by thread other", () -> runner.run(hello()));
            isIllegal("The runner is in use by thread other", runner::close);
            assertFalse(runner.getLoop().isClosed());
            tried.countDown();
            other.join();
            assertEquals("hello", runner.run(hello()));
        }
    }

    @Test
    void a_runner_of_a_loop_that_runs_elsewhere_leaves_that_one_alone() {
        run(
                () -> {
                    EventLoop running = EventLoop.running();
                    Foreign.run(() -> {
                        Runner runner = new Runner(() -> running);
                        isIllegal("in use by thread", () -> runner.run(hello()));
                        isIllegal("in use by thread", runner::close);
                    });
                    assertFalse(running.isClosed());
                    await(sleep(SECOND));
                    return done();
                },
                EventLoop::virtualTime);
    }

    @Test
    void a_guest_loop_is_not_run() {
        EventLoop guest = EventLoop.guest(new GuestHost() {
            @Override
            public void execute(Runnable tick) {}

            @Override
            public void executeLater(Runnable tick, long nanos) {}

            @Override
            public boolean isHostThread() {
                return false;
            }
        });
        Runner runner = new Runner(() -> guest);
        isIllegal("A guest loop cannot be run", () -> runner.run(hello()));
        runner.close();
        assertFalse(guest.isClosed());
        guest.close();
    }

    @Test
    void nulls_are_refused() {
        try (Runner runner = new Runner(EventLoop::virtualTime)) {
            assertThrows(NullPointerException.class, () -> runner.run((Coroutine<Void>) null));
            assertThrows(NullPointerException.class, () -> new Runner(null));
        }
    }
}
