package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Retry;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@link Retry}: when it calls again, and what it throws in the end. */
class RetriesTest {
    private static final Retry EXACT =
            Retry.attempts(5).backoff(ms(100), ms(300)).jitter(0);

    /** When the calls were made, in milliseconds. */
    private final List<Long> calls = new ArrayList<>();

    private final List<Exception> failures = new ArrayList<>();

    /** Fails as often as {@code times}, at once or after a while. */
    @Async
    private Coroutine<String> failing(int times, long millis) throws IOException {
        calls.add(EventLoop.running().time() / 1_000_000);
        if (millis > 0) {
            await(sleep(ms(millis)));
        }
        if (calls.size() <= times) {
            IOException failure = new IOException("failure " + calls.size());
            failures.add(failure);
            throw failure;
        }
        return done("result");
    }

    @AsyncTest
    void it_calls_again_with_doubling_pauses_up_to_the_greatest() {
        assertEquals("result", await(EXACT.call(() -> failing(4, 0))));
        assertEquals(List.of(0L, 100L, 300L, 600L, 900L), calls);
    }

    @AsyncTest
    void calls_that_suspend_are_called_again_too() {
        assertEquals("result", await(EXACT.call(() -> failing(2, 50))));
        assertEquals(List.of(0L, 150L, 400L), calls);
    }

    @AsyncTest
    void call_that_succeeds_is_the_only_one() {
        assertEquals("result", await(EXACT.call(() -> failing(0, 0))));
        assertEquals(List.of(0L), calls);
    }

    @AsyncTest
    void last_failure_is_thrown_and_those_before_are_suppressed_in_it() {
        for (long millis : List.of(0L, 10L)) {
            calls.clear();
            failures.clear();
            Exception last =
                    assertInstanceOf(IOException.class, await(Attempt.failureOf(EXACT.call(() -> failing(9, millis)))));
            assertEquals(5, calls.size());
            assertSame(failures.get(4), last);
            assertEquals(failures.subList(0, 4), Arrays.asList(last.getSuppressed()));
        }
    }

    @AsyncTest
    void who_retries_for_long_does_not_keep_all_failures() {
        Retry patient = Retry.attempts(1000).backoff(Duration.ZERO, Duration.ZERO);
        Throwable last = await(Attempt.failureOf(patient.call(() -> failing(1000, 0))));
        assertEquals("failure 1000", last.getMessage());
        assertEquals(10, last.getSuppressed().length);
        assertEquals("failure 999", last.getSuppressed()[9].getMessage());
    }

    @AsyncTest
    void failure_that_is_always_the_same_object_is_not_suppressed_in_itself() {
        RuntimeException same = new IllegalStateException();
        assertSame(same, await(Attempt.failureOf(EXACT.call(() -> {
            throw same;
        }))));
        assertEquals(0, same.getSuppressed().length);
    }

    @AsyncTest
    void other_failures_are_thrown_at_once() {
        Retry retry = EXACT.on(FileNotFoundException.class, TimeoutException.class);
        assertEquals(
                "failure 1",
                await(Attempt.failureOf(retry.call(() -> failing(9, 0)))).getMessage());
        assertEquals(1, calls.size());
        Retry second = EXACT.when(it -> !"failure 2".equals(it.getMessage()));
        calls.clear();
        assertEquals(
                "failure 2",
                await(Attempt.failureOf(second.call(() -> failing(9, 0)))).getMessage());
    }

    @AsyncTest
    void errors_are_thrown_at_once() {
        for (AsyncCallable<Void> call : List.<AsyncCallable<Void>>of(this::erring, () -> {
            await(sleep(ms(1)));
            return erring();
        })) {
            calls.clear();
            assertInstanceOf(AssertionError.class, await(Attempt.failureOf(EXACT.call(call))));
            assertEquals(1, calls.size());
        }
    }

    private Coroutine<Void> erring() {
        calls.add(0L);
        throw new AssertionError();
    }

