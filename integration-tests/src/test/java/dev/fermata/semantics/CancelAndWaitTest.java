package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@link dev.fermata.Asyncio#cancelAndWait}: nothing of the tasks runs any more when it has ended. */
class CancelAndWaitTest {
    private final List<Object> log = new ArrayList<>();

    /** Takes its time to end when it is cancelled, and then ends as {@code end} says. */
    @Async
    private Coroutine<String> slow(String end) {
        try {
            await(sleep(ms(1000)));
        } finally {
            await(sleep(ms(10)));
            log.add(end);
            if (end.equals("fails")) {
                throw new IllegalStateException(end);
            }
        }
        return done("result");
    }

    @Async
    private Coroutine<String> stubborn() {
        try {
            await(sleep(ms(1000)));
        } catch (CancelledError swallowed) {
            log.add("goes on");
        }
        return done("result");
    }

    @AsyncTest
    void it_waits_until_the_tasks_have_ended() {
        Task<String> first = createTask(slow("first"));
        Task<String> second = createTask(slow("second"));
        Promise<String> promise = createPromise();
        await(sleep(Duration.ZERO));
        await(cancelAndWait(first, second, promise));
        assertEquals(List.of("first", "second"), log);
        assertTrue(first.cancelled() && second.cancelled() && promise.cancelled());
        assertEquals(ms(10).toNanos(), EventLoop.running().time());
    }

    @AsyncTest
    void task_that_never_began_never_runs() {
        Task<String> task = createTask(slow("never"));
        await(cancelAndWait(task));
        assertEquals(List.of(), log);
        assertTrue(task.cancelled());
    }

    @AsyncTest
    void result_in_spite_of_the_cancel_is_no_failure() {
        Task<String> task = createTask(stubborn());
        await(sleep(Duration.ZERO));
        await(cancelAndWait(task));
        assertEquals(List.of("goes on"), log);
        assertEquals("result", task.result());
        await(cancelAndWait(task));
        await(cancelAndWait());
    }

    @AsyncTest
    void failure_of_the_cleanup_is_thrown_with_the_others_suppressed() {
        Task<String> good = createTask(slow("good"));
        Task<String> first = createTask(slow("fails"));
        Task<String> second = createTask(slow("fails"));
        await(sleep(Duration.ZERO));
        Throwable failure = await(Attempt.failureOf(cancelAndWait(List.of(good, first, second))));
        assertSame(first.exception(), failure);
        assertEquals(List.of(second.exception()), List.of(failure.getSuppressed()));
    }

    @AsyncTest
    void cancel_of_the_waiting_task_ends_its_wait() {
        Task<String> task = createTask(slow("ends"));
        await(sleep(Duration.ZERO));
        Task<Void> waiting = createTask(cancelAndWait(task));
        await(sleep(ms(1)));
        waiting.cancel();
        assertInstanceOf(CancelledError.class, await(Attempt.failureOf(waiting)));
        assertFalse(task.done());
        await(Attempt.failureOf(task));
        assertEquals(List.of("ends"), log);
    }

    @AsyncTest
    void no_task_waits_for_itself() {
        Throwable failure = await(Attempt.failureOf(cancelAndWait(currentTask())));
        assertInstanceOf(IllegalStateException.class, failure);
        Attempt.saysThat("cannot wait for its own end", failure);
        await(sleep(Duration.ZERO)); // and is not cancelled
    }

    @AsyncTest
    void task_of_another_loop_is_refused_before_any_is_cancelled() {
        EventLoop other = EventLoop.virtualTime();
        Promise<String> foreign = other.createPromise();
        Task<String> mine = createTask(slow("mine"));
        Throwable failure = await(Attempt.failureOf(cancelAndWait(mine, foreign)));
        assertInstanceOf(IllegalStateException.class, failure);
        Attempt.saysThat("cancelAndWait: ", failure);
        assertFalse(foreign.done());
        assertEquals(0, mine.cancelling());
        await(cancelAndWait(mine, mine));
        assertEquals(1, mine.cancelling());
        other.close();
    }

    @AsyncTest
    void error_is_thrown_before_exceptions() {
        Promise<String> exception = createPromise();
        Promise<String> error = createPromise();
        exception.setException(new java.io.IOException());
        error.setException(new AssertionError());
        Throwable thrown = await(Attempt.failureOf(cancelAndWait(exception, error)));
        assertSame(error.exception(), thrown);
        assertSame(exception.exception(), thrown.getSuppressed()[0]);
    }
}
