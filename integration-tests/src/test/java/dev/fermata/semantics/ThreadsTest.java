package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.runInThread;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.Asyncio.toThreadInterruptibly;
import static dev.fermata.Asyncio.waitFor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.CapacityLimiter;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TaskLocal;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls on other threads: which executor has them, and what a cancel does to them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here waits for ever
class ThreadsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());
    /** A permit for each call of {@link #blocking} that has begun. */
    private final Semaphore begun = new Semaphore(0);

    /** Blocks until it is interrupted, and takes its time to end then. */
    private Object blocking() throws InterruptedException {
        begun.release();
        try {
            return new CountDownLatch(1).await(1, TimeUnit.HOURS);
        } finally {
            log.add("interrupted: cleaning up");
            TimeUnit.MILLISECONDS.sleep(20);
            log.add("call ended");
        }
    }

    @Async
    private Coroutine<Object> noting(Awaitable<Object> call) {
        try {
            return done(await(call));
        } catch (CancelledError cancel) {
            log.add("cancel delivered");
            throw cancel;
        }
    }

    // ---- interrupts

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void a_cancel_interrupts_the_thread_and_is_delivered_when_the_call_has_ended() {
        run(() -> {
            Task<Object> task = createTask(noting(toThreadInterruptibly(this::blocking)));
            await(sleep(Duration.ZERO));
            begun.acquire();
            task.cancel("enough");
            await(sleep(Duration.ZERO));
            assertFalse(task.done());
            CancelledError cancel = assertInstanceOf(CancelledError.class, await(Attempt.failureOf(task)));
            assertEquals("enough", cancel.getMessage());
            assertInstanceOf(InterruptedException.class, cancel.getCause()); // shows where the thread stood
            return done();
        });
        assertEquals(List.of("interrupted: cleaning up", "call ended", "cancel delivered"), log);
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void wait_for_and_timeout_wait_for_the_end_of_the_call() {
        Duration soon = Duration.ofMillis(1);
        for (AsyncCallable<Object> limited : List.<AsyncCallable<Object>>of(
                () -> waitFor(noting(toThreadInterruptibly(this::blocking)), soon), () -> within(soon))) {
            log.clear();
            run(() -> {
                Task<Throwable> attempt = createTask(Attempt.failureOf(limited));
                await(sleep(Duration.ZERO));
                begun.acquire(); // holds the loop, so that the time is not up before
                Throwable failure = await(attempt);
                log.add("timed out");
                assertInstanceOf(TimeoutException.class, failure);
                assertInstanceOf(CancelledError.class, failure.getCause());
                assertInstanceOf(InterruptedException.class, failure.getCause().getCause());
                return done();
            });
            assertEquals(List.of("interrupted: cleaning up", "call ended", "cancel delivered", "timed out"), log);
        }
    }

    @Async
    private Coroutine<Object> within(Duration limit) {
        try (var scope = timeout(limit)) {
            return done(await(noting(toThreadInterruptibly(this::blocking))));
        }
    }

    @SuppressWarnings({"fermata:blocking-call", "fermata:task-dropped"
    }) // the task only has to run, and the loop is to stand still
    @Test
    void the_end_of_run_interrupts_and_waits() {
        run(() -> {
            createTask(toThreadInterruptibly(this::blocking));
            await(sleep(Duration.ZERO));
            begun.acquire();
            return done();
        });
        assertEquals(List.of("interrupted: cleaning up", "call ended"), log);
    }

    @Test
    void the_failure_of_a_sibling_interrupts_and_is_the_groups_only_one() {
        IllegalStateException failure = new IllegalStateException("sibling");
        run(() -> {
            Throwable thrown = await(Attempt.failureOf(() -> grouped(failure)));
            assertEquals(
                    List.of(failure),
                    assertInstanceOf(dev.fermata.ExceptionGroup.class, thrown).exceptions());
            return done();
        });
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Async
    private Coroutine<Void> grouped(RuntimeException failure) throws InterruptedException {
        try (var group = new TaskGroup()) {
            group.createTask(() -> toThreadInterruptibly(() -> {
                try {
                    return blocking();
                } catch (InterruptedException e) {
                    throw new RuntimeException("wrapped", e); // as many libraries do
                }
            }));
            group.createTask(() -> {
                begun.acquire();
                throw failure;
            });
        }
        return done();
    }

    @Test
    void a_call_that_has_not_begun_is_cancelled_at_once_and_does_not_run() {
        ExecutorService one = Executors.newSingleThreadExecutor();
        CountDownLatch free = new CountDownLatch(1);
        run(() -> {
            EventLoop.running().setDefaultExecutor(one);
            Task<Void> before = createTask(toThread(() -> {
                free.await();
                return null;
            }));
            Task<Boolean> task = createTask(toThreadInterruptibly(() -> log.add("ran")));
            await(sleep(Duration.ZERO));
            task.cancel();
            assertInstanceOf(CancelledError.class, await(Attempt.failureOf(task)));
            assertFalse(before.done());
            free.countDown();
            await(before);
            return done();
        });
        assertEquals(List.of(), log);
    }

    /** One thread that looks after each call whether it was left interrupted. The JDK's pools take such a flag away. */
    private static final class Strict extends AbstractExecutorService {
        private static final Runnable END = () -> {};

        private final LinkedBlockingQueue<Runnable> calls = new LinkedBlockingQueue<>();
        private final AtomicInteger leaks = new AtomicInteger();
        private final Thread thread = new Thread(this::work);

        Strict() {
            thread.start();
        }

        private void work() {
            try {
                for (Runnable call = calls.take(); call != END; call = calls.take()) {
                    call.run();
                    if (Thread.interrupted()) {
                        leaks.incrementAndGet();
                    }
                }
            } catch (InterruptedException e) {
                leaks.incrementAndGet(); // it came after the call
            }
        }

        @Override
        public void execute(Runnable call) {
            calls.add(call);
        }

        @Override
        public void shutdown() {
            calls.add(END);
        }

        @Override
        public List<Runnable> shutdownNow() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isShutdown() {
            return isTerminated();
        }

        @Override
        public boolean isTerminated() {
            return !thread.isAlive();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            thread.join(unit.toMillis(timeout));
            return isTerminated();
        }
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void an_interrupt_never_outlasts_its_call() {
        Strict strict = new Strict();
        run(() -> {
            EventLoop.running().setDefaultExecutor(strict);
            for (int i = 0; i <= 300; i++) {
                Semaphore runs = new Semaphore(0);
                int rounds = i == 300
                        ? Integer.MAX_VALUE
                        : i * 10; // many end while the interrupt is on its way, the last after
                Task<Boolean> deaf = createTask(toThreadInterruptibly(() -> {
                    runs.release();
                    for (int k = 0; k < rounds && !Thread.currentThread().isInterrupted(); k++) {
                        Thread.onSpinWait();
                    }
                    return true;
                }));
                await(sleep(Duration.ZERO));
                runs.acquire();
                deaf.cancel();
                await(Attempt.failureOf(deaf));
                assertTrue(await(toThread(() -> true)));
            }
            return done();
        });
        assertEquals(0, strict.leaks.get());
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void a_call_that_ignores_the_interrupt_delays_the_cancel_and_its_result_is_lost() {
        CountDownLatch goOn = new CountDownLatch(1);
        run(() -> {
            Task<Object> task = createTask(noting(toThreadInterruptibly(() -> {
                begun.release();
                while (goOn.getCount() > 0) {
                    Thread.onSpinWait();
                }
                return "result";
            })));
            await(sleep(Duration.ZERO));
            begun.acquire();
            task.cancel();
            await(sleep(Duration.ofMillis(1)));
            assertFalse(task.done());
            goOn.countDown();
            Throwable failure = await(Attempt.failureOf(task));
            assertInstanceOf(CancelledError.class, failure);
            assertNull(failure.getCause());
            return done();
        });
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void a_cleaning_up_that_fails_is_a_failure() {
        IOException failure = new IOException("while cleaning up");
        run(() -> {
            Task<Object> task = createTask(toThreadInterruptibly(() -> {
                try {
                    return blocking();
                } catch (InterruptedException e) {
                    throw failure;
                }
            }));
            await(sleep(Duration.ZERO));
            begun.acquire();
            task.cancel();
            assertSame(failure, await(Attempt.failureOf(task)));
            return done();
        });
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void a_second_cancel_interrupts_again() {
        CountDownLatch first = new CountDownLatch(1);
        run(() -> {
            Task<Object> task = createTask(toThreadInterruptibly(() -> {
                try {
                    return blocking();
                } catch (InterruptedException e) {
                    first.countDown();
                    return new CountDownLatch(1).await(1, TimeUnit.HOURS);
                }
            }));
            await(sleep(Duration.ZERO));
            begun.acquire();
            task.cancel("first");
            await(toThread(() -> {
                first.await();
                return null;
            }));
            task.cancel("second");
            Throwable failure = await(Attempt.failureOf(task));
            assertInstanceOf(CancelledError.class, failure);
            assertInstanceOf(InterruptedException.class, failure.getCause());
            return done();
        });
    }

    @Test
    void without_a_cancel_it_gives_and_throws_what_the_call_does() {
        IOException failure = new IOException("checked");
        InterruptedException interrupted = new InterruptedException("its own");
        run(() -> {
            assertEquals("result", await(toThreadInterruptibly(() -> "result")));
            assertNotSame(Thread.currentThread(), await(toThreadInterruptibly(Thread::currentThread)));
            assertSame(failure, await(Attempt.failureOf(toThreadInterruptibly(() -> {
                throw failure;
            }))));
            assertSame(interrupted, await(Attempt.failureOf(toThreadInterruptibly(() -> {
                throw interrupted;
            }))));
            assertThrows(NullPointerException.class, () -> toThreadInterruptibly(null));
            return done();
        });
    }

    @Test
    void the_call_has_the_tasks_values() {
        TaskLocal<String> user = new TaskLocal<>("user");
        run(() -> {
            user.set("ada");
            assertEquals("ada", await(toThreadInterruptibly(user::get)));
            return done();
        });
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @AsyncTest
    void virtual_time_stands_still_during_the_call() throws InterruptedException {
        assertEquals("result", await(waitFor(toThreadInterruptibly(() -> "result"), HOUR)));
        assertEquals(0, EventLoop.running().time());
        Task<Object> task = createTask(toThreadInterruptibly(this::blocking));
        await(sleep(Duration.ZERO));
        begun.acquire();
        task.cancel();
        await(Attempt.failureOf(task));
        assertEquals(0, EventLoop.running().time());
        await(sleep(HOUR)); // nothing is outstanding any more
    }

    // ---- executors

    @AsyncTest
    void an_executor_that_was_shut_down_rejects() {
        ExecutorService over = Executors.newSingleThreadExecutor();
        over.shutdown();
        EventLoop loop = EventLoop.running();
        assertThrows(RejectedExecutionException.class, () -> loop.runInExecutor(over, () -> "x"));
        loop.setDefaultExecutor(over);
        assertThrows(RejectedExecutionException.class, () -> loop.runInExecutor(null, () -> "x"));
        for (Coroutine<String> call : List.of(toThread(() -> "x"), toThreadInterruptibly(() -> "x"))) {
            assertInstanceOf(RejectedExecutionException.class, await(Attempt.failureOf(call)));
        }
        await(sleep(HOUR)); // what was rejected is not outstanding
    }

    @AsyncTest
    void an_executor_may_run_the_call_at_once() {
        Promise<Thread> promise = EventLoop.running().runInExecutor(Runnable::run, Thread::currentThread);
        assertSame(Thread.currentThread(), await(promise));
    }

    @Test
    void the_default_executor_can_be_set_and_is_shut_down_at_the_end() throws Exception {
        ExecutorService given = Executors.newSingleThreadExecutor(it -> new Thread(it, "given"));
        Thread[] thread = new Thread[1];
        run(() -> {
            EventLoop loop = EventLoop.running();
            loop.setDefaultExecutor(given);
            thread[0] = await(toThread(Thread::currentThread));
            assertSame(thread[0], await(loop.runInExecutor(null, Thread::currentThread)));
            assertSame(thread[0], await(toThreadInterruptibly(Thread::currentThread)));
            return done();
        });
        assertEquals("given", thread[0].getName());
        assertTrue(given.isTerminated());
    }

    @Test
    void calls_of_an_executor_that_was_replaced_are_waited_for() {
        CountDownLatch mainHasEnded = new CountDownLatch(1);
        ExecutorService given = Executors.newSingleThreadExecutor();
        run(() -> {
            EventLoop loop = EventLoop.running();
            loop.runInExecutor(null, () -> {
                mainHasEnded.await();
                return log.add("ended");
            });
            loop.setDefaultExecutor(given);
            loop.callSoon(mainHasEnded::countDown);
            return done();
        });
        assertEquals(List.of("ended"), log);
    }

    @Test
    void a_default_executor_is_set_on_an_open_loop_and_is_no_null() {
        EventLoop loop = EventLoop.virtualTime();
        assertThrows(NullPointerException.class, () -> loop.setDefaultExecutor(null));
        loop.close();
        ExecutorService given = Executors.newSingleThreadExecutor();
        assertThrows(IllegalStateException.class, () -> loop.setDefaultExecutor(given));
        given.shutdown();
    }

    // ---- where the calls run

    @AsyncTest
    void call_without_a_result_needs_no_return() {
        await(runInThread(() -> {
            log.add("called");
        }));
        assertEquals(List.of("called"), log);
        Runnable call = () -> log.add("called again");
        assertNull(await(runInThread(call::run)));
        IOException failure = new IOException();
        assertSame(failure, await(Attempt.failureOf(runInThread(() -> {
            throwIfAny(failure);
        }))));
    }

    private static void throwIfAny(IOException failure) throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    @AsyncTest
    void executor_that_is_passed_makes_the_call() {
        ExecutorService executor = Executors.newSingleThreadExecutor(it -> new Thread(it, "mine"));
        try {
            assertEquals(
                    "mine",
                    await(toThread(executor, () -> Thread.currentThread().getName())));
            await(runInThread(executor, () -> {
                log.add(Thread.currentThread().getName());
            }));
            assertEquals(List.of("mine"), log);
            executor.shutdown();
            assertInstanceOf(
                    RejectedExecutionException.class, await(Attempt.failureOf(toThread(executor, () -> "never"))));
        } finally {
            executor.shutdown();
        }
    }

    // ---- limits

    @Test
    void no_more_calls_run_than_the_limiter_has_tokens() {
        CapacityLimiter limiter = new CapacityLimiter(2);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        run(() -> {
            try (var group = new TaskGroup()) {
                for (int i = 0; i < 20; i++) {
                    group.createTask(runInThread(limiter, () -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        TimeUnit.MILLISECONDS.sleep(1);
                        running.decrementAndGet();
                    }));
                }
            }
            assertEquals(0, limiter.borrowed());
            return done();
        });
        assertTrue(most.get() <= 2, most::toString);
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void call_of_a_cancelled_task_keeps_its_token_until_it_has_ended() {
        CapacityLimiter limiter = new CapacityLimiter(1);
        CountDownLatch end = new CountDownLatch(1);
        run(() -> {
            Task<Void> first = createTask(toThread(limiter, () -> {
                begun.release();
                end.await();
                log.add("first ended");
                return null;
            }));
            await(sleep(Duration.ZERO));
            begun.acquire();
            first.cancel();
            assertInstanceOf(CancelledError.class, await(Attempt.failureOf(first)));
            Task<Void> second = createTask(runInThread(limiter, () -> {
                log.add("second");
            }));
            await(sleep(Duration.ofMillis(1)));
            assertEquals(1, limiter.borrowed());
            assertFalse(second.done());
            end.countDown();
            await(second);
            assertEquals(0, limiter.borrowed());
            return done();
        });
        assertEquals(List.of("first ended", "second"), log);
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void call_that_is_cancelled_before_it_begins_gives_its_token_back() {
        CapacityLimiter limiter = new CapacityLimiter(1);
        run(() -> {
            ExecutorService one = Executors.newSingleThreadExecutor();
            EventLoop.running().setDefaultExecutor(one);
            CountDownLatch end = new CountDownLatch(1);
            Task<Void> busy = createTask(toThread(() -> {
                end.await();
                return null;
            }));
            Task<String> queued = createTask(toThread(limiter, () -> "never")); // has the token, and no thread
            Task<String> waiting = createTask(toThread(limiter, () -> "called"));
            Task<String> gone = createTask(toThread(limiter, () -> "never"));
            await(sleep(Duration.ZERO));
            assertEquals(1, limiter.borrowed());
            gone.cancel();
            queued.cancel();
            end.countDown();
            assertEquals("called", await(waiting));
            await(busy);
            assertEquals(0, limiter.borrowed());
            return done();
        });
    }

    @Test
    void executor_that_refuses_a_call_leaves_no_token_behind() {
        CapacityLimiter limiter = new CapacityLimiter(1);
        run(() -> {
            ExecutorService down = Executors.newSingleThreadExecutor();
            EventLoop.running().setDefaultExecutor(down);
            down.shutdown();
            for (int i = 0; i < 2; i++) {
                assertInstanceOf(
                        RejectedExecutionException.class, await(Attempt.failureOf(toThread(limiter, () -> "never"))));
                assertEquals(0, limiter.borrowed());
            }
            return done();
        });
    }

    @Test
    void limiter_without_tokens_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new CapacityLimiter(0));
    }

    @AsyncTest
    void executor_that_makes_the_call_right_here_is_none_too_few() {
        assertEquals(1, await(toThread(Runnable::run, () -> 1)));
        IOException failure = new IOException();
        assertSame(failure, await(Attempt.failureOf(toThread(Runnable::run, () -> {
            throw failure;
        }))));
        EventLoop.running().setDefaultExecutor(new AbstractExecutorService() {
            private boolean down;

            @Override
            public void execute(Runnable call) {
                call.run();
            }

            @Override
            public void shutdown() {
                down = true;
            }

            @Override
            public List<Runnable> shutdownNow() {
                down = true;
                return List.of();
            }

            @Override
            public boolean isShutdown() {
                return down;
            }

            @Override
            public boolean isTerminated() {
                return down;
            }

            @Override
            public boolean awaitTermination(long time, TimeUnit unit) {
                return true;
            }
        });
        CapacityLimiter limiter = new CapacityLimiter(1);
        assertEquals(2, await(toThread(limiter, () -> 2)));
        assertEquals(0, limiter.borrowed());
        assertEquals(3, await(toThreadInterruptibly(() -> 3)));
        assertSame(failure, await(Attempt.failureOf(toThreadInterruptibly(() -> {
            throw failure;
        }))));
    }
}
