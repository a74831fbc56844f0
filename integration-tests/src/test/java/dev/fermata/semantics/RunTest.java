package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a run begins and ends. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here likes to run for ever
class RunTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<Object> log = new ArrayList<>();
    private EventLoop loop;

    /** A loop in virtual time that tells the test what it reports. */
    private EventLoop made() {
        loop = EventLoop.virtualTime();
        loop.setExceptionHandler((where, context) -> log.add(context.exception()));
        return loop;
    }

    @AfterEach
    void no_loop_is_left_on_the_thread() {
        assertNull(EventLoop.runningOrNull());
        assertTrue(loop == null || loop.isClosed());
    }

    @Async
    private static Coroutine<String> hello() {
        await(sleep(Duration.ZERO));
        return done("hello");
    }

    // ---- what it gives

    @Test
    void run_gives_the_result_of_its_coroutine() {
        assertEquals("hello", run(hello()));
        assertEquals("hello", run(() -> hello()));
        assertEquals("hello", run(() -> hello(), this::made));
    }

    @Test
    void run_throws_the_failure_itself() {
        IOException failure = new IOException("checked");
        assertSame(
                failure,
                assertThrows(
                        IOException.class,
                        () -> run(
                                () -> {
                                    await(sleep(SECOND));
                                    throw failure;
                                },
                                this::made)));
        assertEquals(List.of(), log); // and does not report it as well
    }

    @Test
    void run_throws_an_error_itself() {
        AssertionError failure = new AssertionError("an Error");
        assertSame(
                failure,
                assertThrows(
                        AssertionError.class,
                        () -> run(
                                () -> {
                                    throw failure;
                                },
                                this::made)));
        assertEquals(List.of(), log);
    }

    @Test
    void what_run_throws_is_not_reported_even_without_grace() {
        assertThrows(
                IOException.class,
                () -> run(
                        () -> {
                            EventLoop.running().setUnreadFailureGrace(Duration.ZERO);
                            throw new IOException();
                        },
                        this::made));
        assertEquals(List.of(), log);
    }

    @Test
    void the_callable_of_run_is_called_on_the_loop() {
        run(
                () -> {
                    assertSame(loop, EventLoop.running());
                    assertTrue(loop.isRunning());
                    assertEquals(List.of(currentTask()), loop.allTasks());
                    return done();
                },
                this::made);
    }

    @Test
    void a_loop_can_run_several_times_until_it_is_closed() {
        EventLoop made = made();
        Task<String> left = made.createTask(() -> {
            await(sleep(SECOND));
            return done("slept");
        });
        assertEquals("hello", made.runUntilComplete(hello()));
        assertFalse(left.done()); // left as it is
        assertFalse(made.isRunning());
        assertEquals("slept", made.runUntilComplete(left));
        assertEquals("slept", made.runUntilComplete(left)); // done already
        made.close();
    }

    // ---- the end

    @Test
    void the_iteration_in_which_main_ends_is_followed_by_one_more() {
        run(
                () -> {
                    EventLoop.running().callSoon(() -> {
                        log.add("one more");
                    });
                    createTask(() -> {
                        log.add("its first step");
                        await(sleep(Duration.ZERO));
                        log.add("not reached");
                        return done();
                    });
                    return done();
                },
                this::made);
        assertEquals(List.of("one more", "its first step"), log);
    }

    @Test
    void what_is_left_is_cancelled_and_awaited() {
        run(
                () -> {
                    createTask(() -> {
                        try {
                            await(sleep(Duration.ofHours(1)));
                        } catch (CancelledError cancel) {
                            log.add(String.valueOf(cancel.getMessage())); // none, as in asyncio
                            await(sleep(SECOND)); // its cleaning up may take its time
                            log.add("cleaned up at " + EventLoop.running().time());
                            throw cancel;
                        }
                        return done();
                    });
                    await(sleep(Duration.ZERO));
                    return done();
                },
                this::made);
        assertEquals(List.of("null", "cleaned up at 1000000000"), log);
    }

    @Test
    void what_is_left_is_cancelled_in_the_order_of_creation() {
        run(
                () -> {
                    for (int i = 0; i < 3; i++) {
                        int number = i;
                        createTask(() -> {
                            try {
                                await(sleep(Duration.ofHours(3 - number)));
                            } finally {
                                log.add(number);
                            }
                            return done();
                        });
                    }
                    await(sleep(Duration.ZERO));
                    return done();
                },
                this::made);
        assertEquals(List.of(0, 1, 2), log);
    }

    @Test
    void tasks_created_while_the_loop_ends_are_cancelled_too() {
        run(
                () -> {
                    createTask(() -> lastWords(3));
                    await(sleep(Duration.ZERO));
                    return done();
                },
                this::made);
        assertEquals(List.of("last words 3", "last words 2", "last words 1"), log);
    }

    /** Leaves a task behind when it is cancelled, which leaves one behind, and so on. */
    @Async
    private Coroutine<Void> lastWords(int generations) {
        try {
            await(sleep(SECOND));
        } finally {
            log.add("last words " + generations);
            if (generations > 1) {
                createTask(() -> lastWords(generations - 1));
                await(sleep(SECOND)); // so that the next generation makes its first step
            }
        }
        return done();
    }

    @Test
    void a_task_created_by_the_last_callback_is_cancelled_too() {
        Task<?>[] late = new Task<?>[1];
        run(
                () -> {
                    Task<Void> left = createTask(sleep(SECOND));
                    left.addDoneCallback(ended -> late[0] = createTask(sleep(SECOND)));
                    await(sleep(Duration.ZERO));
                    return done();
                },
                this::made);
        assertTrue(late[0].cancelled());
    }

    @Test
    void done_callbacks_of_tasks_that_are_cancelled_at_the_end_run() {
        run(
                () -> {
                    createTask(sleep(SECOND)).addDoneCallback(ended -> log.add(ended.cancelled()));
                    await(sleep(Duration.ZERO));
                    return done();
                },
                this::made);
        assertEquals(List.of(true), log);
    }

    @Test
    void a_future_of_a_task_that_is_cancelled_at_the_end_is_completed() {
        CompletableFuture<Void> future = run(
                () -> {
                    Task<Void> left = createTask(sleep(SECOND));
                    await(sleep(Duration.ZERO));
                    return done(left.toCompletableFuture());
                },
                this::made);
        assertTrue(future.isCancelled());
    }

    @Test
    void done_callbacks_of_a_task_that_ends_with_main_run() {
        run(
                () -> {
                    Promise<Void> last = createPromise();
                    createTask(() -> {
                                await(last);
                                return done();
                            })
                            .addDoneCallback(ended -> log.add("done"));
                    await(sleep(Duration.ZERO));
                    last.setResult(null);
                    return done();
                },
                this::made);
        assertEquals(List.of("done"), log);
    }

    @Test
    void a_callback_that_adds_itself_for_ever_does_not_keep_the_loop_from_ending() {
        run(
                () -> {
                    EventLoop.running().callSoon(this::again);
                    createTask(sleep(SECOND));
                    return done();
                },
                this::made);
        assertTrue(loop.isClosed());
    }

    private void again() {
        loop.callSoon(this::again);
    }

    @Test
    void failures_of_what_is_cancelled_at_the_end_are_reported() {
        IOException failure = new IOException("while cleaning up");
        assertEquals(
                "result",
                run(
                        () -> {
                            createTask(() -> {
                                try {
                                    await(sleep(SECOND));
                                } finally {
                                    throwIt(failure);
                                }
                                return done();
                            });
                            await(sleep(Duration.ZERO));
                            return done("result");
                        },
                        this::made));
        assertEquals(List.of(failure), log);
    }

    private static void throwIt(Exception failure) throws Exception {
        throw failure;
    }

    @Test
    void a_failure_at_the_end_is_reported_once_however_long_the_end_takes() {
        IOException failure = new IOException("while cleaning up");
        run(
                () -> {
                    createTask(() -> {
                        try {
                            await(sleep(SECOND));
                        } finally {
                            throwIt(failure);
                        }
                        return done();
                    });
                    createTask(() -> {
                        try {
                            await(sleep(SECOND));
                        } finally {
                            await(sleep(Duration.ofMinutes(1))); // longer than the grace of the other's failure
                        }
                        return done();
                    });
                    await(sleep(Duration.ZERO));
                    return done();
                },
                this::made);
        assertEquals(List.of(failure), log);
    }

    @Test
    void a_failed_main_cancels_what_is_left_too() {
        Task<?>[] left = new Task<?>[1];
        assertThrows(
                IOException.class,
                () -> run(
                        () -> {
                            left[0] = createTask(sleep(SECOND));
                            throw new IOException();
                        },
                        this::made));
        assertTrue(left[0].cancelled());
    }

    @Test
    void after_a_deadlock_everybody_still_cleans_up() {
        assertThrows(
                DeadlockException.class,
                () -> run(
                        () -> {
                            createTask(() -> {
                                try {
                                    await(createPromise());
                                } finally {
                                    await(sleep(SECOND.multipliedBy(2))); // goes on after main has ended
                                    log.add("other");
                                }
                                return done();
                            });
                            try {
                                await(createPromise());
                            } finally {
                                await(sleep(SECOND));
                                log.add("main");
                            }
                            return done();
                        },
                        this::made));
        assertEquals(List.of("main", "other"), log);
    }

    @Test
    void a_machine_error_leaves_the_loop_and_everybody_still_cleans_up() {
        OutOfMemoryError failure = new OutOfMemoryError("pretended");
        Error thrown = assertThrows(
                OutOfMemoryError.class,
                () -> run(
                        () -> {
                            createTask(() -> {
                                throw failure;
                            });
                            try {
                                await(sleep(Duration.ofHours(1)));
                            } finally {
                                await(sleep(SECOND));
                                log.add("cleaned up");
                            }
                            return done();
                        },
                        this::made));
        assertSame(failure, thrown);
        assertEquals(List.of("cleaned up"), log); // and what is thrown is not reported
    }

    @Test
    void a_machine_error_of_a_callback_leaves_the_loop() {
        OutOfMemoryError failure = new OutOfMemoryError("pretended");
        assertSame(
                failure,
                assertThrows(
                        OutOfMemoryError.class,
                        () -> run(
                                () -> {
                                    EventLoop.running().callSoon(() -> {
                                        throw failure;
                                    });
                                    await(sleep(SECOND));
                                    return done();
                                },
                                this::made)));
    }

    @Test
    void a_stack_overflow_fails_only_its_task() {
        run(
                () -> {
                    Task<Void> deep = createTask(() -> {
                        recurse(0);
                        return done();
                    });
                    await(sleep(SECOND));
                    assertTrue(deep.exception() instanceof StackOverflowError);
                    return done();
                },
                this::made);
    }

    @SuppressWarnings("InfiniteRecursion") // to overflow the stack is its purpose
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    // ---- the executor

    @Test
    void the_end_waits_for_calls_in_the_executor() {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch mainHasEnded = new CountDownLatch(1);
        run(
                () -> {
                    EventLoop.running().runInExecutor(null, () -> {
                        mainHasEnded.await();
                        return ended.getAndSet(true);
                    });
                    EventLoop.running().callSoon(mainHasEnded::countDown);
                    return done();
                },
                this::made);
        assertTrue(ended.get());
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void the_end_waits_for_a_call_whose_task_was_cancelled() {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        run(
                () -> {
                    createTask(() -> {
                        try {
                            await(toThread(() -> {
                                begun.countDown();
                                cancelled.await();
                                return ended.getAndSet(true);
                            }));
                        } finally {
                            cancelled.countDown();
                        }
                        return done();
                    });
                    await(sleep(Duration.ZERO));
                    begun.await();
                    return done();
                },
                this::made);
        assertTrue(ended.get());
    }

    @Test
    void what_a_call_hands_over_at_the_end_still_runs() {
        CountDownLatch mainHasEnded = new CountDownLatch(1);
        run(
                () -> {
                    EventLoop running = EventLoop.running();
                    running.runInExecutor(null, () -> {
                        mainHasEnded.await();
                        return running.callSoonThreadsafe(() -> log.add("handed over"));
                    });
                    running.callSoon(mainHasEnded::countDown);
                    return done();
                },
                this::made);
        assertEquals(List.of("handed over"), log);
    }

    @Test
    void after_the_end_the_executor_takes_nothing() {
        run(() -> done(), this::made);
        assertThrows(IllegalStateException.class, () -> loop.runInExecutor(null, () -> "x"));
    }

    // ---- interrupts

    @Test
    void an_interrupt_of_the_loops_thread_cancels_main_and_the_thread_stays_interrupted() {
        CancelledError error = assertThrows(
                CancelledError.class,
                () -> run(
                        () -> {
                            Thread.currentThread().interrupt();
                            try {
                                await(sleep(SECOND));
                            } finally {
                                log.add("cleaned up");
                            }
                            return done();
                        },
                        this::made));
        assertEquals("the thread of the event loop was interrupted", error.getMessage());
        assertTrue(Thread.interrupted());
        assertEquals(List.of("cleaned up"), log);
    }

    @Test
    void an_interrupt_wakes_a_loop_that_waits_in_real_time() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        Thread[] thread = new Thread[1];
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        thread[0] = new Thread(() -> ended.complete(assertThrows(
                CancelledError.class,
                () -> run(() -> {
                    EventLoop.running().callSoon(waits::countDown);
                    await(createPromise());
                    return done();
                }))));
        thread[0].start();
        waits.await();
        thread[0].interrupt();
        assertTrue(ended.get() instanceof CancelledError);
        thread[0].join();
    }

    @Test
    void an_interrupt_ends_the_wait_of_virtual_time_for_the_outside() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<String> never = new CompletableFuture<>();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> ended.complete(assertThrows(
                Throwable.class,
                () -> run(
                        () -> {
                            EventLoop.running().setOutsideLimit(Duration.ofDays(1));
                            EventLoop.running().callSoon(waits::countDown);
                            await(never);
                            return done();
                        },
                        EventLoop::virtualTime))));
        thread.start();
        waits.await();
        thread.interrupt();
        assertTrue(ended.get() instanceof CancelledError);
        thread.join();
        assertTrue(never.isCancelled());
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void an_interrupted_run_still_waits_for_its_executor() {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        assertThrows(
                CancelledError.class,
                () -> run(
                        () -> {
                            createTask(() -> {
                                begun.await();
                                Thread.currentThread().interrupt();
                                return done();
                            });
                            try {
                                await(toThread(() -> {
                                    begun.countDown();
                                    cancelled.await();
                                    return ended.getAndSet(true);
                                }));
                            } finally {
                                cancelled.countDown();
                            }
                            return done();
                        },
                        this::made));
        assertTrue(ended.get());
        assertTrue(Thread.interrupted());
    }

    @Test
    void a_main_that_swallows_the_interrupts_cancel_goes_on() {
        assertEquals(
                "went on",
                run(
                        () -> {
                            Thread.currentThread().interrupt();
                            try {
                                await(sleep(SECOND));
                            } catch (CancelledError swallowed) {
                                await(sleep(SECOND));
                            }
                            return done("went on");
                        },
                        this::made));
        assertTrue(Thread.interrupted());
    }

    @Test
    void a_run_on_a_loop_that_runs_elsewhere_leaves_that_one_alone() {
        assertEquals(
                "slept",
                run(
                        () -> {
                            EventLoop running = EventLoop.running();
                            Task<String> task = createTask(sleep(SECOND, "slept"));
                            await(sleep(Duration.ZERO));
                            Foreign.run(() ->
                                    assertThrows(IllegalStateException.class, () -> run(() -> hello(), () -> running)));
                            assertFalse(running.isClosed());
                            return done(await(task));
                        },
                        this::made));
    }

    @Test
    void a_task_that_swallows_a_cancel_at_the_end_is_waited_for() {
        run(
                () -> {
                    createTask(() -> {
                        try {
                            await(sleep(Duration.ofHours(1)));
                        } catch (CancelledError swallowed) {
                            log.add("swallowed");
                        }
                        await(sleep(SECOND));
                        log.add("went on");
                        return done();
                    });
                    await(sleep(Duration.ZERO));
                    return done();
                },
                this::made);
        assertEquals(List.of("swallowed", "went on"), log);
    }

    @Test
    void a_second_machine_error_does_not_keep_the_others_from_cleaning_up() {
        OutOfMemoryError first = new OutOfMemoryError("first");
        OutOfMemoryError second = new OutOfMemoryError("second");
        Error thrown = assertThrows(
                OutOfMemoryError.class,
                () -> run(
                        () -> {
                            createTask(() -> {
                                try {
                                    await(sleep(SECOND));
                                } finally {
                                    fail(second);
                                }
                                return done();
                            });
                            createTask(() -> {
                                try {
                                    await(sleep(SECOND));
                                } finally {
                                    await(sleep(SECOND));
                                    log.add("cleaned up");
                                }
                                return done();
                            });
                            await(sleep(Duration.ZERO));
                            throw first;
                        },
                        this::made));
        assertSame(first, thrown);
        assertEquals(List.of(second), List.of(thrown.getSuppressed()));
        assertEquals(List.of("cleaned up"), log);
    }

    private static void fail(Error failure) {
        throw failure;
    }
}
