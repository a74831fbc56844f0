package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guest loops on the one thread of an executor, in real time. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here waits for ever
class ExecutorHostsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Object> log = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
    private Thread thread;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(it -> {
        thread = new Thread(it, "host");
        thread.setUncaughtExceptionHandler((in, failure) -> uncaught.complete(failure));
        return thread;
    });
    private final EventLoop loop = EventLoop.guest(GuestHost.of(executor));

    @AfterEach
    void the_executor_ends_when_the_loop_is_closed() throws Exception {
        executor.submit(loop::close).get();
        while (!executor.submit(loop::isClosed).get()) {
            Thread.onSpinWait();
        }
        executor.shutdown(); // by default it makes delayed calls first, however far away they are
        assertTrue(executor.awaitTermination(50, TimeUnit.SECONDS));
    }

    @Async
    private Coroutine<Void> cleaningUp() {
        log.add("began");
        try {
            await(sleep(HOUR));
        } catch (CancelledError cancel) {
            await(sleep(Duration.ofMillis(1)));
            log.add("cleaned up");
            throw cancel;
        }
        return done();
    }

    @Test
    void coroutines_run_on_the_executors_thread_between_its_other_work() throws Exception {
        CompletableFuture<Thread> ran = loop.runThreadsafe(() -> {
            assertSame(loop, EventLoop.running());
            assertSame(thread, await(createTask(() -> done(Thread.currentThread()))));
            await(sleep(Duration.ofMillis(1)));
            assertNotSame(thread, await(toThread(Thread::currentThread)));
            return done(Thread.currentThread());
        });
        assertEquals("other work", executor.submit(() -> "other work").get());
        assertSame(thread, ran.get());
    }

    @Test
    void what_the_executor_runs_itself_is_on_the_loops_thread() throws Exception {
        executor.submit(() -> loop.setDebug(true)).get();
        CompletableFuture<Thread> ran = executor.submit(() -> {
                    assertTrue(loop.isRunning());
                    return loop.createTask(() -> done(Thread.currentThread())).toCompletableFuture();
                })
                .get();
        assertSame(thread, ran.get());
        assertThrows(IllegalStateException.class, () -> loop.createTask(() -> done()));
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void a_nearer_timer_comes_before_one_that_was_set_earlier() throws Exception {
        loop.runThreadsafe(() -> {
                    createTask(sleep(HOUR));
                    await(sleep(Duration.ofMillis(20)));
                    await(sleep(Duration.ofMillis(1)));
                    return done();
                })
                .get();
    }

    @Test
    void closing_cancels_what_is_left_and_leaves_no_call_behind() throws Exception {
        CompletableFuture<Void> left = loop.runThreadsafe(() -> cleaningUp());
        while (!log.contains("began")) {
            Thread.onSpinWait();
        }
        the_executor_ends_when_the_loop_is_closed_after(left);
        assertEquals(List.of("began", "cleaned up"), log);
    }

    private void the_executor_ends_when_the_loop_is_closed_after(CompletableFuture<Void> left) throws Exception {
        assertFalse(executor.submit(() -> {
                    loop.close();
                    return loop.isClosed();
                })
                .get());
        assertThrows(java.util.concurrent.CancellationException.class, left::get);
    }

    @Test
    void waiting_on_the_executors_thread_for_a_future_of_the_loop_is_an_error() {
        CompletableFuture<Void> left = loop.runThreadsafe(() -> cleaningUp());
        ExecutionException thrown = assertThrows(
                ExecutionException.class,
                () -> executor.submit(() -> left.join()).get());
        assertInstanceOf(IllegalStateException.class, thrown.getCause());
    }

    @Test
    void an_error_that_leaves_the_loop_goes_to_the_threads_handler_and_the_loop_goes_on() throws Exception {
        OutOfMemoryError failure = new OutOfMemoryError("pretended");
        loop.callSoonThreadsafe(() -> {
            throw failure;
        });
        assertSame(failure, uncaught.get());
        assertEquals("on", loop.runThreadsafe(() -> done("on")).get());
    }

    @Test
    void an_executor_with_several_threads_is_refused() {
        ScheduledExecutorService several = Executors.newScheduledThreadPool(2);
        assertThrows(IllegalArgumentException.class, () -> GuestHost.of(several));
        several.shutdown();
        assertThrows(NullPointerException.class, () -> GuestHost.of(null));
    }
}
