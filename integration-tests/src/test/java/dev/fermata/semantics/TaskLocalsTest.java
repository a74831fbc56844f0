package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.Asyncio.toThreadInterruptibly;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskLocal;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Variables of which each task has its own value. */
class TaskLocalsTest {
    private static final TaskLocal<String> USER = new TaskLocal<>("user");
    private static final TaskLocal<Integer> DEPTH = TaskLocal.withDefault("depth", 0);

    private final List<String> log = new ArrayList<>();

    private void note(String who) {
        log.add(who + " " + USER.get("nobody"));
    }

    @Async
    private Coroutine<Void> noteLater(String who, long millis) {
        await(sleep(Duration.ofMillis(millis)));
        note(who);
        return done();
    }

    @AsyncTest
    void a_task_begins_with_the_values_of_where_it_was_created() {
        USER.set("ada");
        Task<Void> child = createTask(noteLater("child", 1));
        USER.set("bob");
        await(child);
        note("parent");
        assertEquals(List.of("child ada", "parent bob"), log);
    }

    @AsyncTest
    void what_a_task_sets_is_its_own_across_suspensions() {
        USER.set("main");
        await(gather(as("ada", 3), as("bob", 2), as("eve", 1)));
        note("main");
        assertEquals(List.of("eve eve", "bob bob", "ada ada", "main main"), log);
    }

    @Async
    private Coroutine<Void> as(String user, long millis) {
        USER.set(user);
        await(noteLater(user, millis));
        return done();
    }

    @AsyncTest
    void an_awaited_coroutine_shares_the_values_of_its_task() {
        await(as("ada", 1));
        note("after");
        assertEquals(List.of("ada ada", "after ada"), log);
    }

