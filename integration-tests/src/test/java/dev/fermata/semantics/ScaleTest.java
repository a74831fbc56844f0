package dev.fermata.semantics;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.fermata.Async;
import dev.fermata.AsyncSemaphore;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimerHandle;
import dev.fermata.testing.AsyncTest;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Very many of something. Nothing here is timed; what took time in the square of the number would not end within the limit.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScaleTest {
    private static final int MILLION = 1_000_000;

    private int cleanedUp;

    @Async
    private Coroutine<Void> parkedUntilCancelled() {
        try {
            await(sleep(FOREVER));
        } finally {
            cleanedUp++;
        }
        return done();
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void a_million_parked_tasks_are_cancelled_by_the_end_of_run() {
        virtually(() -> {
            for (int i = 0; i < MILLION; i++) {
                createTask(parkedUntilCancelled());
            }
            await(sleep(Duration.ofSeconds(1)));
            return done();
        });
        assertEquals(MILLION, cleanedUp);
    }

    @AsyncTest
    void a_group_of_a_million_tasks_is_cancelled_as_a_whole() {
        try (var group = new TaskGroup()) {
            for (int i = 0; i < MILLION; i++) {
                group.createTask(parkedUntilCancelled());
            }
            await(sleep(Duration.ofSeconds(1)));
            group.cancel();
        }
        assertEquals(MILLION, cleanedUp);
    }

    @AsyncTest
    void a_million_timers_are_taken_back_in_any_order() {
        EventLoop loop = EventLoop.running();
        Random random = new Random(1);
        List<TimerHandle> timers = new ArrayList<>();
        for (int i = 0; i < MILLION; i++) {
            timers.add(loop.callLater(Duration.ofSeconds(1 + random.nextInt(1000)), () -> cleanedUp++));
        }
        Collections.shuffle(timers, random);
        timers.forEach(TimerHandle::cancel);
        await(sleep(Duration.ofHours(1)));
        assertEquals(0, cleanedUp);
    }

    @AsyncTest
    void many_waiters_of_a_semaphore_leave_in_any_order() {
        AsyncSemaphore semaphore = new AsyncSemaphore(0);
        List<Task<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            waiting.add(createTask(semaphore.acquire()));
        }
        await(sleep(Duration.ZERO));
        Collections.shuffle(waiting, new Random(1));
        waiting.forEach(Task::cancel);
        await(sleep(Duration.ofSeconds(1)));
        assertEquals("semaphore (0 free, 0 waiting)", semaphore.toString());
    }

    @AsyncTest
    void a_cancelled_timer_does_not_stay_in_memory() {
        WeakReference<Object> captured = cancelledTimer();
        for (int i = 0; i < 50 && captured.get() != null; i++) {
            System.gc();
            await(sleep(Duration.ZERO));
        }
        assertNull(captured.get());
    }

    private static WeakReference<Object> cancelledTimer() {
        Object captured = new byte[1000];
        EventLoop.running()
                .callLater(Duration.ofDays(1), () -> System.out.println(captured))
                .cancel();
        return new WeakReference<>(captured);
    }
}
