package dev.fermata.testing;

import dev.fermata.AsyncCallable;
import dev.fermata.Asyncio;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.ExceptionHandler;
import dev.fermata.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The event loop of one run of a test, from the methods before it to the methods after it; and the checks that fail the
 * test besides its body. The parts of a test may run on different threads, one after the other, as they do with JUnit's
 * {@code @Timeout}.
 */
final class TestRun {
    /** The run of which a part is running on this thread. */
    private static final ThreadLocal<@Nullable TestRun> MOUNTED = new ThreadLocal<>();

    /** How long the end of a test waits for a body that runs on another thread and was asked to stop. */
    private static final long PATIENCE_SECONDS = 5;

    /** With a dot at its end. */
    private static final String OWN_PACKAGE = TestRun.class.getPackageName() + ".";

    private final String name;
    private final EventLoop loop;

    /** Null if nothing is explored. */
    private final @Nullable SchedulePlayer player;

    private final List<ExceptionHandler.Context> failures = new ArrayList<>();

    /** What the parts of the test have thrown, which JUnit tells. */
    private final List<Throwable> thrown = new CopyOnWriteArrayList<>();

    /** Held while the loop runs. */
    private final ReentrantLock running = new ReentrantLock();

    /** The thread that runs the test itself. Other threads may run what comes after it, once the test was given up. */
    private volatile @Nullable Thread testThread;

    private volatile boolean hasRun;

    /**
     * Creates the loop.
     *
     * @param name the name of the task that runs the body
     * @param player null if nothing is explored
     */
    TestRun(String name, boolean realTime, @Nullable SchedulePlayer player) {
        this.name = name;
        this.player = player;
        loop = realTime ? EventLoop.create() : EventLoop.virtualTime();
        loop.setSchedulePolicy(player);
        loop.setRandom(new Random(player == null ? 0 : player.seed()));
        loop.setExceptionHandler((where, what) -> failures.add(what));
    }

    static @Nullable TestRun mounted() {
        return MOUNTED.get();
    }

    /** A part of a test. It calls {@link AsyncTests#run}. */
    interface Part {
        void run() throws Throwable;
    }

    /** Runs the test itself. What {@link #run} runs meanwhile is the test's body. */
    void test(Part part) throws Throwable {
        testThread = Thread.currentThread();
        try {
            with(part);
        } finally {
            testThread = null;
        }
    }

    /** Runs a method before or after the test. */
    void with(Part part) throws Throwable {
        TestRun before = MOUNTED.get();
        MOUNTED.set(this);
        try {
            part.run();
        } catch (Throwable failure) {
            thrown.add(failure);
            throw failure;
        } finally {
            MOUNTED.set(before);
        }
    }

    void run(Coroutine<?> body) {
        run(() -> loop.createTask(body, name));
    }

    void run(AsyncCallable<?> body) {
        run(() -> loop.createTask(body, name));
    }

    private void run(Supplier<Task<?>> starting) {
        boolean isTest = Thread.currentThread() == testThread;
        AssertionError stillRunning = lock();
        if (stillRunning != null) {
            throw stillRunning;
        }
        try {
            Task<?> task = starting.get();
            if (isTest) {
                hasRun = true;
                watch(task);
            }
            loop.runUntilComplete(task);
        } catch (DeadlockException deadlock) {
            deadlock.setStackTrace(fromUser(deadlock.getStackTrace())); // its message shows where each task waits
            throw deadlock;
        } catch (CancelledError cancel) {
            if (player == null || !isTest || !player.hasCancelled()) {
                throw cancel;
            }
        } finally {
            watch(null);
            running.unlock();
        }
    }

    private void watch(@Nullable Task<?> task) {
        if (player != null) {
            player.watch(task);
        }
    }

    /** Whether a body has begun to run as the test itself. */
    boolean hasRun() {
        return hasRun;
    }

