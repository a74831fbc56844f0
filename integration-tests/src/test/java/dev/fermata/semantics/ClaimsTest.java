package dev.fermata.semantics;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.gatherSettled;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.Asyncio.waitFor;
import static dev.fermata.Asyncio.waitUntil;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncBarrier;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.AsyncSemaphore;
import dev.fermata.Awaitable;
import dev.fermata.BrokenBarrierException;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.Promise;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sentences about the semantics that belong to no single one of the other tests. */
class ClaimsTest {
    private final List<Object> log = new ArrayList<>();

    @AsyncTest
    void awaiting_a_stage_that_is_done_does_not_yield() {
        EventLoop.running().callSoon(() -> log.add("other"));
        assertEquals("x", await(CompletableFuture.completedFuture("x")));
        assertEquals("y", await(CompletableFuture.completedFuture("y").minimalCompletionStage()));
        assertEquals(List.of(), log);
    }

    @Test
    void coroutines_are_sealed_and_only_a_promise_can_be_set() {
        assertTrue(Coroutine.class.isSealed());
        assertFalse(Coroutine.class.isInterface());
        assertEquals(Set.of(Coroutine.class, Deferred.class), Set.of(Awaitable.class.getPermittedSubclasses()));
        for (Class<?> type : List.of(Deferred.class, Task.class)) {
            assertTrue(Stream.of(type.getMethods()).noneMatch(it -> it.getName().matches("setResult|setException")));
        }
    }

