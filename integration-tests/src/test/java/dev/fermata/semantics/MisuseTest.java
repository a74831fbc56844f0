package dev.fermata.semantics;

import static dev.fermata.Asyncio.asCompleted;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.cancelAndWait;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.gatherStages;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitUntil;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.saysThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Handle;
import dev.fermata.InvalidStateException;
import dev.fermata.Promise;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What cannot work says so, and says which. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class MisuseTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<Object> log = new ArrayList<>();

    @Async
    private Coroutine<String> work() {
        log.add("ran");
        await(sleep(SECOND));
        return done("result");
    }

    private static void isIllegal(String part, Executable call) {
        saysThat(part, assertThrows(IllegalStateException.class, call));
    }

    // ---- awaiting what cannot be awaited

    @Test
    void a_task_cannot_await_itself() {
        virtually(() -> {
            try {
                await(currentTask());
                fail();
            } catch (IllegalStateException e) {
                saysThat("task Task-1 (pending) cannot await itself", e);
            }
            await(sleep(SECOND)); // it goes on
            return done();
        });
    }

    @AsyncTest
    void a_coroutine_is_awaited_once() {
        Coroutine<String> coroutine = work();
        assertEquals("result", await(coroutine));
        try {
            await(coroutine);
            fail();
        } catch (IllegalStateException e) {
            saysThat("MisuseTest.work was already awaited, started as a task or closed. A coroutine runs once", e);
        }
        assertEquals(List.of("ran"), log);
    }

    @AsyncTest
    void a_sleep_is_awaited_once() {
        Coroutine<Void> sleep = sleep(SECOND);
        await(sleep);
        try {
            await(sleep);
            fail();
        } catch (IllegalStateException e) {
            saysThat("Sleep was already awaited", e);
        }
    }

    @AsyncTest
    void a_coroutine_is_made_a_task_once() {
        Coroutine<String> coroutine = work();
        Task<String> task = createTask(coroutine);
        isIllegal("MisuseTest.work was already awaited, started as a task or closed", () -> createTask(coroutine));
        assertEquals("result", await(task)); // which the second one does not disturb
        isIllegal("MisuseTest.work was already awaited, started as a task or closed", () -> createTask(coroutine));
        assertEquals(1, EventLoop.running().allTasks().size());
    }

    @AsyncTest
    void a_coroutine_that_was_made_a_task_cannot_be_awaited_before_its_first_step() {
        Coroutine<String> coroutine = work();
        Task<String> task = createTask(coroutine);
        try {
            await(coroutine);
            fail();
        } catch (IllegalStateException e) {
            saysThat("MisuseTest.work was already awaited, started as a task or closed", e);
        }
        assertEquals("result", await(task));
    }

    @AsyncTest
    void a_coroutine_that_was_made_a_task_cannot_be_closed() {
        Coroutine<String> coroutine = work();
        Task<String> task = createTask(coroutine);
        coroutine.close();
        assertEquals("result", await(task));
    }

    @AsyncTest
    void a_coroutine_that_was_closed_does_not_start() {
        Coroutine<String> coroutine = work();
        coroutine.close();
        try {
            await(coroutine);
            fail();
        } catch (IllegalStateException e) {
            saysThat("started as a task or closed", e);
        }
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void a_value_may_be_awaited_any_number_of_times() {
        Coroutine<String> value = done("value");
        assertEquals("value", await(value));
        assertEquals("value", await(value));
        assertEquals("value", await(createTask(value)));
        assertEquals("value", await(createTask(value)));
        assertNull(await(done()));
    }

    @AsyncTest
    void nothing_cannot_be_awaited() {
        Coroutine<String> none = null;
        CompletionStage<String> noStage = null;
        try {
            await(none);
            fail();
        } catch (NullPointerException e) {
            saysThat("await(null): there is nothing to wait for", e);
            assertEquals("nothing_cannot_be_awaited", e.getStackTrace()[0].getMethodName());
        }
        try {
            await(noStage);
            fail();
        } catch (NullPointerException e) {
            saysThat("await(null): there is nothing to wait for", e);
            assertEquals("nothing_cannot_be_awaited", e.getStackTrace()[0].getMethodName());
        }
    }

    @AsyncTest
    void a_callable_that_returns_nothing_fails_its_task() {
        Coroutine<String> nothing = null; // javac sees a null that is returned itself
        Task<String> task = createTask(() -> nothing);
        await(sleep(Duration.ZERO));
        assertTrue(task.exception() instanceof NullPointerException);
    }

    @Test
    void a_promise_of_another_loop_cannot_be_awaited() {
        EventLoop other = EventLoop.virtualTime();
        Promise<String> promise = other.createPromise();
        virtually(() -> {
            try {
                await(promise);
                fail();
            } catch (IllegalStateException e) {
                saysThat("task Task-1 (pending) cannot await promise (pending): it belongs to another event loop", e);
            }
            return done();
        });
        other.close();
    }

    @AsyncTest
    void a_task_of_another_loop_cannot_be_awaited() {
        EventLoop other = EventLoop.virtualTime();
        Task<String> task = other.createTask(work(), "foreign");
        try {
            await(task);
            fail();
        } catch (IllegalStateException e) {
            saysThat("cannot await task foreign (pending): it belongs to another event loop", e);
        }
        other.close();
    }

    @AsyncTest
    void a_promise_of_another_loop_that_is_done_gives_its_value() {
        EventLoop other = EventLoop.virtualTime();
        Promise<String> promise = other.createPromise();
        promise.setResult("there");
        assertEquals("there", await(promise)); // as asyncio, which looks only when it has to wait
        other.close();
    }

    @AsyncTest
    void a_promise_is_set_once() {
        Promise<String> promise = createPromise();
        promise.setResult("first");
        saysThat(
                "setResult: promise (done) is done already",
                assertThrows(InvalidStateException.class, () -> promise.setResult("second")));
        saysThat(
                "setException: promise (done) is done already",
                assertThrows(InvalidStateException.class, () -> promise.setException(new Exception())));
        assertEquals("first", promise.result());
    }

    @AsyncTest
    void a_pending_promise_has_neither_result_nor_exception() {
        Promise<String> promise = createPromise();
        saysThat("is not done", assertThrows(InvalidStateException.class, promise::result));
        saysThat("is not done", assertThrows(InvalidStateException.class, promise::exception));
    }

    // ---- await in code that was not woven

    private static Throwable awaitUnwoven(Object awaited, Class<?> type) {
        try {
            // A method handle, since the weaver would rewrite the call itself.
            MethodHandle await = MethodHandles.lookup()
                    .findStatic(Asyncio.class, "await", MethodType.methodType(Object.class, type));
            await.invoke(awaited);
            return fail("await came back");
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    @AsyncTest
    void await_in_code_that_was_not_woven_is_an_error_that_names_the_place() {
        Throwable error = awaitUnwoven(sleep(SECOND), Awaitable.class);
        assertSame(IllegalStateException.class, error.getClass());
        saysThat("[fermata:not-woven, ", error);
        saysThat("dev.fermata.semantics.MisuseTest.awaitUnwoven (MisuseTest.java:", error);
        saysThat("fermata-maven-plugin", error);
    }

    @Test
    void await_of_a_stage_in_code_that_was_not_woven_does_not_block() {
        Throwable error = awaitUnwoven(new CompletableFuture<String>(), CompletionStage.class);
        saysThat("[fermata:not-woven, ", error);
    }

    @AsyncTest
    void a_coroutine_awaited_in_code_that_was_not_woven_is_closed() {
        Coroutine<String> coroutine = work();
        awaitUnwoven(coroutine, Awaitable.class);
        isIllegal("started as a task or closed", () -> createTask(coroutine));
        assertEquals(List.of(), log);
    }

    // ---- loops

    @Test
    void a_run_inside_of_a_run_is_an_error() {
        virtually(() -> {
            Coroutine<String> inner = work();
            isIllegal("already, and running a second one inside it would block the first", () -> run(inner));
            isIllegal("already, and running a second one inside it would block the first", () -> run(() -> done()));
            isIllegal(
                    "started as a task or closed", () -> createTask(inner)); // not left to be reported as never awaited
            await(sleep(SECOND)); // the outer one goes on
            return done();
        });
        assertEquals(List.of(), log);
    }

    @Test
    void a_run_inside_of_a_callback_is_an_error() {
        virtually(() -> {
            EventLoop.running().callSoon(() -> isIllegal("An event loop runs on thread", () -> run(() -> done())));
            EventLoop.running().setExceptionHandler((loop, context) -> log.add(context));
            await(sleep(SECOND));
            assertEquals(List.of(), log);
            return done();
        });
    }

    @Test
    void a_run_on_another_thread_is_a_loop_of_its_own() {
        virtually(() -> {
            assertEquals("inner", Foreign.call(() -> virtually(() -> done("inner"))));
            return done();
        });
    }

    @Test
    void a_loop_cannot_run_on_two_threads() {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            Coroutine<String> work = work();
            Foreign.run(() -> isIllegal("The event loop runs on thread", () -> loop.runUntilComplete(work)));
            return done();
        });
    }

    @Test
    void a_loop_does_not_run_what_belongs_to_another() {
        EventLoop one = EventLoop.virtualTime();
        EventLoop other = EventLoop.virtualTime();
        Promise<String> promise = one.createPromise();
        isIllegal("promise (pending) belongs to another event loop", () -> other.runUntilComplete(promise));
        one.close();
        other.close();
    }

    @Test
    void a_running_loop_cannot_be_closed() {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            isIllegal("Close it after it has stopped", loop::close);
            Foreign.run(() -> isIllegal("Close it after it has stopped", loop::close));
            assertFalse(loop.isClosed());
            return done();
        });
    }

    @Test
    void a_closed_loop_takes_nothing_more() {
        EventLoop loop = EventLoop.virtualTime();
        loop.close();
        loop.close(); // again does nothing
        assertTrue(loop.isClosed());
        String closed = "The event loop is closed. Start the work before run returns, or create a new loop";
        isIllegal(closed, () -> loop.callSoon(() -> {}));
        isIllegal(closed, () -> loop.callSoonThreadsafe(() -> {}));
        isIllegal(closed, () -> loop.callLater(SECOND, () -> {}));
        isIllegal(closed, () -> loop.callAt(0, () -> {}));
        isIllegal(closed, () -> loop.runInExecutor(null, () -> "x"));
        isIllegal(closed, () -> loop.addSignalHandler("HUP", () -> {}));
        isIllegal(closed, () -> loop.createTask(() -> done()));
        isIllegal(closed, () -> loop.runUntilComplete(done()));
        Coroutine<String> coroutine = work();
        isIllegal(closed, () -> loop.createTask(coroutine));
        isIllegal("started as a task or closed", () -> EventLoop.virtualTime().createTask(coroutine));
    }

    @Test
    void without_a_loop_the_functions_say_how_to_start_one() {
        String remedy = "Start the program with Asyncio.run";
        isIllegal(remedy, EventLoop::running);
        isIllegal(remedy, () -> createPromise());
        isIllegal(remedy, () -> createTask(() -> done()));
        isIllegal(remedy, () -> currentTask());
        isIllegal(remedy, Asyncio::allTasks);
        assertNull(EventLoop.runningOrNull());
        assertFalse(Asyncio.dump().isEmpty());
        Coroutine<String> coroutine = work();
        isIllegal(remedy, () -> createTask(coroutine));
        isIllegal("started as a task or closed", () -> EventLoop.virtualTime().createTask(coroutine));
    }

    // ---- threads, in debug mode

    @Test
    void in_debug_mode_what_is_for_the_loops_thread_says_so_on_another_one() {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            loop.setDebug(true);
            Promise<String> promise = createPromise();
            Task<String> task = createTask(work());
            Handle soon = loop.callSoon(() -> {});
            Handle later = loop.callLater(SECOND, () -> {});
            Foreign.run(() -> {
                refused("callSoon", () -> loop.callSoon(() -> {}));
                refused("callLater", () -> loop.callLater(SECOND, () -> {}));
                refused("callAt", () -> loop.callAt(0, () -> {}));
                refused("createTask", () -> loop.createTask(() -> done()));
                refused("runInExecutor", () -> loop.runInExecutor(null, () -> "x"));
                refused("addDoneCallback", () -> promise.addDoneCallback(it -> {}));
                refused("removeDoneCallback", () -> promise.removeDoneCallback(it -> {}));
                refused("setResult", () -> promise.setResult("x"));
                refused("setException", () -> promise.setException(new Exception()));
                refused("cancel", promise::cancel);
                refused("cancel", task::cancel);
                refused("uncancel", task::uncancel);
                refused("cancel", soon::cancel);
                refused("cancel", later::cancel);
                refused("addReader", () -> loop.addReader(null, () -> {}));
                refused("removeWriter", () -> loop.removeWriter(null));
                refused("setDefaultExecutor", () -> loop.setDefaultExecutor(null));
                refused("addSignalHandler", () -> loop.addSignalHandler("HUP", () -> {}));
                refused("removeSignalHandler", () -> loop.removeSignalHandler("HUP"));
                refused("setSlowCallbackDuration", () -> loop.setSlowCallbackDuration(SECOND));
                loop.callSoonThreadsafe(() -> log.add("threadsafe"));
            });
            assertFalse(promise.done());
            assertEquals("result", await(task));
            assertEquals(List.of("threadsafe", "ran"), sorted());
            return done();
        });
    }

    private List<Object> sorted() {
        List<Object> sorted = new ArrayList<>(log);
        sorted.sort((a, b) -> b.toString().compareTo(a.toString()));
        return sorted;
    }

    private static void refused(String what, Executable call) {
        isIllegal(what + " was called on thread foreign, but the event loop runs on another thread", call);
    }

    @Test
    void debug_mode_is_switched_on_the_loops_thread_only() {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            loop.setDebug(false);
            Foreign.run(() -> refused("setDebug", () -> loop.setDebug(true)));
            assertFalse(loop.isDebug());
            loop.setDebug(true);
            Foreign.run(() -> refused("setDebug", () -> loop.setDebug(false)));
            assertTrue(loop.isDebug());
            return done();
        });
    }

    @Test
    void a_refused_call_leaves_the_coroutine_to_be_used() {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            loop.setDebug(true);
            Coroutine<String> coroutine = work();
            Foreign.run(() -> refused("createTask", () -> loop.createTask(coroutine)));
            assertEquals("result", await(coroutine));
            return done();
        });
    }

    @Test
    void a_loop_that_does_not_run_belongs_to_no_thread() throws Exception {
        EventLoop loop = EventLoop.virtualTime();
        loop.setDebug(true);
        Foreign.run(() -> loop.callSoon(() -> log.add("called")));
        loop.runUntilComplete(sleep(Duration.ZERO));
        assertEquals(List.of("called"), log);
        Foreign.run(() -> loop.callSoon(() -> {}));
        loop.close();
    }

    @AsyncTest
    void a_null_is_named_by_its_place() {
        Task<String> task = createTask(() -> done("a"));
        for (Executable call : List.<Executable>of(
                () -> asCompleted(task, null),
                () -> waitUntil(ReturnWhen.ALL_COMPLETED, task, null),
                () -> cancelAndWait(task, null),
                () -> gather(task, null),
                () -> gatherStages(new CompletableFuture<>(), null))) {
            String message = assertThrows(NullPointerException.class, call).getMessage();
            assertTrue(message.endsWith(": argument 1, counted from 0, is null"), message);
        }
        await(sleep(Duration.ofMillis(1))); // time would stand still if one of the stages were waited for
        await(task);
    }
}
