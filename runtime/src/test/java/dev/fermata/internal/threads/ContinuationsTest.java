package dev.fermata.internal.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContinuationsTest {
    private final List<Integer> log = new ArrayList<>();

    /** Runs {@code innermost} as deep as continuations are nested. */
    private static void atTheBottom(Runnable innermost) {
        nested(Continuations.DEEPEST, innermost);
    }

    private static void nested(int levels, Runnable innermost) {
        Continuations.run(levels == 1 ? innermost : () -> nested(levels - 1, innermost));
    }

    @Test
    void one_inside_another_runs_at_once() {
        Continuations.run(() -> {
            Continuations.run(() -> log.add(1));
            log.add(2);
        });
        assertEquals(List.of(1, 2), log);
    }

    @Test
    void at_the_bottom_they_wait_for_the_one_that_runs_and_keep_their_order() {
        atTheBottom(() -> {
            Continuations.run(() -> {
                Continuations.run(() -> log.add(4));
                log.add(2);
            });
            Continuations.run(() -> log.add(3));
            log.add(1);
        });
        assertEquals(List.of(1, 2, 3, 4), log);
    }

    @Test
    void those_that_wait_run_although_one_throws_and_the_first_failure_leaves() {
        Error failure = new StackOverflowError("first");
        Error second = new AssertionError("second");
        Error thrown = assertThrows(
                StackOverflowError.class,
                () -> atTheBottom(() -> {
                    Continuations.run(() -> {
                        throw second;
                    });
                    Continuations.run(() -> log.add(1));
                    throw failure;
                }));
        assertSame(failure, thrown);
        assertEquals(List.of(second), List.of(thrown.getSuppressed()));
        assertEquals(List.of(1), log);
        log.clear();
        one_inside_another_runs_at_once(); // the depth is what it was
    }

    @Test
    void a_row_of_them_runs_to_its_end_and_then_throws_what_it_was_given() {
        Error failure = new AssertionError("x");
        List<Runnable> row = List.of(() -> log.add(1), () -> log.add(2));
        assertSame(
                failure,
                assertThrows(AssertionError.class, () -> Continuations.runAll(new ArrayDeque<>(row), failure)));
        assertEquals(List.of(1, 2), log);
    }
}
