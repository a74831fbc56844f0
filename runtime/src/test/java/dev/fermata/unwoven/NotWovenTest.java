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
import dev.fermata.AsyncCallable;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.TaskGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
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
        assertTrue(message.startsWith(NotWovenTest.class.getName() + "." + method), message);
        assertTrue(message.contains("(NotWovenTest.java:"), message);
        assertTrue(message.contains("fermata-maven-plugin"), message);
        assertTrue(message.contains(" [fermata:not-woven, see "), message);
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

    private static String messageElsewhere(Callable<?> code) throws Exception {
        FutureTask<Object> call = new FutureTask<>(() -> {
            try {
                return "made " + code.call();
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        });
        Thread thread = new Thread(call, "elsewhere");
        thread.start();
        return (String) call.get();
    }

    private static Object plain() {
        return createPromise();
    }

    @Test
    void plain_code_beside_an_async_method_is_told_that_no_loop_runs() throws Exception {
        for (Callable<?> plain : List.<Callable<?>>of(() -> createPromise(), () -> plain(), new Callable<>() {
            @Override
            public Object call() {
                return createPromise();
            }
        })) {
            String message = messageElsewhere(plain);
            assertTrue(message.startsWith("No event loop runs on thread elsewhere. "), message);
        }
    }

    @Test
    void a_lambda_that_would_have_been_woven_is_told_that_it_was_not() throws Exception {
        AsyncCallable<Void> awaits = () -> {
            createPromise();
            await(sleep(SECOND));
            return done();
        };
        String message = messageElsewhere(awaits::call);
        assertTrue(message.startsWith(NotWovenTest.class.getName() + ".lambda$"), message);
    }

    @Test
    void a_lambda_that_returns_a_coroutine_and_does_not_await_would_not_have_been_woven() throws Exception {
        AsyncCallable<Void> plain = () -> {
            createPromise();
            return done();
        };
        String message = messageElsewhere(plain::call);
        assertTrue(message.startsWith("No event loop runs on thread elsewhere. "), message);
    }

    /** Stands beside others that have all there is to be read over. */
    @interface Annotated {
        String text() default "";

        int[] numbers() default {};

        Thread.State state() default Thread.State.NEW;

        Deprecated nested() default @Deprecated;
    }

    @Annotated(
            text = "text",
            numbers = {1, 2},
            state = Thread.State.BLOCKED,
            nested = @Deprecated(since = "x"))
    @Async
    private static Coroutine<Long> annotated() {
        createPromise();
        return done(System.nanoTime() + 0x123456789abcdefL);
    }

    @Test
    void an_annotation_is_found_behind_others() throws Exception {
        String message = messageElsewhere(() -> annotated());
        assertTrue(message.startsWith(NotWovenTest.class.getName() + ".annotated"), message);
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
                message.startsWith("No event loop runs on thread elsewhere. Start the program with Asyncio.run"),
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
