package dev.fermata.context;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.Asyncio.toThreadInterruptibly;
import static dev.fermata.Asyncio.waitFor;
import static dev.fermata.context.Frameworks.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.Asyncio;
import dev.fermata.CancelledError;
import dev.fermata.CapacityLimiter;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TaskLocal;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is set on a thread follows the task that sets it. */
@ExtendWith(Frameworks.class)
class TasksTest {
    private static final TaskLocal<String> LOCAL = new TaskLocal<>("local");

    private final List<String> log = new ArrayList<>();

    private void note(String who) {
        log.add(who + " " + USER.get());
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    @Async
    private Coroutine<Void> noteLater(String who, long millis) {
        await(sleep(ms(millis)));
        note(who);
        return done();
    }

    @Async
    private Coroutine<Void> as(String user, long millis) {
        USER.set(user);
        await(noteLater(user, millis));
        note(user);
        return done();
    }

    // ---- steps

    @AsyncTest
    void a_task_begins_with_what_was_set_where_it_was_created() {
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
        assertEquals(List.of("eve eve", "eve eve", "bob bob", "bob bob", "ada ada", "ada ada", "main main"), log);
    }

    @AsyncTest
    void what_a_task_removes_stays_removed() {
        USER.set("main");
        Task<Void> child = createTask(() -> {
            USER.remove();
            await(sleep(Duration.ZERO));
            note("child");
            return done();
        });
        await(child);
        note("main");
        assertEquals(List.of("child null", "main main"), log);
    }

    @AsyncTest
    void an_awaited_coroutine_shares_what_its_task_has() {
        await(as("ada", 1));
        note("after");
        assertEquals(List.of("ada ada", "ada ada", "after ada"), log);
    }

    @AsyncTest
    void a_task_that_only_gives_way_keeps_its_own() {
        Task<Void> other = createTask(givingWay("other"));
        await(givingWay("main"));
        await(other);
        assertEquals(List.of("main main", "other other", "main main", "other other"), log);
    }

    @Async
    private Coroutine<Void> givingWay(String user) {
        USER.set(user);
        for (int i = 0; i < 2; i++) {
            await(sleep(Duration.ZERO));
            note(user);
        }
        return done();
    }

    @AsyncTest
    void task_locals_and_what_is_on_threads_do_not_get_into_each_others_way() {
        try (var set = LOCAL.set("a")) {
            USER.set("ada");
            await(sleep(ms(1)));
            USER.set("bob");
            assertEquals("a", LOCAL.get());
        }
        await(sleep(ms(1)));
        assertEquals("nobody", LOCAL.get("nobody"));
        note("main");
        assertEquals(List.of("main bob"), log);
    }

    @Test
    void main_begins_with_what_its_thread_has_and_leaves_that_alone() {
        USER.set("thread");
        Asyncio.run(() -> {
            note("main");
            USER.set("main");
            await(sleep(ms(1)));
            note("main");
            return done();
        });
        note("thread");
        USER.remove();
        assertEquals(List.of("main thread", "main main", "thread thread"), log);
    }

    @AsyncTest
    void an_eager_task_leaves_its_creator_what_it_had() {
        USER.set("creator");
        Task<Void> eager = EventLoop.running().createTask(as("eager", 1), null, true);
        note("creator");
        await(eager);
        note("creator");
        assertEquals(List.of("creator creator", "eager eager", "eager eager", "creator creator"), log);
    }

    @AsyncTest
    void cancels_and_timeouts_find_what_the_task_has_set() {
        Task<Void> task = createTask(notingItsEnd("ada"));
        await(sleep(ms(1)));
        USER.set("main");
        task.cancel();
        try {
            await(task);
        } catch (CancelledError expected) {
            note("cancelled");
        }
        try (var limit = timeout(ms(1))) {
            await(notingItsEnd("bob"));
        } catch (TimeoutException expected) {
            note("timed out");
        }
        try {
            await(waitFor(notingItsEnd("eve"), ms(1)));
        } catch (TimeoutException expected) {
            note("waited for");
        }
        assertEquals(
                List.of("ends ada", "cancelled main", "ends bob", "timed out bob", "ends eve", "waited for eve"), log);
    }

    @Async
    private Coroutine<Void> notingItsEnd(String user) {
        USER.set(user);
        try {
            await(sleep(Duration.ofDays(1)));
        } finally {
            await(sleep(Duration.ZERO));
            note("ends");
        }
        return done();
    }

    @AsyncTest
    void children_of_a_group_and_of_a_map_have_what_was_set_where_they_were_asked_for() {
        USER.set("group");
        try (TaskGroup group = new TaskGroup()) {
            group.createTask(noteLater("a", 1));
            USER.set("later");
            group.createTask(noteLater("b", 2));
        }
        USER.set("map");
        await(Asyncio.map(List.of(1, 2, 3), 3, number -> {
            note("map");
            USER.set("" + number);
            await(sleep(ms(1)));
            note("map");
            return done();
        }));
        assertEquals(List.of("a group", "b later", "map map", "map map", "map map", "map 1", "map 2", "map 3"), log);
    }

    @AsyncTest
    void what_wakes_a_task_does_not_give_it_its_own() {
        AsyncQueue<String> queue = new AsyncQueue<>();
        AsyncLock lock = new AsyncLock();
        USER.set("taker");
        Task<Void> taker = createTask(() -> {
            log.add(await(queue.get()) + " " + USER.get());
            try (var held = await(lock.acquire())) {
                note("held");
            }
            return done();
        });
        USER.set("giver");
        try (var held = await(lock.acquire())) {
            queue.putNowait("item");
            await(sleep(ms(1)));
        }
        await(taker);
        assertEquals(List.of("item taker", "held taker"), log);
    }

    // ---- callbacks

    @AsyncTest
    void a_callback_has_what_was_set_where_it_was_handed_over() {
        EventLoop loop = EventLoop.running();
        Promise<Void> promise = loop.createPromise();
        USER.set("ada");
        loop.callSoon(() -> note("soon"));
        loop.callLater(ms(1), () -> note("later"));
        promise.addDoneCallback(it -> note("done"));
        USER.set("bob");
        promise.setResult(null);
        await(sleep(ms(2)));
        note("main");
        assertEquals(List.of("soon ada", "done ada", "later ada", "main bob"), log);
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
        await(sleep(ms(2)));
        note("main");
        assertEquals(List.of("next null", "inner ada", "task ada", "main null"), log);
    }

    @AsyncTest
    void the_exception_handler_has_what_the_callback_that_failed_has_set() {
        EventLoop loop = EventLoop.running();
        loop.setExceptionHandler((it, context) -> note(context.kind().toString()));
        loop.callSoon(() -> {
            USER.set("ada");
            throw new IllegalStateException("failed");
        });
        await(sleep(ms(1)));
        assertEquals(List.of("CALLBACK_FAILED ada"), log);
    }

    // ---- threads

    @Test
    void a_call_on_a_thread_has_what_the_task_has_set_and_keeps_its_own_from_it() {
        run(() -> {
            USER.set("ada");
            log.add("call "
                    + await(toThread(() -> {
                        String seen = USER.get();
                        USER.set("thread");
                        return seen;
                    })));
            log.add("interruptible " + await(toThreadInterruptibly(USER::get)));
            log.add("limited " + await(toThread(new CapacityLimiter(1), USER::get)));
            note("main");
            log.add("in executor " + await(EventLoop.running().runInExecutor(null, USER::get)));
            return done();
        });
        assertEquals(List.of("call ada", "interruptible ada", "limited ada", "main ada", "in executor null"), log);
    }

    @Test
    void an_executor_that_makes_the_call_right_there_leaves_the_task_what_it_has() {
        run(() -> {
            USER.set("ada");
            LOCAL.set("local");
            log.add("call "
                    + await(toThread(Runnable::run, () -> {
                        String seen = USER.get() + " " + LOCAL.get();
                        USER.set("thread");
                        LOCAL.set("thread");
                        return seen;
                    })));
            note(LOCAL.get());
            return done();
        });
        assertEquals(List.of("call ada local", "local ada"), log);
    }

    @Test
    void what_another_thread_hands_over_has_what_was_set_there() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            USER.set("main");
            Promise<Void> called = loop.createPromise();
            CompletableFuture<String> run = new CompletableFuture<>();
            Thread other = new Thread(() -> {
                USER.set("other");
                loop.callSoonThreadsafe(() -> note("callback"));
                loop.runThreadsafe(() -> {
                            String before = USER.get();
                            await(sleep(ms(1)));
                            return done(before + " " + USER.get());
                        })
                        .thenAccept(run::complete);
            });
            other.start();
            log.add("run " + await(run));
            note("main");
            called.cancel();
            return done();
        });
        assertEquals(List.of("callback other", "run other other", "main main"), log);
    }

    // ---- hot methods

    @Async
    private CompletableFuture<Void> hot(String user, CompletableFuture<?>... stages) {
        note("hot");
        USER.set(user);
        for (CompletableFuture<?> stage : stages) {
            await(stage);
            note("hot");
        }
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void a_hot_method_outside_of_a_loop_has_its_own_on_each_thread_it_continues_on() throws Exception {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        USER.set("caller");
        CompletableFuture<Void> ended = hot("hot", first, second).thenRun(() -> note("then"));
        note("caller");
        USER.set("completer");
        first.complete(null);
        note("completer");
        USER.remove();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            other.submit(() -> {
                        USER.set("other");
                        second.complete(null);
                        note("other");
                    })
                    .get();
        } finally {
            other.shutdown();
        }
        ended.get();
        assertEquals(
                List.of(
                        "hot caller",
                        "caller caller",
                        "hot hot",
                        "completer completer",
                        "hot hot",
                        "then other",
                        "other other"),
                log);
    }

    @Test
    void a_cancelled_hot_method_has_its_own_on_the_thread_that_cancels_it() {
        CompletableFuture<Void> hot = hotNotingItsEnd();
        USER.set("canceller");
        hot.cancel(true);
        note("canceller");
        USER.remove();
        assertEquals(List.of("ends hot", "canceller canceller"), log);
    }

    @Async
    private CompletableFuture<Void> hotNotingItsEnd() {
        USER.set("hot");
        try {
            await(new CompletableFuture<Void>());
        } finally {
            note("ends");
        }
        return CompletableFuture.completedFuture(null);
    }

    @AsyncTest
    void a_hot_method_on_a_loop_has_its_own_and_leaves_its_caller_what_it_had() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        USER.set("caller");
        CompletableFuture<Void> hot = hot("hot", stage);
        note("caller");
        stage.complete(null);
        await(hot);
        note("caller");
        assertEquals(List.of("hot caller", "caller caller", "hot hot", "caller caller"), log);
    }

    // ---- ticks inside of steps

    private static final class Host implements GuestHost {
        private final Queue<Runnable> ticks = new ArrayDeque<>();

        @Override
        public void execute(Runnable tick) {
            ticks.add(tick);
        }

        @Override
        public void executeLater(Runnable tick, long nanos) {
            throw new AssertionError("nothing sleeps here");
        }

        @Override
        public boolean isHostThread() {
            return true;
        }

        void makeCalls() {
            for (Runnable tick = ticks.poll(); tick != null; tick = ticks.poll()) {
                tick.run();
            }
        }
    }

    @Test
    void tasks_that_run_inside_of_a_step_leave_it_what_it_had() {
        USER.set("host");
        Host host = new Host();
        EventLoop loop = EventLoop.guest(host);
        Task<Void> dialog = loop.createTask(() -> {
            USER.set("dialog");
            loop.callSoon(() -> note("callback"));
            host.makeCalls(); // as a modal dialog does
            note("dialog");
            await(sleep(Duration.ZERO));
            note("dialog");
            return done();
        });
        Task<Void> other = loop.createTask(givingWay("other"));
        host.makeCalls();
        note("host");
        assertNull(dialog.exception());
        assertNull(other.exception());
        loop.close();
        host.makeCalls();
        USER.remove();
        assertEquals(
                List.of("callback dialog", "other other", "other other", "dialog dialog", "dialog dialog", "host host"),
                log);
    }

    // ---- all at once

    @Explore(schedules = 50, cancels = true)
    @AsyncTest
    void in_every_order_and_with_every_cancel_a_task_has_its_own() {
        USER.set("main");
        Task<Void> a = createTask(checking("a"));
        Task<Void> b = createTask(checking("b"));
        try {
            await(gather(a, b, checking("c")));
        } finally {
            assertEquals("main", USER.get());
        }
    }

    @Async
    private static Coroutine<Void> checking(String user) {
        assertEquals("main", USER.get());
        USER.set(user);
        for (int i = 0; i < 3; i++) {
            try {
                await(sleep(ms(i)));
            } finally {
                assertEquals(user, USER.get());
            }
        }
        return done();
    }

    @Test
    void debug_mode_virtual_time_and_a_recording_change_nothing() throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable("dev.fermata.Step").withThreshold(Duration.ZERO);
            recording.enable("dev.fermata.Wait").withThreshold(Duration.ZERO);
            recording.start();
            run(
                    () -> {
                        EventLoop.running().setDebug(true);
                        USER.set("main");
                        await(gather(as("ada", 2), as("bob", 1)));
                        EventLoop.running().createTask(as("eager", 1), null, true);
                        await(sleep(ms(3)));
                        note("main");
                        return done();
                    },
                    EventLoop::virtualTime);
        }
        assertEquals(
                List.of("bob bob", "bob bob", "ada ada", "ada ada", "eager eager", "eager eager", "main main"), log);
    }
}