    /**
     * Cancels the tasks that are left over, waits for them, and closes the loop.
     *
     * @param failed whether the test has failed: tasks that are left over are then only a consequence
     * @return what fails the test, or null
     */
    @Nullable
    AssertionError end(boolean failed) {
        boolean interrupted = Thread.interrupted(); // otherwise the end of the loop would not wait
        AssertionError stillRunning = lock();
        if (stillRunning != null) {
            return stillRunning;
        }
        try {
            return endNow(failed);
        } finally {
            running.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits until no thread runs the loop, and locks it.
     *
     * @return null if it is locked; otherwise why not
     */
    private @Nullable AssertionError lock() {
        try {
            // the first call does not check whether the thread is interrupted
            if (running.tryLock() || running.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new AssertionError("Interrupted while waiting for the end of the test", e);
        }
        return new AssertionError("The test is still running, on another thread, " + PATIENCE_SECONDS
                + " s after it was given up. What it has started continues");
    }

    private @Nullable AssertionError endNow(boolean failed) {
        Problems problems = new Problems(thrown);
        List<Task<?>> left = loop.allTasks();
        if (!left.isEmpty() && !failed) {
            problems.add(
                    (left.size() == 1
                                    ? "1 task was left over at the end of the test, and was"
                                    : left.size() + " tasks were left over at the end of the test, and were")
                            + " cancelled:\n"
                            + loop.describeTasks()
                            + "\nAwait or cancel every task that a test starts, or start it in a TaskGroup.",
                    null);
        }
        loop.setSchedulePolicy(null);
        try {
            Asyncio.run(
                    () -> Asyncio.done(), () -> loop); // for its end: cancels what is left, once, and closes the loop
        } catch (RuntimeException e) {
            problems.add("What was left over did not end", e);
        }
        failures.forEach(problems::add);
        return problems.first;
    }

    /**
     * Returns a trace that was made at the end of a test, from the user's call of {@link AsyncTests} on. It is empty where
     * JUnit made that call, because it would lead to no code of the test.
     */
    private static StackTraceElement[] fromUser(StackTraceElement[] trace) {
        StackTraceElement[] shown = Arrays.stream(trace)
                .dropWhile(it -> it.getClassName().startsWith(OWN_PACKAGE)
                        || it.getClassName().startsWith("java.")
                        || it.getClassName().startsWith("jdk."))
                .toArray(StackTraceElement[]::new);
        return shown.length > 0 && shown[0].getClassName().startsWith("org.junit.") ? new StackTraceElement[0] : shown;
    }

    /**
     * What fails a test besides its body, as one error: the first, which suppresses the others. Each has a message, which
     * says what happened, and the failure as its cause, which says the rest. An exception is told once.
     */
    private static final class Problems {
        /** How many exceptions are looked at to find what was told already. */
        private static final int MOST_EXCEPTIONS = 1024;

        /** What the test's own failure tells. */
        private final Set<Throwable> toldByTest = Collections.newSetFromMap(new IdentityHashMap<>());

        private final Set<Throwable> told = Collections.newSetFromMap(new IdentityHashMap<>());

        @Nullable
        AssertionError first;

        Problems(List<Throwable> thrown) {
            thrown.forEach(this::addAllOf);
        }

        private void addAllOf(Throwable thrown) {
            Deque<Throwable> next = new ArrayDeque<>(List.of(thrown));
            while (!next.isEmpty() && toldByTest.size() < MOST_EXCEPTIONS) {
                Throwable each = next.remove();
                if (toldByTest.add(each)) {
                    Stream.concat(Stream.ofNullable(each.getCause()), Arrays.stream(each.getSuppressed()))
                            .forEach(next::add);
                    if (each instanceof ExceptionGroup group) {
                        next.addAll(group.exceptions());
                    }
                }
            }
        }

        void add(ExceptionHandler.Context reported) {
            Throwable exception = reported.exception();
            if (exception != null && reported.kind() == ExceptionHandler.Kind.COROUTINE_NEVER_AWAITED) {
                AssertionError problem = new AssertionError(reported.message());
                problem.setStackTrace(exception.getStackTrace()); // where it was made, and nothing more
                add(problem);
            } else {
                add(reported.message(), exception);
            }
        }

        void add(String message, @Nullable Throwable cause) {
            if (cause != null && toldByTest.contains(cause)) {
                return;
            }
            AssertionError problem = cause == null || told.add(cause)
                    ? new AssertionError(message, cause)
                    : new AssertionError(message + ". It is the same exception as above");
            problem.setStackTrace(fromUser(problem.getStackTrace()));
            add(problem);
        }

        private void add(AssertionError problem) {
            if (first == null) {
                first = problem;
            } else {
                first.addSuppressed(problem);
            }
        }
    }
}