    @AsyncTest
    void cancel_ends_a_call_and_a_pause_and_no_call_follows() {
        for (long when : List.of(5L, 50L)) { // the call takes 10 ms
            calls.clear();
            Task<String> task = createTask(EXACT.call(() -> failing(9, 10)));
            await(sleep(ms(when)));
            task.cancel();
            assertInstanceOf(CancelledError.class, await(Attempt.failureOf(task)));
            await(sleep(ms(1000)));
            assertEquals(1, calls.size());
        }
    }

    @AsyncTest
    void timeout_around_it_limits_all_calls_and_one_inside_limits_each() {
        assertInstanceOf(
                TimeoutException.class, await(Attempt.failureOf(waitFor(EXACT.call(() -> failing(9, 0)), ms(250)))));
        assertEquals(List.of(0L, 100L), calls);
        long begun = EventLoop.running().time();
        calls.clear();
        assertInstanceOf(
                TimeoutException.class, await(Attempt.failureOf(EXACT.call(() -> waitFor(failing(0, 1000), ms(10))))));
        assertEquals(5, calls.size());
        assertEquals(
                ms(5 * 10 + 100 + 200 + 300 + 300).toNanos(),
                EventLoop.running().time() - begun);
    }

    @AsyncTest
    void jitter_takes_a_random_part_from_each_pause() {
        EventLoop.running().setRandom(new Random(1));
        Random same = new Random(1);
        await(EXACT.jitter(0.5).call(() -> failing(3, 0)));
        double at = 0;
        List<Long> expected = new ArrayList<>(List.of(0L));
        for (int pause : List.of(100, 200, 300)) {
            at += pause * (1 - 0.5 * same.nextDouble());
            expected.add((long) at);
        }
        assertEquals(expected, calls);
    }

    @AsyncTest
    void the_last_choice_of_failures_counts() {
        Retry ofTimeouts = EXACT.on(IOException.class).when(failure -> failure instanceof TimeoutException);
        assertInstanceOf(IOException.class, await(failureOf(() -> ofTimeouts.call(() -> failing(5, 0)))));
        assertEquals(1, calls.size());
        Retry ofFiles = ofTimeouts.on(IOException.class);
        assertEquals("result", await(ofFiles.call(() -> failing(3, 0))));
    }

    @AsyncTest
    void predicate_that_throws_hides_no_failure() {
        IllegalStateException ofPredicate = new IllegalStateException("in the predicate");
        Retry retry = EXACT.when(failure -> {
            if (calls.size() == 2) {
                throw ofPredicate;
            }
            return true;
        });
        assertSame(ofPredicate, await(failureOf(() -> retry.call(() -> failing(5, 0)))));
        assertEquals(List.of(failures.get(1), failures.get(0)), Arrays.asList(ofPredicate.getSuppressed()));
    }

    @Test
    void settings_that_make_no_sense_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> Retry.attempts(0));
        assertThrows(IllegalArgumentException.class, () -> EXACT.backoff(ms(2), ms(1)));
        assertThrows(IllegalArgumentException.class, () -> EXACT.backoff(ms(-2), ms(1)));
        assertThrows(IllegalArgumentException.class, EXACT::on);
        for (double part : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> EXACT.jitter(part));
        }
        assertTrue(
                assertThrows(NullPointerException.class, () -> EXACT.call(null).close())
                        .getMessage()
                        .contains("nothing to call"));
    }

    @AsyncTest
    void pauses_do_not_overflow() {
        Retry patient = Retry.attempts(70).backoff(Duration.ofNanos(1), FOREVER).jitter(0);
        assertEquals("result", await(patient.call(() -> failing(40, 0))));
        assertEquals((1L << 40) - 1, EventLoop.running().time());
    }

    @AsyncTest
    void cancel_that_an_attempt_answers_with_a_failure_ends_it() {
        Retry patient = Retry.attempts(4).backoff(ms(1000), ms(1000)).jitter(0);
        Throwable failure = await(Attempt.failureOf(waitFor(
                patient.call(() -> {
                    calls.add(0L);
                    try {
                        await(sleep(ms(1000)));
                    } catch (CancelledError cancel) {
                        throw new IOException("cleaning up");
                    }
                    return done("result");
                }),
                ms(100))));
        assertInstanceOf(IOException.class, failure);
        assertEquals(1, calls.size());
        assertEquals(ms(100).toNanos(), EventLoop.running().time());
    }
}