    @AsyncTest
    void only_fermata_makes_tasks_and_an_await_refuses_those_of_others() {
        Task<?> foreign = (Task<?>) Proxy.newProxyInstance(
                Task.class.getClassLoader(),
                new Class<?>[] {Task.class},
                (self, method, arguments) -> method.getName().equals("toString") ? "my own task" : null);
        String expected =
                "my own task is no task or promise of an event loop. Only Fermata implements Task and Promise";
        String refused = "none";
        try {
            await(foreign);
        } catch (IllegalArgumentException e) {
            refused = e.getMessage();
        }
        assertEquals(expected, refused);
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> gather(foreign))
                        .getMessage());
    }

    @Test
    void timeouts_and_broken_barriers_are_unchecked_and_not_those_of_the_jdk() {
        assertTrue(RuntimeException.class.isAssignableFrom(TimeoutException.class));
        assertTrue(RuntimeException.class.isAssignableFrom(BrokenBarrierException.class));
        assertFalse(java.util.concurrent.TimeoutException.class.isAssignableFrom(TimeoutException.class));
        assertFalse(java.util.concurrent.BrokenBarrierException.class.isAssignableFrom(BrokenBarrierException.class));
    }

    @Test
    void an_exception_group_holds_each_object_once_and_exceptions_only() {
        IOException x = new IOException("x");
        IOException y = new IOException("y");
        ExceptionGroup group = new ExceptionGroup("m", List.of(x, y, x));
        assertEquals(List.of(x, y), group.exceptions());
        assertEquals(List.of(x, y), List.of(group.getSuppressed()));
        assertEquals("m (2 exceptions: IOException: x; IOException: y)", group.getMessage());
        assertInstanceOf(RuntimeException.class, group);
        assertThrows(IllegalArgumentException.class, () -> new ExceptionGroup("m", List.of()));
    }

    @Async
    private static Coroutine<Void> failing(Throwable failure) {
        await(sleep(ms(1)));
        throw Attempt.<RuntimeException>sneak(failure);
    }

    @Test
    void each_awaiter_of_a_task_gets_the_same_failure() {
        for (Throwable failure : List.of(new IOException("x"), new AssertionError("y"), new NoSuchMethodError("z"))) {
            virtually(() -> {
                Task<Void> task = createTask(failing(failure));
                Task<Throwable> a = createTask(failureOf(task));
                Task<Throwable> b = createTask(failureOf(task));
                assertSame(failure, await(a));
                assertSame(failure, await(b));
                assertSame(failure, task.exception());
                return done();
            });
        }
    }

    @Async
    private Coroutine<Void> endless() {
        try {
            await(sleep(FOREVER));
        } finally {
            log.add("child cancelled");
        }
        return done();
    }

    @Async
    private Coroutine<Void> answeringACancel() {
        try {
            try (var group = new TaskGroup()) {
                group.createTask(endless());
                try {
                    await(sleep(FOREVER));
                } catch (CancelledError cancel) {
                    throw new IllegalStateException("x", cancel);
                }
            }
        } catch (IllegalStateException e) {
            log.add("failed, cancelling " + currentTask().cancelling());
        }
        await(sleep(ms(10)));
        return done();
    }

    @AsyncTest
    void a_body_that_answers_a_cancel_from_outside_with_a_failure_gives_it_and_the_cancel_with_its_message_again() {
        Task<Void> task = createTask(answeringACancel());
        await(sleep(ms(5)));
        task.cancel("why");
        log.add("cancelled: " + await(failureOf(task)).getMessage());
        assertEquals(List.of("child cancelled", "failed, cancelling 1", "cancelled: why"), log);
    }

    @Async
    private static Coroutine<String> cancellingItsTaskAtTheEnd(Promise<Void> promise) {
        await(promise);
        currentTask().cancel("late");
        return done("value");
    }

    @Async
    private Coroutine<Void> caller(Promise<Void> promise) {
        log.add(await(cancellingItsTaskAtTheEnd(promise)));
        try {
            await(sleep(ms(1000)));
        } finally {
            log.add("cleanup");
        }
        return done();
    }

    @AsyncTest
    void a_cancel_that_comes_when_a_called_coroutine_has_its_value_does_not_lose_that() {
        Promise<Void> promise = createPromise();
        Task<Void> task = createTask(caller(promise));
        await(sleep(Duration.ZERO));
        promise.setResult(null);
        assertInstanceOf(CancelledError.class, await(failureOf(task)));
        assertEquals(List.of("value", "cleanup"), log);
    }

    @Async
    private Coroutine<Void> note(String text) {
        log.add(text);
        return done();
    }

    @AsyncTest
    void a_settled_gather_starts_at_the_call() {
        var gathering = gatherSettled(note("started"));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("started"), log);
        await(gathering);
    }

    @AsyncTest
    void waits_do_nothing_until_they_are_awaited() {
        AsyncLock lock = new AsyncLock();
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        AsyncBarrier barrier = new AsyncBarrier(2);
        List<Coroutine<?>> made = List.of(
                sleep(ms(1000)),
                waitFor(note("ran"), ms(1000)),
                waitUntil(ReturnWhen.ALL_COMPLETED, createPromise()),
                toThread(() -> log.add("thread")),
                lock.acquire(),
                semaphore.acquire(),
                queue.put(1),
                barrier.arrive());
        await(sleep(Duration.ofSeconds(5)));
        assertFalse(lock.locked());
        assertFalse(semaphore.locked());
        assertEquals(0, queue.qsize());
        assertEquals(0, barrier.waiting());
        assertEquals(List.of(), log);
        made.forEach(Coroutine::close);
    }

    @Test
    void a_call_on_a_thread_that_outlasts_the_limit_of_virtual_time_is_an_error_that_says_who_waits() {
        CountDownLatch free = new CountDownLatch(1);
        DeadlockException error = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    EventLoop.running().setOutsideLimit(ms(1));
                    await(createTask(
                            toThread(() -> {
                                free.await();
                                return null;
                            }),
                            "patient"));
                    return done();
                }));
        free.countDown();
        assertTrue(error.getMessage().contains("task patient waits for a call in an executor"), error::getMessage);
    }

    @Async
    private static Coroutine<String> failingWhenCancelled() {
        try {
            await(sleep(FOREVER));
        } catch (CancelledError e) {
            throw new IllegalStateException("in answer");
        }
        return done("never");
    }

    @AsyncTest
    void wait_for_without_time_passes_a_failure_in_answer_to_the_cancel_with_the_timeout_suppressed() {
        Task<String> task = createTask(failingWhenCancelled());
        await(sleep(ms(1)));
        Throwable thrown = await(failureOf(() -> waitFor(task, Duration.ZERO)));
        assertEquals("in answer", thrown.getMessage());
        assertInstanceOf(TimeoutException.class, thrown.getSuppressed()[0]);
    }

    @Test
    void what_other_threads_handed_over_fails_in_that_order_when_the_loop_closes() throws Exception {
        EventLoop loop = EventLoop.create();
        Thread other = new Thread(() -> {
            for (int i = 0; i < 20; i++) {
                int number = i;
                loop.runThreadsafe(() -> done()).whenComplete((result, failure) -> log.add(number));
            }
        });
        other.start();
        other.join();
        loop.close();
        assertEquals(
                Stream.iterate(0, it -> it + 1).limit(20).map(it -> (Object) it).toList(), log);
    }
}
