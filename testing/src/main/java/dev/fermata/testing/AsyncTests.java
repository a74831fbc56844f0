package dev.fermata.testing;

import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import org.jspecify.annotations.Nullable;

/** What an {@link AsyncTest} becomes: a call of {@link #run(Coroutine)}. Also for tests of other frameworks, and JUnit's {@code @Test}. */
public final class AsyncTests {
    private static final String NAME = "test";

    private AsyncTests() {}

    /**
     * Runs a coroutine as a test: in virtual time, to its end, and then as strictly as an {@link AsyncTest}. Called by
     * rewritten code, too. Called while JUnit runs an {@code @AsyncTest} or what comes before or after it, it runs on that
     * test's loop instead, and the test's end is the time to be strict.
     *
     * @throws IllegalStateException if an event loop is running on this thread
     * @throws AssertionError if a task is left over, or failed without anybody noticing
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
     * The same for what {@code body} returns: {@code AsyncTests.run(() -> …)}. It is called on the loop.
     *
     * @throws IllegalStateException if an event loop is running on this thread
     * @throws AssertionError if a task is left over, or failed without anybody noticing
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

    /** A test ends before it returns, so it would stop the loop it is called from. */
    static void requireNoLoop() {
        if (EventLoop.runningOrNull() != null) {
            throw new IllegalStateException("An event loop is running on thread "
                    + Thread.currentThread().getName()
                    + ", and a test would stop it until the test's end. Move what is wanted of the test into an @Async"
                    + " method, and await that");
        }
    }

    /** From its body to its end; throws what fails it. */
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
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // that is the trick
    private static <E extends Throwable> E unchecked(@Nullable Throwable failure) throws E {
        throw (E) failure;
    }
}