    @AsyncTest
    void a_callback_has_the_values_of_where_it_was_handed_to_the_loop() {
        EventLoop loop = EventLoop.running();
        Promise<Void> promise = loop.createPromise();
        USER.set("ada");
        loop.callSoon(() -> note("soon"));
        loop.callLater(Duration.ofMillis(1), () -> note("later"));
        promise.addDoneCallback(it -> note("done"));
        USER.set("bob");
        promise.setResult(null);
        await(sleep(Duration.ofMillis(2)));
        assertEquals(List.of("soon ada", "done ada", "later ada"), log);
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @AsyncTest
    void what_a_callback_sets_ends_with_it_but_goes_on_in_what_it_hands_over() {
        EventLoop loop = EventLoop.running();
        loop.callSoon(() -> {
            USER.set("ada");
            loop.callSoon(() -> note("inner"));
            createTask(noteLater("task", 1));
        });
        loop.callSoon(() -> note("next"));
        await(sleep(Duration.ofMillis(2)));
        note("main");
        assertEquals(List.of("next nobody", "inner ada", "task ada", "main nobody"), log);
    }

    @Test
    void a_call_on_a_thread_has_the_values_of_the_task_and_keeps_its_own_from_it() {
        run(() -> {
            USER.set("ada");
            log.add(await(toThread(() -> {
                String seen = USER.get();
                USER.set("thread");
                return seen;
            })));
            note("main");
            String later = await(toThread(() -> USER.get("nobody")));
            log.add("second " + later);
            return done();
        });
        assertEquals(List.of("ada", "main ada", "second ada"), log);
    }

    @AsyncTest
    void a_call_that_an_executor_makes_right_there_leaves_the_task_its_values() {
        USER.set("ada");
        log.add(await(toThread(Runnable::run, () -> {
            String seen = USER.get();
            USER.set("thread");
            return seen;
        })));
        note("main");
        assertEquals(List.of("ada", "main ada"), log);
    }

    @Test
    void an_interruptible_call_and_what_another_thread_hands_over_have_those_of_where_they_come_from() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            USER.set("ada");
            log.add(await(toThreadInterruptibly(() -> USER.get())));
            CompletableFuture<String> handedOver = await(toThread(() -> {
                USER.set("other");
                return loop.runThreadsafe(() -> done(USER.get()));
            }));
            log.add(await(handedOver));
            return done();
        });
        assertEquals(List.of("ada", "other"), log);
    }

    @Test
    void a_call_in_an_executor_has_none_as_in_asyncio() {
        run(() -> {
            USER.set("ada");
            log.add(await(EventLoop.running().runInExecutor(null, () -> USER.get("nobody"))));
            return done();
        });
        assertEquals(List.of("nobody"), log);
    }

    @Test
    void the_main_coroutine_begins_with_the_values_of_its_thread_and_leaves_them_alone() {
        try (var set = USER.set("thread")) {
            virtually(() -> {
                note("main");
                USER.set("main");
                return done();
            });
            note("thread");
        }
        note("after");
        assertEquals(List.of("main thread", "thread thread", "after nobody"), log);
    }

    @Test
    void callbacks_from_other_threads_have_the_values_of_that_thread() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            USER.set("main");
            Promise<Void> called = loop.createPromise();
            Thread other = new Thread(() -> {
                USER.set("other");
                loop.callSoonThreadsafe(() -> {
                    note("callback");
                    called.setResult(null);
                });
            });
            other.start();
            await(called);
            return done();
        });
        assertEquals(List.of("callback other"), log);
    }

    @AsyncTest
    void closing_what_set_returned_puts_the_value_back_across_an_await() {
        USER.set("outer");
        try (var set = USER.set("inner")) {
            await(noteLater("in", 1));
        }
        note("out");
        assertEquals(List.of("in inner", "out outer"), log);
    }

    @AsyncTest
    void values_that_are_put_back_in_any_order_leave_the_others() {
        List<TaskLocal<Integer>> locals = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            locals.add(TaskLocal.withDefault("local " + i, -1));
        }
        for (List<Integer> order : List.of(List.of(0, 1, 2, 3), List.of(3, 2, 1, 0), List.of(2, 0, 3, 1))) {
            List<TaskLocal.Token> tokens = new ArrayList<>();
            List<Integer> expected = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tokens.add(locals.get(i).set(i));
                expected.add(i);
            }
            for (int i : order) {
                TaskLocal.Token again = locals.get(i).set(i + 10);
                assertEquals(i + 10, locals.get(i).get());
                again.close();
                assertEquals(expected, locals.stream().map(TaskLocal::get).toList());
                tokens.get(i).close();
                expected.set(i, -1);
                assertEquals(expected, locals.stream().map(TaskLocal::get).toList());
            }
        }
    }

    @AsyncTest
    void a_variable_without_a_value_says_so_or_has_its_default() {
        String message = assertThrows(NoSuchElementException.class, USER::get).getMessage();
        assertTrue(message.startsWith("task local user has no value here"), message);
        assertEquals(0, DEPTH.get());
        try (var set = DEPTH.set(DEPTH.get() + 1)) {
            assertEquals(1, DEPTH.get());
        }
        assertEquals(0, DEPTH.get());
        assertEquals(7, DEPTH.get(7));
    }

    @AsyncTest
    void a_token_is_used_once_by_its_own_task_and_variable() {
        TaskLocal.Token token = USER.set("ada");
        assertThrows(IllegalArgumentException.class, () -> DEPTH.reset(token));
        Throwable elsewhere = await(failureOf(createTask(resetting(token))));
        assertInstanceOf(IllegalStateException.class, elsewhere);
        assertTrue(elsewhere.getMessage().startsWith("task local user was set by task "), elsewhere::getMessage);
        assertEquals("ada", USER.get());
        USER.reset(token);
        token.close();
        assertThrows(IllegalStateException.class, () -> USER.reset(token));
        note("main");
        assertEquals(List.of("main nobody"), log);
    }

    @Async
    private static Coroutine<Void> resetting(TaskLocal.Token token) {
        USER.reset(token);
        return done();
    }

    @Test
    void null_is_no_value() {
        assertThrows(NullPointerException.class, () -> USER.set(null));
    }

    /** How a logging library's mapped diagnostic context follows tasks: its adapter keeps its map in a task local. */
    private static final class Mdc {
        /** What a library does that knows only threads. */
        static final ThreadLocal<Map<String, String>> OF_THREAD = ThreadLocal.withInitial(TreeMap::new);

        static final TaskLocal<Map<String, String>> OF_TASK = TaskLocal.withDefault("mdc", Map.of());

        static void put(String key, String value) {
            Map<String, String> changed = new TreeMap<>(OF_TASK.get());
            changed.put(key, value);
            OF_TASK.set(Map.copyOf(changed));
        }
    }

    @Async
    private Coroutine<Void> handle(String request) {
        Mdc.OF_THREAD.get().put("request", request);
        Mdc.put("request", request);
        await(sleep(Duration.ofMillis(1)));
        log.add(request + ": the thread says " + Mdc.OF_THREAD.get().get("request") + ", the task "
                + Mdc.OF_TASK.get().get("request"));
        return done();
    }

    @Test
    void a_diagnostic_context_of_threads_mixes_tasks_up_and_one_of_tasks_does_not() {
        try {
            virtually(() -> {
                await(gather(handle("a"), handle("b")));
                return done();
            });
        } finally {
            Mdc.OF_THREAD.remove();
        }
        assertEquals(List.of("a: the thread says b, the task a", "b: the thread says b, the task b"), log);
    }
}
