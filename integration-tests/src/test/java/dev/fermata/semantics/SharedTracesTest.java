package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An exception that a method gets more than once, or that several tasks get, shows the way to the one who gets it. */
@Timeout(120)
class SharedTracesTest extends Traced {
    // ---- the same method, twice

    @Async
    private static Coroutine<Void> retry(Task<?> task) {
        try {
            await(task);
        } catch (IllegalStateException e) {
            Thread.onSpinWait();
        }
        await(task);
        return done();
    }

    @Async
    private static Coroutine<Void> retryAndWait(Task<?> task) {
        try {
            await(task);
        } catch (IllegalStateException e) {
            Thread.onSpinWait();
        }
        await(closing(task));
        return done();
    }

    @Async
    private static Coroutine<Void> closing(Task<?> task) {
        try {
            await(task);
        } finally {
            await(sleep(MS));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> retryAndWrap(Task<?> task) {
        try {
            await(retry(task));
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e);
        }
        return done();
    }

    @Async
    private static Coroutine<Void> wrapHere(Task<?> task) {
        try {
            await(task);
        } catch (IllegalStateException e) {
            Thread.onSpinWait();
        }
        try {
            await(task);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e);
        }
        return done();
    }

    @Async
    private static Coroutine<Void> calling(int way) {
        Task<Void> task = createTask(leaf(), "t");
        await(
                switch (way) {
                    case 0 -> retry(task);
                    case 1 -> retryAndWait(task);
                    case 2 -> retryAndWrap(task);
                    default -> wrapHere(task);
                });
        return done();
    }

    @Async
    private static Coroutine<Void> outer(int way) {
        await(calling(way));
        return done();
    }

    @Test
    void a_failure_that_one_method_gets_twice_shows_its_callers() {
        assertEquals(List.of("leaf", "<task t>", "retry", "calling", "outer"), ways(failure(() -> outer(0))));
        assertEquals(
                List.of("leaf", "<task t>", "closing", "retryAndWait", "calling", "outer"),
                ways(failure(() -> outer(1))));
    }

    @Test
    void so_does_one_that_is_wrapped_then() {
        Throwable outside = failure(() -> outer(2));
        assertEquals(List.of("retryAndWrap", "calling", "outer"), ways(outside));
        assertEquals(
                List.of("leaf", "<task t>", "retry", "retryAndWrap", "calling", "outer"), ways(outside.getCause()));
        Throwable inside = failure(() -> outer(3));
        assertEquals(List.of("wrapHere", "calling", "outer"), ways(inside));
        assertEquals(List.of("leaf", "<task t>", "wrapHere", "calling", "outer"), ways(inside.getCause()));
    }

    @Async
    private static Coroutine<Void> retryStage(CompletableFuture<Void> stage) {
        try {
            await(stage);
        } catch (IllegalStateException e) {
            Thread.onSpinWait();
        }
        await(stage);
        return done();
    }

    @Async
    private static CompletableFuture<Void> hot(CompletableFuture<Void> stage) {
        await(retryStage(stage));
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void so_does_one_in_a_hot_method_outside_of_a_loop() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<Void> result = hot(stage);
        stage.completeExceptionally(new IllegalStateException("elsewhere"));
        Throwable thrown = assertThrows(ExecutionException.class, result::get).getCause();
        assertEquals(List.of("<stage>", "retryStage", "hot"), ways(thrown));
    }

    @Async
    private static Coroutine<Integer> recursing(Task<?> task, int depth) {
        if (depth == 0) {
            try {
                await(task);
            } catch (IllegalStateException e) {
                Thread.onSpinWait();
            }
            await(again(task, 2));
            return done(0);
        }
        return done(await(recursing(task, depth - 1)) + 1);
    }

    @Async
    private static Coroutine<Integer> again(Task<?> task, int depth) {
        if (depth == 0) {
            await(task);
            return done(0);
        }
        try {
            return done(await(again(task, depth - 1)) + 1);
        } finally {
            await(sleep(MS));
        }
    }

    @Async
    private static Coroutine<Void> recursingOuter() {
        await(recursing(createTask(leaf(), "t"), 2));
        return done();
    }

