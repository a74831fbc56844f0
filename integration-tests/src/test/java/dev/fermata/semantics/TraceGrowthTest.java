package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often traces are read and written while exceptions pass: counted, since the JVM copies them each time. */
@Timeout(120)
class TraceGrowthTest {
    private static final int LEVELS = 10_000;

    /** Counts what is done to the traces of all exceptions of its kind. */
    private static class Counted extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static long reads;
        private static long writes;
        private static long elements;

        Counted(Throwable cause) {
            super("counted", cause);
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            StackTraceElement[] trace = super.getStackTrace();
            reads++;
            elements += trace.length;
            return trace;
        }

        @Override
        public void setStackTrace(StackTraceElement[] trace) {
            writes++;
            elements += trace.length;
            super.setStackTrace(trace);
        }
    }

    private record Counts(long reads, long writes, long elements, Throwable thrown) {}

    private static <T> Counts counts(AsyncCallable<T> main) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread deep = new Thread(
                null,
                () -> {
                    Counted.reads = 0;
                    Counted.writes = 0;
                    Counted.elements = 0;
                    try {
                        run(main, EventLoop::virtualTime);
                    } catch (Throwable e) {
                        thrown[0] = e;
                    }
                },
                "deep",
                1 << 29);
        deep.start();
        deep.join();
        return new Counts(Counted.reads, Counted.writes, Counted.elements, thrown[0]);
    }

    private static void isLinear(Counts counts) {
        assertTrue(counts.thrown instanceof Counted, () -> String.valueOf(counts.thrown));
        assertTrue(counts.reads <= 3 * LEVELS && counts.writes <= 3 * LEVELS, counts::toString);
        assertTrue(counts.elements <= 5L * LEVELS * 1024, counts::toString);
    }

    @Async
    private static Coroutine<Void> bottom() {
        await(sleep(Duration.ofMillis(1)));
        throw new Counted(null);
    }

    @Async
    private static Coroutine<Integer> down(int depth) {
        if (depth == 0) {
            await(bottom());
            return done(0);
        }
        return done(await(down(depth - 1)) + 1);
    }

    @Test
    void a_throw_through_64_methods_reads_and_writes_its_trace_once() throws Exception {
        Counts counts = counts(() -> down(64));
        assertEquals(1, counts.reads);
        assertEquals(1, counts.writes);
    }

    @Async
    private static Coroutine<Integer> inFinally(int depth) {
        if (depth == 0) {
            await(bottom());
            return done(0);
        }
        try {
            return done(await(inFinally(depth - 1)) + 1);
        } finally {
            Thread.onSpinWait();
        }
    }

    @Test
    void one_that_is_caught_and_thrown_again_at_each_is_read_and_written_once() throws Exception {
        Counts counts = counts(() -> inFinally(64));
        assertEquals(1, counts.reads);
        assertEquals(1, counts.writes);
    }

    @Async
    private static Coroutine<Void> awaitingTask() {
        await(createTask(down(64)));
        return done();
    }

    @Test
    void its_way_into_another_task_reads_and_writes_it_once_more() throws Exception {
        Counts counts = counts(() -> awaitingTask());
        assertEquals(2, counts.reads);
        assertEquals(2, counts.writes);
    }

    @Async
    private static Coroutine<Integer> retrying(Task<?> task, int depth) {
        if (depth == 0) {
            try {
                await(task);
            } catch (Counted e) {
                Thread.onSpinWait();
            }
            await(task);
            return done(0);
        }
        try {
            return done(await(retrying(task, depth - 1)) + 1);
        } finally {
            Thread.onSpinWait();
        }
    }

    @Test
    void one_that_a_method_gets_twice_is_read_and_written_once_more_and_not_at_each() throws Exception {
        Counts counts = counts(() -> retrying(createTask(bottom()), 64));
        assertEquals(4, counts.reads);
        assertEquals(4, counts.writes);
    }

    @Async
    private static Coroutine<Void> wrapping(int depth) {
        try {
            if (depth == 0) {
                await(bottom());
                return done();
            }
            await(wrapping(depth - 1));
        } catch (Counted e) {
            throw new Counted(e);
        }
        return done();
    }

    @Test
    void a_wrap_at_each_of_10_000_levels_costs_the_same_at_each() throws Exception {
        isLinear(counts(() -> wrapping(LEVELS)));
    }

    @Async
    private static Coroutine<Void> wrappingLate(int depth) {
        try {
            if (depth == 0) {
                await(bottom());
                return done();
            }
            await(wrappingLate(depth - 1));
        } catch (Counted e) {
            await(sleep(Duration.ofMillis(1)));
            throw new Counted(e);
        }
        return done();
    }

    @Test
    void so_does_one_behind_an_await() throws Exception {
        Counts counts = counts(() -> wrappingLate(LEVELS));
        assertTrue(counts.thrown instanceof Counted, () -> String.valueOf(counts.thrown));
        assertTrue(counts.reads <= 5 * LEVELS && counts.writes <= 3 * LEVELS, counts::toString);
    }

    @Async
    private static Coroutine<Void> wrappingTasks(int depth) {
        try {
            if (depth == 0) {
                await(bottom());
                return done();
            }
            await(createTask(wrappingTasks(depth - 1)));
        } catch (Counted e) {
            throw new Counted(e);
        }
        return done();
    }

    @Test
    void so_does_one_in_each_of_10_000_tasks_that_await_one_another() throws Exception {
        isLinear(counts(() -> wrappingTasks(LEVELS)));
    }

    @Async
    private static Coroutine<Void> suppressing(int depth) {
        if (depth == 0) {
            await(bottom());
            return done();
        }
        try {
            await(suppressing(depth - 1));
        } catch (Counted e) {
            e.addSuppressed(new Counted(null));
            throw e;
        }
        return done();
    }

    @Test
    void one_that_suppresses_another_at_each_level_costs_the_same_at_each() throws Exception {
        Counts counts = counts(() -> suppressing(LEVELS));
        assertEquals(LEVELS, counts.thrown.getSuppressed().length);
        assertTrue(counts.reads <= 6 * LEVELS && counts.writes <= 3 * LEVELS, counts::toString);
    }

    @Async
    private static Coroutine<Void> passing(int depth) {
        if (depth == 0) {
            await(bottom());
            return done();
        }
        await(createTask(passing(depth - 1)));
        return done();
    }

    @Test
    void one_that_passes_10_000_tasks_costs_the_same_in_each() throws Exception {
        isLinear(counts(() -> passing(LEVELS)));
    }
}
