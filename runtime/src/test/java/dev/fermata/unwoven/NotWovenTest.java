package dev.fermata.unwoven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.shield;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.TaskGroup;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Programs whose author forgot the plugin: nothing in this module is woven. They say so, whatever they do first. */
class NotWovenTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Async
    private static Coroutine<Void> opensAGroup() {
        try (TaskGroup group = new TaskGroup()) {
            group.createTask(sleep(SECOND));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> does(Runnable first) {
        first.run();
        return done(await(sleep(SECOND)));
    }

    private static void isNotWoven(String method, Supplier<Coroutine<Void>> main) {
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> run(main.get()));
        String message = error.getMessage();
        assertTrue(message.startsWith("[fermata/not-woven] " + NotWovenTest.class.getName() + "." + method), message);
        assertTrue(message.contains("(NotWovenTest.java:"), message);
        assertTrue(message.contains("fermata-maven-plugin"), message);
    }

    @Test
    void a_group_that_is_opened_first_is_no_missing_loop() {
        isNotWoven("opensAGroup", NotWovenTest::opensAGroup);
    }

    @Test
    void whatever_needs_a_loop_says_so() {
        List<Runnable> firsts = List.of(
                () -> timeout(SECOND),
                () -> Asyncio.timeoutAt(0),
                () -> createTask(sleep(SECOND)),
                () -> createTask(() -> sleep(SECOND)),
                () -> gather(sleep(SECOND)),
                () -> shield(sleep(SECOND)),
                () -> Asyncio.wrapFuture(new java.util.concurrent.CompletableFuture<>()),
                () -> Asyncio.asCompleted(List.of()),
                () -> createPromise(),
                () -> currentTask(),
                () -> Asyncio.allTasks(),
                () -> EventLoop.running().time(),
                () -> sleep(SECOND));
        for (Runnable first : firsts) {
            isNotWoven("", () -> does(first));
        }
    }

    /** It has no async method, and is to be told the usual thing. */
    private static final class Plain {
        private Plain() {}

        static IllegalStateException refused() {
            return assertThrows(IllegalStateException.class, TaskGroup::new);
        }
    }

    @Test
    void code_without_async_methods_is_told_that_no_loop_runs() throws Exception {
        IllegalStateException[] refused = new IllegalStateException[1];
        Thread thread = new Thread("elsewhere") { // whose class is none with async methods either
                    @Override
                    public void run() {
                        refused[0] = Plain.refused();
                    }
                };
        thread.start();
        thread.join();
        String message = refused[0].getMessage();
        assertTrue(
                message.startsWith("No event loop runs on thread elsewhere: start the program with Asyncio.run"),
                message);
        assertTrue(message.contains("runThreadsafe"), message);
        assertFalse(message.contains("woven"), message);
    }

    @Test
    void nothing_is_said_where_nothing_is_awaited() {
        assertEquals(
                1, Stream.of(NotWovenTest.fine()).map(it -> run(it)).findFirst().orElseThrow());
    }

    @Async
    private static Coroutine<Integer> fine() {
        return done(1);
    }
}