    @Test
    void each_call_of_a_recursion_stands_there_once() {
        assertEquals(
                List.of(
                        "leaf",
                        "<task t>",
                        "again",
                        "again",
                        "again",
                        "recursing",
                        "recursing",
                        "recursing",
                        "recursingOuter"),
                ways(failure(() -> recursingOuter())));
    }

    // ---- another task in between

    @Async
    private static Coroutine<Void> other(Task<?> task) {
        await(sleep(MS));
        await(task);
        return done();
    }

    @Async
    private static Coroutine<Void> resumedClosing(Task<?> task) {
        await(sleep(Duration.ofNanos(1)));
        await(closing(task));
        return done();
    }

    @Async
    private static Coroutine<Void> resumedCalling(Task<?> task) {
        await(resumedClosing(task));
        return done();
    }

    @Async
    private static Coroutine<Void> server(boolean resumed) {
        Task<Void> failed = createTask(leaf(), "cache");
        await(sleep(MS.multipliedBy(5)));
        Task<Void> one = createTask(resumed ? resumedCalling(failed) : closing(failed), "one");
        Task<Void> two = createTask(other(failed), "two");
        await(waitUntil(ReturnWhen.ALL_COMPLETED, one, two));
        two.exception();
        await(one);
        return done();
    }

    @Test
    void who_held_a_failure_while_another_task_got_it_shows_its_own_way() {
        assertEquals(
                List.of("leaf", "<task cache>", "closing", "<task one>", "server"), ways(failure(() -> server(false))));
        assertEquals(
                List.of("leaf", "<task cache>", "closing", "resumedClosing", "resumedCalling", "<task one>", "server"),
                ways(failure(() -> server(true))));
    }

    @Async
    private Coroutine<Void> reading(Task<?> task, boolean resumed, List<List<String>> seen) {
        try {
            await(resumed ? resumedCalling(task) : closing(task));
        } catch (IllegalStateException e) {
            seen.add(ways(e));
        }
        return done();
    }

    @Test
    void who_catches_it_then_reads_its_own_way() {
        List<List<String>> seen = new ArrayList<>();
        AsyncCallable<Void> main = () -> {
            Task<Void> failed = createTask(leaf(), "cache");
            await(sleep(MS.multipliedBy(5)));
            for (boolean resumed : new boolean[] {false, true}) {
                Task<Void> one = createTask(reading(failed, resumed, seen), "one");
                Task<Void> two = createTask(other(failed), "two");
                await(waitUntil(ReturnWhen.ALL_COMPLETED, one, two));
                two.exception();
            }
            return done();
        };
        run(main, EventLoop::virtualTime);
        assertEquals(
                List.of(
                        List.of("leaf", "<task cache>", "closing", "reading"),
                        List.of("leaf", "<task cache>", "closing", "resumedClosing", "resumedCalling", "reading")),
                seen);
    }

    @Async
    private static Coroutine<Void> onAnotherLoop(CompletableFuture<Void> stage) {
        await(sleep(MS));
        await(stage);
        return done();
    }

    @Async
    private static Coroutine<Void> lending(CompletableFuture<Void> stage) {
        try {
            await(stage);
        } finally {
            await(toThread(() -> failure(() -> onAnotherLoop(stage))));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> lendingLate(CompletableFuture<Void> stage) {
        await(sleep(MS));
        await(lending(stage));
        return done();
    }

    @Async
    private static Coroutine<Void> awaitingLender(CompletableFuture<Void> stage) {
        await(createTask(lendingLate(stage), "lender"));
        return done();
    }

    @Test
    void one_that_another_loop_gets_meanwhile_shows_the_way_of_this_one() {
        CompletableFuture<Void> stage = CompletableFuture.failedFuture(new IllegalStateException("shared"));
        Throwable thrown = assertThrows(IllegalStateException.class, () -> run(() -> awaitingLender(stage)));
        assertEquals(List.of("<stage>", "lending", "lendingLate", "<task lender>", "awaitingLender"), ways(thrown));
    }
}
