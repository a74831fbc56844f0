package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskLocal;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Coroutines that another thread hands to a loop. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here waits for ever
class RunThreadsafeTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());

    @Async
    private static Coroutine<Thread> threadOf() {
        await(sleep(Duration.ZERO));
        return done(Thread.currentThread());
    }

    @Async
    private Coroutine<Void> cleaningUp() {
        log.add("began");
        try {
            await(sleep(HOUR));
        } catch (CancelledError cancel) {
            log.add("cancelled");
            throw cancel;
        }
        return done();
    }

    private static void isIllegal(String message, Executable call) {
        Throwable failure = assertThrows(IllegalStateException.class, call);
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    @Test
    void another_thread_gets_the_result_of_a_task_that_ran_on_the_loop() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Thread own = Thread.currentThread();
            assertSame(
                    own,
                    await(toThread(() -> loop.runThreadsafe(() -> threadOf()).get())));
            assertSame(own, await(toThread(() -> loop.runThreadsafe(threadOf()).join())));
            assertEquals(
                    "value",
                    await(toThread(() -> loop.runThreadsafe(done("value")).join())));
            return done();
        });
    }

    @Test
    void what_a_thread_hands_over_runs_in_that_order() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            List<CompletableFuture<Void>> futures = await(toThread(() -> {
                List<CompletableFuture<Void>> handed = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    int number = i;
                    loop.callSoonThreadsafe(() -> log.add("call " + number));
                    handed.add(loop.runThreadsafe(() -> {
                        log.add("task " + number);
                        return done();
                    }));
                }
                return handed;
            }));
            for (CompletableFuture<Void> future : futures) {
                await(future);
            }
            List<Object> calls =
                    log.stream().filter(it -> it.toString().startsWith("call")).toList();
            List<Object> tasks =
                    log.stream().filter(it -> it.toString().startsWith("task")).toList();
            assertEquals(List.of("call 0", "call 1", "call 2"), calls);
            assertEquals(List.of("task 0", "task 1", "task 2"), tasks);
            return done();
        });
    }

    @Test
    void the_task_has_the_values_of_the_thread_that_handed_it_over() {
        TaskLocal<String> user = new TaskLocal<>("user");
        run(() -> {
            EventLoop loop = EventLoop.running();
            user.set("main");
            String seen = await(toThread(() -> {
                user.set("ada");
                return loop.runThreadsafe(() -> done(user.get())).get();
            }));
            assertEquals("ada", seen);
            assertEquals("main", user.get());
            return done();
        });
    }

    @Test
    void a_failure_arrives_as_it_is_and_counts_as_read() {
        IOException failure = new IOException("checked");
        run(() -> {
            EventLoop loop = EventLoop.running();
            loop.setExceptionHandler((where, context) -> log.add(context.exception()));
            loop.setUnreadFailureGrace(Duration.ZERO);
            Throwable thrown = await(toThread(() -> assertThrows(
                    ExecutionException.class,
                    () -> loop.runThreadsafe(() -> {
                                throw failure;
                            })
                            .get())));
            assertSame(failure, thrown.getCause());
            await(sleep(Duration.ofMillis(1)));
            return done();
        });
        assertEquals(List.of(), log);
    }

    @Test
    void a_task_that_ends_cancelled_leaves_a_cancelled_future() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            CompletableFuture<Void> future = await(toThread(() -> loop.runThreadsafe(() -> {
                throw new CancelledError("by itself");
            })));
            CancelledError error = assertInstanceOf(CancelledError.class, await(Attempt.failureOf(() -> {
                await(future);
                return done();
            })));
            assertTrue(future.isCancelled());
            assertEquals("by itself", error.getMessage());
            return done();
        });
    }

    @Test
    void cancelling_the_future_cancels_the_task_on_its_loop() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            CompletableFuture<Void> future = await(toThread(() -> loop.runThreadsafe(cleaningUp())));
            while (!log.contains("began")) {
                await(sleep(Duration.ZERO));
            }
            await(toThread(() -> future.cancel(false)));
            while (!log.contains("cancelled")) {
                await(sleep(Duration.ZERO));
            }
            assertTrue(future.isCancelled());
            return done();
        });
    }

    @Test
    void a_future_that_is_cancelled_before_the_task_began_keeps_it_from_running() {
        EventLoop loop = EventLoop.create();
        CompletableFuture<Void> coroutine = loop.runThreadsafe(cleaningUp());
        CompletableFuture<Void> callable = loop.runThreadsafe(() -> cleaningUp());
        coroutine.cancel(false);
        callable.cancel(false);
        loop.runUntilComplete(sleep(Duration.ZERO));
        loop.runUntilComplete(sleep(Duration.ZERO));
        assertEquals(List.of(), log);
        assertEquals(List.of(), loop.allTasks());
        loop.close();
    }

    @Test
    void a_closed_loop_refuses_and_closes_the_coroutine() {
        EventLoop loop = EventLoop.create();
        loop.close();
        Coroutine<Void> coroutine = cleaningUp();
        isIllegal("The event loop is closed", () -> loop.runThreadsafe(coroutine));
        isIllegal("The event loop is closed", () -> loop.runThreadsafe(() -> cleaningUp()));
        isIllegal("started as a task or closed", () -> run(coroutine));
    }

    @Test
    void a_coroutine_is_handed_over_once() {
        EventLoop loop = EventLoop.create();
        Coroutine<Thread> coroutine = threadOf();
        CompletableFuture<Thread> future = loop.runThreadsafe(coroutine);
        isIllegal("started as a task or closed", () -> loop.runThreadsafe(coroutine));
        isIllegal("started as a task or closed", () -> loop.createTask(coroutine));
        loop.runUntilComplete(sleep(Duration.ofMillis(1)));
        assertTrue(future.isDone());
        loop.close();
        assertThrows(NullPointerException.class, () -> loop.runThreadsafe((Coroutine<Void>) null));
    }

    @Test
    void a_loop_that_closes_before_it_ran_the_coroutine_fails_the_future() {
        EventLoop loop = EventLoop.create();
        CompletableFuture<Void> future = loop.runThreadsafe(cleaningUp());
        loop.close();
        ExecutionException thrown = assertThrows(ExecutionException.class, future::get);
        assertInstanceOf(IllegalStateException.class, thrown.getCause());
        assertEquals(
                "The event loop was closed before it could run this",
                thrown.getCause().getMessage());
        assertEquals(List.of(), log);
    }

    @Test
    void a_loop_that_closes_with_the_task_left_fails_the_future() {
        EventLoop loop = EventLoop.create();
        CompletableFuture<Void> future = loop.runThreadsafe(cleaningUp());
        loop.runUntilComplete(sleep(Duration.ofMillis(1)));
        assertEquals(List.of("began"), log);
        loop.close();
        ExecutionException thrown = assertThrows(ExecutionException.class, future::get);
        assertEquals(
                "The event loop was closed before it could finish task Task-2 (pending)",
                thrown.getCause().getMessage());
    }

    @SuppressWarnings("fermata:blocking-call") // holds the loop until another thread has come that far
    @Test
    void the_end_of_run_cancels_it_like_other_tasks() throws Exception {
        CountDownLatch handed = new CountDownLatch(1);
        CompletableFuture<CompletableFuture<Void>> future = new CompletableFuture<>();
        run(() -> {
            EventLoop loop = EventLoop.running();
            Thread other = new Thread(() -> {
                future.complete(loop.runThreadsafe(cleaningUp()));
                handed.countDown();
            });
            other.start();
            handed.await();
            while (!log.contains("began")) {
                await(sleep(Duration.ZERO));
            }
            return done();
        });
        assertThrows(CancellationException.class, () -> future.get().get());
        assertEquals(List.of("began", "cancelled"), log);
    }

    @Test
    void on_the_loops_own_thread_waiting_for_the_future_is_an_error_and_awaiting_it_is_not() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            CompletableFuture<Thread> future = loop.runThreadsafe(threadOf());
            isIllegal("would wait for ever for a coroutine that has not started", future::join);
            isIllegal("would wait for ever", future::get);
            isIllegal("would wait for ever", () -> future.get(1, TimeUnit.DAYS));
            assertSame(Thread.currentThread(), await(future));
            assertSame(Thread.currentThread(), future.join());
            assertSame(Thread.currentThread(), future.get());
            return done();
        });
    }

    @AsyncTest
    void so_it_is_with_the_future_of_a_task_or_promise() {
        Task<Thread> task = createTask(threadOf());
        CompletableFuture<Thread> future = task.toCompletableFuture();
        isIllegal("would wait for ever for task Task-2", future::join);
        Promise<String> promise = createPromise();
        isIllegal("would wait for ever for a promise", promise.toCompletableFuture()::get);
        await(task);
        assertSame(Thread.currentThread(), task.toCompletableFuture().join());
        assertFalse(future.isCompletedExceptionally());
    }

    @Test
    void a_future_that_its_loop_does_not_complete_alone_may_be_waited_for() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            CompletableFuture<String> other =
                    loop.runThreadsafe(() -> done("x")).thenApply(it -> it + "y");
            await(other);
            assertEquals("xy", other.join());
            CompletableFuture<String> byHand = loop.runThreadsafe(() -> done("x"));
            byHand.complete("by hand");
            assertEquals("by hand", byHand.join());
            return done();
        });
    }
}
