package dev.fermata.testing;

import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Runs coroutines as tests. An {@link AsyncTest} is woven into a call of {@link #run(Coroutine)}; tests of other
 * frameworks, and JUnit's {@code @Test}, may call it themselves.
 */
public final class AsyncTests {
    private static final String NAME = "test";

    private AsyncTests() {}

    /**
     * Runs a coroutine as a test: in virtual time, to its end, and then as strictly as an {@link AsyncTest}. Woven code
     * calls it too. While JUnit runs an {@code @AsyncTest}, or a method before or after it, this runs the coroutine on that
     * test's loop instead, and the strict checks wait for the test's end. asyncio: {@code run}.
     *
     * @throws IllegalStateException if an event loop is running on this thread; the coroutine is then closed
     * @throws AssertionError if a task is left over, or failed and its failure was never read
     */
    public static void run(Coroutine<?> body) {
        if (EventLoop.runningOrNull() != null) {
            body.close();
        }
        requireNoLoop();
        TestRun mounted = TestRun.mounted();
        if (mounted != null) {
            mounted.run(body);
        } else {
            TestRun alone = new TestRun(NAME, false, null);
            runAlone(alone, () -> alone.run(body));
        }
    }

    /**
     * Calls {@code body} on the loop and runs the coroutine it returns as a test: {@code AsyncTests.run(() -> …)}.
     * Otherwise as {@link #run(Coroutine)}.
     *
     * @throws IllegalStateException if an event loop is running on this thread
     * @throws AssertionError if a task is left over, or failed and its failure was never read
     */
    public static <T> void run(AsyncCallable<T> body) {
        requireNoLoop();
        TestRun mounted = TestRun.mounted();
        if (mounted != null) {
            mounted.run(body);
        } else {
            TestRun alone = new TestRun(NAME, false, null);
            runAlone(alone, () -> alone.run(body));
        }
    }

    /** Throws if a loop runs on this thread: a test ends before it returns, so it would block that loop. */
    static void requireNoLoop() {
        if (EventLoop.runningOrNull() != null) {
            throw new IllegalStateException("An event loop is running on thread "
                    + Thread.currentThread().getName()
                    + ", and a test would block it until the test ends. Move the body of the test into an @Async"
                    + " method, and await that");
        }
    }

    /** Runs a test from its body to its end, and throws what fails it. */
    static void runAlone(TestRun run, TestRun.Part body) {
        Throwable failure = null;
        try {
            run.test(body);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        AssertionError problem = run.end(failure != null);
        if (failure == null) {
            failure = problem;
        } else if (problem != null) {
            failure.addSuppressed(problem);
        }
        if (failure != null) {
            throw AsyncTests.<Error>unchecked(failure);
        }
    }

    /** Throws a checked exception where the compiler does not expect one. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the cast hides the exception
    static <E extends Throwable> E unchecked(@Nullable Throwable failure) throws E {
        throw (E) failure;
    }
}
