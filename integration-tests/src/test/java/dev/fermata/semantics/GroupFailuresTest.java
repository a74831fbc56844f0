package dev.fermata.semantics;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.ExceptionGroup;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a group throws is of a size, and takes a time, that fits what failed. */
class GroupFailuresTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final class Counting extends AssertionError {
        private static final long serialVersionUID = 1;

        private int asked;

        @Override
        public synchronized Throwable getCause() {
            asked++;
            return null;
        }
    }

    @Async
    private static Coroutine<Void> fail(Throwable failure) {
        await(sleep(SECOND));
        throw Attempt.<Error>sneak(failure);
    }

    // ---- many failures

    @Async
    private static Coroutine<Void> failTogether(List<Error> failures) {
        try (var group = new TaskGroup()) {
            for (Error failure : failures) {
                group.createTask(fail(failure));
            }
        }
        return done();
    }

    private static int asked(int children) {
        Counting first = new Counting();
        List<Error> failures = new ArrayList<>(List.of(first));
        for (int i = 1; i < children; i++) {
            failures.add(new AssertionError(i));
        }
        assertSame(first, assertThrows(Error.class, () -> virtually(() -> failTogether(failures))));
        assertEquals(failures.subList(1, children), List.of(first.getSuppressed()));
        return first.asked;
    }

    @Test
    void an_error_is_looked_at_as_often_when_few_others_are_suppressed_in_it_as_when_many_are() {
        assertEquals(asked(10), asked(1_000));
    }

    @AsyncTest
    void an_error_of_several_children_is_suppressed_once() {
        AssertionError first = new AssertionError("first");
        AssertionError twice = new AssertionError("twice");
        assertInstanceOf(Error.class, await(failureOf(() -> failTogether(List.of(first, twice, first, twice)))));
        assertEquals(List.of(twice), List.of(first.getSuppressed()));
    }

    // ---- groups in groups

    @Test
    void the_message_of_groups_in_groups_does_not_grow_with_their_depth() {
        Exception failure = new IOException("the cable is cut");
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            failure = new ExceptionGroup("a task group failed", List.of(failure));
            lengths.add(failure.getMessage().length());
        }
        assertEquals(
                "a task group failed (1 exception: ExceptionGroup: a task group failed (1 exception: IOException: x))",
                new ExceptionGroup(
                                "a task group failed",
                                List.of(new ExceptionGroup("a task group failed", List.of(new IOException("x")))))
                        .getMessage());
        assertTrue(Collections.max(lengths) < 300, () -> "the longest has " + Collections.max(lengths));
    }

    @Test
    void a_long_message_is_cut_off_in_that_of_its_group_but_no_character_is() {
        String rightAtTheCut = "x".repeat(199) + "😀" + "y".repeat(100);
        assertEquals(
                "m (2 exceptions: IOException: " + "x".repeat(199) + "…; IOException: " + "z".repeat(200) + ")",
                new ExceptionGroup("m", List.of(new IOException(rightAtTheCut), new IOException("z".repeat(200))))
                        .getMessage());
    }

    // ---- what leads to what

    @Async
    private static Coroutine<Void> answering(Error ofChild, List<CancelledError> cancels) {
        try (var group = new TaskGroup()) {
            group.createTask(fail(ofChild));
            try {
                await(sleep(FOREVER));
            } catch (CancelledError cancel) {
                assertSame(ofChild, cancel.getCause());
                cancels.add(cancel);
                throw new IllegalStateException("answer", cancel);
            }
        }
        return done();
    }

    /** Fails if something leads back to itself. */
    private static void follow(Throwable thrown, Set<Throwable> above) {
        assertTrue(above.add(thrown), () -> thrown + " leads to itself");
        if (thrown.getCause() != null) {
            follow(thrown.getCause(), above);
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            follow(suppressed, above);
        }
        above.remove(thrown);
    }

    @AsyncTest
    void an_error_that_suppresses_what_wraps_the_cancel_of_its_group_is_not_the_cause_of_that() {
        AssertionError ofChild = new AssertionError("child");
        List<CancelledError> cancels = new ArrayList<>();
        Error thrown = assertInstanceOf(Error.class, await(failureOf(() -> answering(ofChild, cancels))));
        assertSame(ofChild, thrown);
        CancelledError stopped = cancels.get(0);
        assertSame(stopped, thrown.getSuppressed()[0].getCause());
        assertNull(stopped.getCause());
        assertTrue(stopped.getMessage().endsWith("failed with java.lang.AssertionError"), stopped.getMessage());
        follow(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    @Async
    private static Coroutine<Void> inTheBlock(Error ofBoth, List<CancelledError> cancels) {
        try (var group = new TaskGroup()) {
            group.createTask(fail(ofBoth));
            try (var inner = new TaskGroup()) {
                inner.createTask(fail(ofBoth));
                try {
                    await(sleep(FOREVER));
                } catch (CancelledError cancel) {
                    cancels.add(cancel);
                    throw new ExceptionGroup("answers", List.of(new IllegalStateException("answer", cancel)));
                }
            }
        }
        return done();
    }

    @AsyncTest
    void nor_is_one_that_failed_two_groups() {
        AssertionError ofBoth = new AssertionError("both");
        List<CancelledError> cancels = new ArrayList<>();
        Error thrown = assertInstanceOf(Error.class, await(failureOf(() -> inTheBlock(ofBoth, cancels))));
        assertSame(ofBoth, thrown);
        assertEquals(1, cancels.size());
        follow(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
    }
}
