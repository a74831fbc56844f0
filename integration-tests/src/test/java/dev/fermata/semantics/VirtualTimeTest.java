package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time that jumps, and what makes it stand still. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VirtualTimeTest {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private final List<Object> log = new ArrayList<>();

    @AsyncTest
    void time_jumps_to_the_next_timer_when_nothing_is_ready() {
        EventLoop loop = EventLoop.running();
        loop.callLater(Duration.ofHours(1), () -> log.add(loop.time()));
        await(sleep(CENTURY));
        log.add(loop.time());
        assertEquals(List.of(Duration.ofHours(1).toNanos(), CENTURY.toNanos()), log);
    }

    @AsyncTest
    void time_stands_still_while_anything_is_ready() {
        EventLoop loop = EventLoop.running();
        loop.callLater(Duration.ofNanos(1), () -> log.add("timer"));
        for (int i = 0; i < 1000; i++) {
            await(sleep(Duration.ZERO));
        }
        assertEquals(0, loop.time());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void time_stands_still_while_a_call_in_a_thread_is_outstanding() {
        EventLoop loop = EventLoop.running();
        loop.callLater(Duration.ofNanos(1), () -> log.add("timer"));
        await(toThread(() -> log.add("call")));
        assertEquals(0, loop.time());
        await(sleep(Duration.ofNanos(1)));
        assertEquals(List.of("call", "timer"), log);
    }

    @AsyncTest
    void time_stands_still_while_a_stage_from_outside_is_awaited() {
        EventLoop loop = EventLoop.running();
        loop.callLater(Duration.ofNanos(1), () -> log.add("timer"));
        log.add(await(CompletableFuture.supplyAsync(() -> "stage")));
        assertEquals(0, loop.time());
        await(sleep(Duration.ofNanos(1)));
        assertEquals(List.of("stage", "timer"), log);
    }

    @AsyncTest
    void time_goes_on_when_nobody_awaits_the_stage_any_more() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Task<Void> task = createTask(() -> {
            await(stage);
            return done();
        });
        await(sleep(Duration.ZERO));
        task.cancel();
        await(sleep(CENTURY));
        assertTrue(stage.isCancelled());
    }

    @AsyncTest
    void a_future_of_a_task_is_nothing_from_outside() {
        await(createTask(sleep(CENTURY)).toCompletableFuture());
        assertEquals(CENTURY.toNanos(), EventLoop.running().time());
    }

    @Test
    void a_stage_that_does_not_come_within_the_limit_is_an_error_that_says_who_waits_for_it() {
        CompletableFuture<String> never = new CompletableFuture<>();
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> run(
                        () -> {
                            EventLoop.running().setOutsideLimit(Duration.ofMillis(1));
                            Task<Void> named = createTask(
                                    () -> {
                                        await(never);
                                        return done();
                                    },
                                    "patient");
                            await(named);
                            return done();
                        },
                        EventLoop::virtualTime));
        assertTrue(thrown.getMessage().contains("Virtual time stood still for 1 ms"), thrown.getMessage());
        assertTrue(
                thrown.getMessage().contains("task patient waits for the stage " + CompletableFuture.class.getName()));
    }

    @Test
    void a_deadlock_says_who_waits_for_whom_and_where() {
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> run(
                        () -> {
                            Promise<String> promise = createPromise();
                            Task<String> holder = createTask(awaiting(promise), "holder");
                            Task<String> waiter = createTask(awaiting(holder), "waiter");
                            await(waiter);
                            return done();
                        },
                        EventLoop::virtualTime));
        List<String> lines = thrown.getMessage().lines().map(String::strip).toList();
        assertTrue(lines.contains("task holder waits for a promise"), thrown.getMessage());
        assertTrue(lines.contains("task waiter waits for task holder"), thrown.getMessage());
        assertTrue(lines.contains("task Task-1 waits for task waiter"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("VirtualTimeTest.awaiting(VirtualTimeTest.java:"), thrown.getMessage());
    }

    @Async
    private static Coroutine<String> awaiting(Deferred<String> what) {
        return done(await(what));
    }
}
