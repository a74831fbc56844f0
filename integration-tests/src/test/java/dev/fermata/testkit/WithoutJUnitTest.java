package dev.fermata.testkit;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.harness.Child;
import dev.fermata.harness.ClassPath;
import dev.fermata.testing.AsyncTests;
import dev.fermata.testing.Explorer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests where no JUnit is on the class path, in a JVM of their own. */
class WithoutJUnitTest {
    /** What is run there. */
    static final class Program {
        private static final Duration HOUR = Duration.ofHours(1);

        private Program() {}

        /** javac sees a coroutine that nobody takes. */
        private static void forget(Coroutine<Void> coroutine) {}

        @Async
        private static Coroutine<Void> note(List<String> order, String name) {
            order.add(name);
            return done();
        }

        @Async
        private static Coroutine<Void> failing() {
            await(sleep(HOUR));
            throw new IllegalStateException("unread");
        }

        private static void attempt(String what, Runnable test) {
            try {
                test.run();
                System.out.println(what + ": passed");
            } catch (AssertionError | IllegalStateException e) {
                System.out.println(what + ": " + e.getMessage().replaceAll("\\R", " / "));
            }
        }

        @SuppressWarnings("fermata:task-dropped") // the task only has to run
        public static void main(String[] arguments) {
            attempt(
                    "time",
                    () -> AsyncTests.run(() -> {
                        await(sleep(HOUR));
                        System.out.println("hours: " + EventLoop.running().time() / HOUR.toNanos());
                        return done();
                    }));
            attempt("coroutine", () -> AsyncTests.run(sleep(HOUR)));
            attempt(
                    "left over",
                    () -> AsyncTests.run(() -> {
                        createTask(sleep(HOUR), "sleeper");
                        return done();
                    }));
            attempt(
                    "unread",
                    () -> AsyncTests.run(() -> {
                        createTask(failing(), "one");
                        await(sleep(HOUR.multipliedBy(2)));
                        return done();
                    }));
            attempt(
                    "nested",
                    () -> AsyncTests.run(() -> {
                        AsyncTests.run(sleep(HOUR));
                        return done();
                    }));
            attempt(
                    "order",
                    () -> new Explorer().seed(5).run(() -> {
                        List<String> order = new ArrayList<>();
                        await(gather(note(order, "a"), note(order, "b")));
                        if (!order.equals(List.of("a", "b"))) {
                            throw new AssertionError(order.toString());
                        }
                        return done();
                    }));
            attempt(
                    "forgotten",
                    () -> AsyncTests.run(() -> {
                        forget(sleep(HOUR));
                        return done();
                    }));
        }
    }

    @Test
    void tests_run_and_are_as_strict_without_it() throws Exception {
        assertEquals(
                List.of(
                        "hours: 1",
                        "time: passed",
                        "coroutine: passed",
                        "left over: 1 task was left over at the end of the test, and was cancelled: /   task sleeper waits"
                                + " for a sleep / Await or cancel every task that a test starts, or start it in a TaskGroup.",
                        "unread: task one failed, and its failure was never read. Await it, or call result() or exception()",
                        "nested: An event loop is running on thread main, and a test would block it until the test ends."
                                + " Move the body of the test into an @Async method, and await that",
                        "order: With seed 5: [b, a] / To repeat only this run: -Dfermata.seed=5 / The steps: …",
                        "forgotten: passed"),
                output().stream()
                        .map(it -> it.replaceFirst("(The steps:).*", "$1 …"))
                        .toList());
    }

    @Test
    void in_debug_mode_a_coroutine_that_nobody_awaited_fails_a_test() throws Exception {
        List<String> output = output("-Dfermata.debug=true");
        String forgotten = output.get(output.size() - 1);
        assertEquals("forgotten: coroutine Sleep was never awaited", forgotten.replaceFirst(": java.*", ""));
    }

    private static List<String> output(String... options) throws IOException, InterruptedException {
        String classPath = ClassPath.of(Program.class, Asyncio.class, AsyncTests.class);
        try (Child child = new Child(Child.command(List.of(options), classPath, Program.class))) {
            List<String> lines = child.rest();
            assertEquals(0, child.exitCode(), lines::toString);
            return lines;
        }
    }
}
