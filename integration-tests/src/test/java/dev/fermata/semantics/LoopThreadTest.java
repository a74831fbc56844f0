package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.runInThread;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.LoopThread;
import dev.fermata.Task;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** A loop on a thread of its own, for programs whose threads belong to somebody else. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here waits for ever
class LoopThreadTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void no_loop_is_left() {
        assertNull(EventLoop.runningOrNull());
        assertEquals(List.of(), EventLoop.runningLoops());
    }

    @Async
    private static Coroutine<Thread> threadOf() {
        await(sleep(Duration.ZERO));
        return done(Thread.currentThread());
    }

    @Async
    private Coroutine<Void> cleaningUp(CountDownLatch began) {
        began.countDown();
        try {
            await(sleep(HOUR));
        } finally {
            await(sleep(Duration.ZERO));
            log.add("cleaned up");
        }
        return done();
    }

    private static void isIllegal(String message, Executable call) {
        Throwable failure = assertThrows(IllegalStateException.class, call);
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        return assertThrows(ExecutionException.class, future::get).getCause();
    }

    // ---- running

    @Test
    void any_thread_gets_the_result_of_a_task_on_one_thread() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            Thread own = loop.run(threadOf()).get();
            assertNotSame(Thread.currentThread(), own);
            assertEquals("orders", own.getName());
            assertTrue(own.isDaemon());
            assertSame(own, Foreign.call(() -> loop.run(() -> threadOf()).join()));
            assertSame(own, loop.run(() -> done(Thread.currentThread())).join());
            assertEquals(
                    List.of(own, own),
                    loop.run(() -> done(await(gather(threadOf(), threadOf())))).join());
        }
    }

    @Test
    void coroutines_of_several_callers_run_side_by_side() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            CompletableFuture<String> waits = loop.run(() -> done("got " + await(answer)));
            assertEquals("other", loop.run(() -> done("other")).get());
            assertFalse(waits.isDone());
            answer.complete("it");
            assertEquals("got it", waits.get());
        }
    }

    @Test
    void a_failure_is_that_of_the_future_and_the_thread_runs_on() throws Exception {
        IOException failure = new IOException("checked");
        try (LoopThread loop = LoopThread.start("orders")) {
            assertSame(failure, failureOf(loop.run(() -> {
                throw failure;
            })));
            assertInstanceOf(StackOverflowError.class, failureOf(loop.run(() -> {
                throw new StackOverflowError("pretended");
            })));
            assertEquals("next", loop.run(() -> done("next")).get());
        }
    }

    @Test
    void a_cancel_of_the_future_cancels_the_task() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            CountDownLatch began = new CountDownLatch(1);
            CountDownLatch cancelled = new CountDownLatch(1);
            CompletableFuture<Void> future = loop.run(() -> {
                began.countDown();
                try {
                    await(sleep(HOUR));
                } catch (CancelledError cancel) {
                    cancelled.countDown();
                    throw cancel;
                }
                return done();
            });
            began.await();
            assertTrue(future.cancel(false));
            cancelled.await();
            assertThrows(CancellationException.class, future::get);
        }
    }

    @Test
    void a_coroutine_that_was_started_before_is_refused() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            Coroutine<Thread> coroutine = threadOf();
            loop.run(coroutine).get();
            isIllegal("started", () -> loop.run(coroutine));
        }
    }

    @Test
    void the_loops_own_thread_does_not_wait_for_itself() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            Throwable failure = failureOf(loop.run(() -> done(waitingFor(loop))));
            assertInstanceOf(IllegalStateException.class, failure);
            assertTrue(failure.getMessage().contains("own thread would wait for ever"), failure.getMessage());
            assertEquals(
                    "awaited",
                    loop.run(() -> done(await(loop.run(() -> done("awaited"))))).get());
        }
    }

    private static Thread waitingFor(LoopThread loop) {
        return loop.run(threadOf()).join();
    }

    @Test
    void it_may_be_used_beside_a_loop_that_runs() {
        run(() -> {
            LoopThread loop = LoopThread.start("orders");
            try {
                Thread other = await(loop.run(threadOf()));
                assertEquals("orders", other.getName());
                assertNotSame(EventLoop.running(), loop.loop());
            } finally {
                await(toThread(() -> {
                    loop.close();
                    return null;
                }));
            }
            return done();
        });
    }

    @Test
    void the_loop_is_the_one_that_was_asked_for() throws Exception {
        EventLoop made = EventLoop.create();
        try (LoopThread loop = LoopThread.start("orders", () -> made)) {
            assertSame(made, loop.loop());
            assertSame(made, loop.run(() -> done(EventLoop.running())).get());
        }
        assertTrue(made.isClosed());
    }

    @SuppressWarnings("fermata:blocking-call") // only to see that it is not inherited
    @Test
    void the_thread_has_the_class_loader_of_its_starter_and_none_of_its_thread_locals() throws Exception {
        InheritableThreadLocal<String> request = new InheritableThreadLocal<>();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader own = new URLClassLoader(new URL[0], before)) {
            request.set("of the starter");
            Thread.currentThread().setContextClassLoader(own);
            try (LoopThread loop = LoopThread.start("orders")) {
                assertSame(
                        own,
                        loop.run(() -> done(Thread.currentThread().getContextClassLoader()))
                                .get());
                assertNull(loop.run(() -> done(request.get())).get());
            }
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    // ---- what might end it, and does not

    @Test
    void an_interrupt_that_somebody_leaves_on_the_thread_is_dropped() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            Thread own = loop.run(() -> {
                        Thread.currentThread().interrupt();
                        return done(Thread.currentThread());
                    })
                    .get();
            assertSame(own, loop.run(threadOf()).get());
            own.interrupt();
            assertSame(own, loop.run(threadOf()).get());
        }
    }

    @Test
    void stop_and_close_of_the_loop_itself_do_not_end_it() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            loop.loop().callSoonThreadsafe(() -> loop.loop().stop());
            loop.run(threadOf()).get();
            isIllegal("runs on thread orders", () -> loop.loop().close());
            loop.run(threadOf()).get();
        }
    }

    @Test
    void an_error_of_the_jvm_ends_it_and_later_runs_say_so() throws Exception {
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        OutOfMemoryError error = new OutOfMemoryError("pretended");
        LoopThread loop = LoopThread.start("orders");
        CountDownLatch began = new CountDownLatch(1);
        CompletableFuture<Void> left = loop.run(() -> cleaningUp(began));
        Thread own = loop.run(threadOf()).get();
        own.setUncaughtExceptionHandler((thread, thrown) -> uncaught.set(thrown));
        assertSame(error, failureOf(loop.run(() -> {
            throw error;
        })));
        own.join();
        assertSame(error, uncaught.get());
        assertThrows(CancellationException.class, left::get);
        assertEquals(List.of("cleaned up"), log);
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> loop.run(threadOf()));
        assertEquals(
                "The loop thread orders has ended, because of java.lang.OutOfMemoryError: pretended",
                thrown.getMessage());
        assertSame(error, thrown.getCause());
        loop.close();
    }

    // ---- closing

    @Test
    void closing_cancels_what_is_left_and_waits_for_it_and_for_the_thread() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        LoopThread loop = LoopThread.start("orders");
        Thread own = loop.run(threadOf()).get();
        EventLoop inside = loop.loop();
        CompletableFuture<Void> left = loop.run(() -> cleaningUp(began));
        began.await();
        loop.close();
        assertEquals(List.of("cleaned up"), log);
        assertFalse(own.isAlive());
        assertTrue(inside.isClosed());
        assertThrows(CancellationException.class, left::get);
    }

    @Test
    void closing_waits_for_calls_on_threads() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        LoopThread loop = LoopThread.start("orders");
        loop.run(() -> toThread(() -> {
            began.countDown();
            mayEnd.await();
            log.add("call ended");
            return null;
        }));
        began.await();
        Thread closer = new Thread(loop::close);
        closer.start();
        waitsFor(closer);
        assertEquals(List.of(), log);
        mayEnd.countDown();
        closer.join();
        assertEquals(List.of("call ended"), log);
    }

    private static void waitsFor(Thread closer) throws InterruptedException {
        while (closer.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
    }

    @Test
    void after_the_close_it_says_so() throws Exception {
        LoopThread loop = LoopThread.start("orders");
        loop.close();
        Coroutine<Thread> coroutine = threadOf();
        isIllegal("The loop thread orders is closed", () -> loop.run(coroutine));
        isIllegal("The loop thread orders is closed", () -> loop.run(() -> threadOf()));
        isIllegal("The loop thread orders is closed", loop::loop);
        isIllegal("started as a task or closed", () -> run(coroutine)); // so it is not reported as never awaited
    }

    @Test
    void while_it_closes_it_takes_nothing_more() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        CompletableFuture<String> mayEnd = new CompletableFuture<>();
        LoopThread loop = LoopThread.start("orders");
        loop.run(() -> {
            began.countDown();
            try {
                await(sleep(HOUR));
            } finally {
                cancelled.countDown();
                log.add(await(mayEnd));
            }
            return done();
        });
        began.await();
        Thread closer = new Thread(loop::close);
        closer.start();
        cancelled.await();
        isIllegal("The loop thread orders is closed", () -> loop.run(threadOf()));
        mayEnd.complete("cleaned up");
        closer.join();
        assertEquals(List.of("cleaned up"), log);
    }

    @Test
    void closing_again_does_nothing_and_a_close_beside_another_waits_too() throws Exception {
        CompletableFuture<String> mayEnd = new CompletableFuture<>();
        CountDownLatch began = new CountDownLatch(1);
        LoopThread loop = LoopThread.start("orders");
        loop.run(() -> {
            began.countDown();
            try {
                await(sleep(HOUR));
            } finally {
                log.add(await(mayEnd));
            }
            return done();
        });
        began.await();
        Thread one = new Thread(loop::close);
        Thread other = new Thread(loop::close);
        one.start();
        waitsFor(one);
        other.start();
        waitsFor(other);
        mayEnd.complete("cleaned up");
        one.join();
        other.join();
        loop.close();
        assertEquals(List.of("cleaned up"), log);
    }

    @Test
    void closing_on_its_own_thread_is_refused() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            Throwable failure = failureOf(loop.run(() -> {
                loop.close();
                return done();
            }));
            assertEquals(
                    "LoopThread.close was called on thread orders, which is its own and would wait for itself."
                            + " Close it on the thread that started it",
                    failure.getMessage());
            assertEquals("next", loop.run(() -> done("next")).get());
        }
    }

    /** The close waits for such calls. */
    @Test
    void closing_within_a_call_of_its_own_is_refused() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            Throwable failure = failureOf(loop.run(() -> runInThread(loop::close)));
            assertEquals(
                    "LoopThread.close was called within a toThread or runInThread of its own loop. The close waits for"
                            + " such calls, so it would wait for itself. Close it on the thread that started it",
                    failure.getMessage());
            assertEquals("next", loop.run(() -> done("next")).get());
        }
    }

    /** Nothing waits for the calls of an executor that is not the loop's. */
    @Test
    void a_call_in_another_executor_may_close_it() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            LoopThread loop = LoopThread.start("orders");
            CompletableFuture<Void> closing = loop.run(() -> runInThread(executor, loop::close));
            assertThrows(CancellationException.class, closing::get);
            assertThrows(IllegalStateException.class, () -> loop.run(() -> done("next")));
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void an_interrupt_before_the_close_is_put_off() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        LoopThread loop = LoopThread.start("orders");
        loop.run(() -> cleaningUp(began));
        began.await();
        Thread.currentThread().interrupt();
        loop.close();
        assertTrue(Thread.interrupted());
        assertEquals(List.of("cleaned up"), log);
    }

    @Test
    void an_interrupt_of_the_close_gives_up_on_calls_but_not_on_tasks() throws Exception {
        CountDownLatch calling = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<String> mayEnd = new CompletableFuture<>();
        CountDownLatch began = new CountDownLatch(1);
        List<String> reports = Collections.synchronizedList(new ArrayList<>());
        LoopThread loop = LoopThread.start("orders", () -> {
            EventLoop made = EventLoop.create();
            made.setExceptionHandler((where, context) -> reports.add(context.message()));
            return made;
        });
        EventLoop inside = loop.loop();
        loop.run(() -> toThread(() -> {
            calling.countDown();
            never.await();
            return null;
        }));
        loop.run(() -> {
            began.countDown();
            try {
                await(sleep(HOUR));
            } finally {
                log.add(await(mayEnd));
            }
            return done();
        });
        calling.await();
        began.await();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread closer = new Thread(() -> {
            loop.close();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        waitsFor(closer);
        closer.interrupt();
        mayEnd.complete("cleaned up");
        closer.join();
        assertEquals(List.of("cleaned up"), log);
        assertEquals(true, interrupted.get());
        assertTrue(inside.isClosed());
        assertEquals(List.of("The event loop was closed while calls in its executor were still running"), reports);
        never.countDown();
    }

    @Test
    void an_interrupt_of_the_close_gives_up_on_work_of_others_in_its_executor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        CountDownLatch never = new CountDownLatch(1);
        executor.execute(() -> assertDoesNotThrow(() -> never.await()));
        LoopThread loop = LoopThread.start("orders", () -> {
            EventLoop made = EventLoop.create();
            made.setDefaultExecutor(executor);
            return made;
        });
        EventLoop inside = loop.loop();
        Thread closer = new Thread(loop::close);
        closer.start();
        while (!inside.isClosed()) {
            Thread.onSpinWait();
        }
        closer.interrupt();
        closer.join();
        assertTrue(executor.isShutdown());
        never.countDown();
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void what_a_task_creates_while_it_is_cancelled_is_cancelled_too() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        LoopThread loop = LoopThread.start("orders");
        loop.run(() -> {
            began.countDown();
            try {
                await(sleep(HOUR));
            } finally {
                Task<Void> late = createTask(() -> cleaningUp(new CountDownLatch(1)));
                late.addDoneCallback(it -> log.add("late cancelled: " + it.cancelled()));
            }
            return done();
        });
        began.await();
        loop.close();
        assertEquals(List.of("cleaned up", "late cancelled: true"), log);
    }

    // ---- a start that fails

    @Test
    void a_loop_that_cannot_be_made_is_the_failure_of_the_start() {
        IllegalArgumentException failure = new IllegalArgumentException("no loop today");
        assertSame(
                failure,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> LoopThread.start("orders", () -> {
                            throw failure;
                        })));
        assertThrows(NullPointerException.class, () -> LoopThread.start("orders", () -> null));
        assertThrows(NullPointerException.class, () -> LoopThread.start("orders", null));
        assertThrows(NullPointerException.class, () -> LoopThread.start(null));
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(it -> it.getName().equals("orders")));
    }

    @Test
    void loops_that_cannot_run_on_it_are_refused() throws Exception {
        EventLoop closed = EventLoop.create();
        closed.close();
        isIllegal("The event loop is closed", () -> LoopThread.start("orders", () -> closed));
        EventLoop guest = EventLoop.guest(new GuestHost() {
            @Override
            public void execute(Runnable tick) {}

            @Override
            public void executeLater(Runnable tick, long nanos) {}

            @Override
            public boolean isHostThread() {
                return false;
            }
        });
        isIllegal("A guest loop cannot be run", () -> LoopThread.start("orders", () -> guest));
        guest.close();
        EventLoop virtual = EventLoop.virtualTime();
        isIllegal(
                "A loop in virtual time does not wait for other threads",
                () -> LoopThread.start("orders", () -> virtual));
        virtual.close();
        run(() -> {
            EventLoop running = EventLoop.running();
            isIllegal("runs on thread", () -> LoopThread.start("orders", () -> running));
            return done();
        });
        EventLoop one = EventLoop.create();
        try (LoopThread first = LoopThread.start("orders", () -> one)) {
            first.run(() -> done()).get(); // it runs
            isIllegal("runs on thread", () -> LoopThread.start("more", () -> one));
        }
    }

    @Test
    void of_threads_that_want_one_loop_at_the_same_time_one_gets_it() throws Exception {
        for (int i = 0; i < 50; i++) {
            EventLoop one = EventLoop.create();
            LoopThread first = LoopThread.start("orders", () -> one); // it may not run yet
            Throwable failure = assertThrows(IllegalStateException.class, () -> LoopThread.start("more", () -> one));
            assertTrue(
                    failure.getMessage().matches(".*(has a LoopThread already|runs on thread).*"), failure::getMessage);
            assertThrows(IllegalStateException.class, one::close);
            assertEquals(3, first.run(() -> done(3)).get());
            first.close();
        }
    }

    @Test
    void nulls_are_refused() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            assertThrows(NullPointerException.class, () -> loop.run((Coroutine<Void>) null));
        }
    }
}
