package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code shield}: a cancel of the awaiter does not reach what is inside. */
class ShieldTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private Coroutine<String> save(long millis) {
        await(sleep(ms(millis)));
        log.add("saved");
        return done("saved");
    }

    @Async
    private static Coroutine<String> fail(long millis) throws IOException {
        await(sleep(ms(millis)));
        throw new IOException("x");
    }

    @AsyncTest
    void the_result_passes_through() {
        assertEquals("saved", await(shield(save(10))));
        assertEquals("value", await(shield(done("value"))));
    }

    @AsyncTest
    void a_failure_passes_through_as_the_same_object() {
        Promise<String> promise = createPromise();
        IOException failure = new IOException("x");
        EventLoop.running().callLater(ms(10), () -> promise.setException(failure));
        assertSame(failure, await(failureOf(shield(promise))));
    }

    @AsyncTest
    void a_shield_starts_its_coroutine_at_the_call() {
        Promise<String> shielded = shield(save(10));
        await(sleep(ms(20)));
        log.add("awaiting");
        await(shielded);
        assertEquals(List.of("saved", "awaiting"), log);
    }

    @AsyncTest
    void a_shield_of_what_is_done_is_done() {
        Promise<String> promise = createPromise();
        promise.setResult("x");
        assertTrue(shield(promise).done());
    }

    @AsyncTest
    void the_awaiter_is_cancelled_at_once_and_the_inner_task_runs_on() {
        Task<String> inner = createTask(save(20));
        Task<Void> outer = createTask(() -> {
            try {
                await(shield(inner));
            } catch (CancelledError cancel) {
                log.add("cancelled: " + cancel.getMessage());
                throw cancel;
            }
            return done();
        });
        await(sleep(ms(10)));
        outer.cancel("why");
        assertInstanceOf(CancelledError.class, await(failureOf(outer)));
        assertFalse(inner.done());
        assertEquals(0, inner.cancelling());
        assertEquals("saved", await(inner));
        assertEquals(List.of("cancelled: why", "saved"), log);
    }

    @AsyncTest
    void what_is_shielded_may_be_awaited_again_after_the_cancel() {
        Task<Void> outer = createTask(() -> {
            Task<String> inner = createTask(save(20));
            try {
                await(shield(inner));
            } catch (CancelledError cancel) {
                log.add(await(inner) + " all the same");
                throw cancel;
            }
            return done();
        });
        await(sleep(ms(10)));
        outer.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(outer)));
        assertEquals(List.of("saved", "saved all the same"), log);
    }

    @AsyncTest
    void a_cancel_of_the_inner_task_cancels_the_shield_with_its_message() {
        Task<String> inner = createTask(save(20));
        Promise<String> shielded = shield(inner);
        await(sleep(ms(10)));
        inner.cancel("inner");
        Throwable thrown = await(failureOf(shielded));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("inner", thrown.getMessage());
        assertTrue(shielded.cancelled());
        assertEquals(0, currentTask().cancelling());
    }

    @Test
    void a_failure_that_nobody_listens_to_any_more_is_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            Promise<String> shielded = shield(createTask(() -> fail(20)));
            await(sleep(ms(10)));
            shielded.cancel();
            await(sleep(Duration.ofSeconds(10)));
            return done();
        });
        assertEquals(1, reports.size());
        assertInstanceOf(IOException.class, reports.get(0).exception());
    }

    @Test
    void a_failure_that_arrived_in_the_iteration_of_the_cancel_is_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            Promise<String> inner = createPromise();
            Promise<String> shielded = shield(inner);
            inner.setException(new IOException("x"));
            shielded.cancel();
            assertInstanceOf(CancelledError.class, await(failureOf(shielded)));
            await(sleep(Duration.ofSeconds(10)));
            return done();
        });
        assertEquals(1, reports.size());
    }

    @Test
    void a_failure_that_the_shield_handed_on_is_not_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            assertInstanceOf(IOException.class, await(failureOf(shield(createTask(() -> fail(20))))));
            await(sleep(Duration.ofSeconds(10)));
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @AsyncTest
    void a_shielded_child_survives_a_cancelled_gather() {
        Promise<List<String>> gathered = gather(shield(save(20)), sleep(FOREVER, "never"));
        await(sleep(ms(10)));
        gathered.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(gathered)));
        await(sleep(ms(20)));
        assertEquals(List.of("saved"), log);
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void the_end_of_run_cancels_what_was_shielded() {
        virtually(() -> {
            createTask(() -> {
                try {
                    await(sleep(FOREVER));
                } finally {
                    log.add("ended with the loop");
                }
                return done();
            });
            Task<Void> outer = createTask(() -> {
                await(shield(sleep(FOREVER)));
                return done();
            });
            await(sleep(ms(10)));
            outer.cancel();
            return done();
        });
        assertEquals(List.of("ended with the loop"), log);
    }
}
