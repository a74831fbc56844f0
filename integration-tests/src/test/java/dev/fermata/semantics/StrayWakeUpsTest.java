package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Wait;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A primitive wakes more often than it may. It harms no other task. */
class StrayWakeUpsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> log = new ArrayList<>();
    private final List<Task<Void>> strangers = new ArrayList<>();
    private Faulty faulty = new Faulty();

    /** Waits until the test wakes its task. */
    private static class Faulty extends Frame<String> implements Wait {
        private @Nullable ParkableTask task;
        private int outcomes;

        @Override
        protected @Nullable Object start(Carrier carrier) {
            ParkableTask running = carrier.task("Faulty");
            task = running;
            return running.park(this);
        }

        void wake() {
            Objects.requireNonNull(task).wake();
        }

        @Override
        public boolean takeBack(@Nullable String message) {
            return true;
        }

        @Override
        public @Nullable Object outcome() {
            outcomes++;
            return "woken";
        }

        @Override
        public String describeWait() {
            return "what is faulty";
        }
    }

    @Async
    private Coroutine<Void> sleepsFor(Duration time) {
        long before = EventLoop.running().time();
        await(sleep(time));
        log.add("slept " + Duration.ofNanos(EventLoop.running().time() - before));
        return done();
    }

    /** Makes the loop start tasks at this place in the queue: they get the numbers of those that have ended. */
    private void strangersFromHere() {
        EventLoop.running().callSoon(() -> {
            for (int i = 0; i < 3; i++) {
                strangers.add(createTask(sleepsFor(SECOND)));
            }
        });
    }

    private static void checkThatTheySlept(List<Task<Void>> strangers, List<String> log) {
        assertEquals(List.of("slept PT1S", "slept PT1S", "slept PT1S"), log);
        for (Task<Void> stranger : strangers) {
            assertNull(stranger.exception());
        }
    }

    @AsyncTest
    void a_second_wake_does_not_step_the_task_that_has_got_the_number() {
        Task<String> task = createTask(faulty);
        await(sleep(SECOND));
        faulty.wake();
        strangersFromHere();
        faulty.wake();
        faulty.wake();
        assertEquals("woken", await(task));
        await(sleep(Duration.ofSeconds(3)));
        checkThatTheySlept(strangers, log);
        assertEquals(1, faulty.outcomes);
    }

    @Async
    private Coroutine<Void> wakesItselfWhileItRuns() {
        await(faulty);
        assertThrows(IllegalStateException.class, faulty::wake);
        return done();
    }

    @AsyncTest
    void a_wake_of_a_task_that_runs_is_refused_to_it() {
        Task<Void> task = createTask(wakesItselfWhileItRuns());
        await(sleep(SECOND));
        faulty.wake();
        await(task);
    }

    @AsyncTest
    void a_wake_before_the_park_is_refused() {
        Coroutine<Void> early = new Frame<>() {
            @Override
            protected Object start(Carrier carrier) {
                ParkableTask running = carrier.task("early");
                running.wake();
                return running.park(faulty);
            }
        };
        Throwable failure = await(failureOf(createTask(early, "early")));
        assertInstanceOf(IllegalStateException.class, failure);
        assertTrue(
                String.valueOf(failure.getMessage())
                        .startsWith("wake: task early (pending) runs and is not parked. Park it first"),
                failure.toString());
    }

    @Async
    private Coroutine<Void> awaitsThen(Coroutine<?> next) {
        await(faulty);
        await(next);
        log.add("went on");
        return done();
    }

    @AsyncTest
    void a_wake_that_comes_late_does_not_end_what_the_task_waits_for_since() {
        Promise<String> promise = createPromise();
        for (Coroutine<?> next :
                List.of(sleep(SECOND), sleep(Duration.ofMillis(1)), sleep(Duration.ZERO), valueOf(promise))) {
            faulty = new Faulty();
            Task<Void> task = createTask(awaitsThen(next));
            await(sleep(SECOND));
            faulty.wake();
            await(sleep(Duration.ZERO));
            faulty.wake();
            faulty.wake();
            await(sleep(Duration.ZERO));
            faulty.wake();
            EventLoop.running().callLater(Duration.ofSeconds(2), () -> {
                if (!promise.done()) {
                    promise.setResult("x");
                }
            });
            await(task);
            log.add(String.valueOf(faulty.outcomes));
        }
        assertEquals(List.of("went on", "1", "went on", "1", "went on", "1", "went on", "1"), log);
    }

    @Async
    private static Coroutine<String> valueOf(Promise<String> promise) {
        return done(await(promise));
    }

    @Async
    private Coroutine<Void> sleepsWithoutEnd() {
        await(faulty);
        await(sleep(Duration.ofSeconds(Long.MAX_VALUE)));
        return done();
    }

    @AsyncTest
    void a_wake_that_comes_late_does_not_end_a_sleep_without_end() {
        Task<Void> task = createTask(sleepsWithoutEnd());
        await(sleep(SECOND));
        faulty.wake();
        await(sleep(SECOND));
        faulty.wake();
        await(sleep(SECOND));
        assertFalse(task.done());
        task.cancel();
        await(failureOf(task));
        assertTrue(task.cancelled());
    }

    @AsyncTest
    void a_wake_after_the_wait_was_taken_back_has_no_effect() {
        Task<String> task = createTask(faulty);
        await(sleep(SECOND));
        task.cancel();
        strangersFromHere();
        faulty.wake();
        faulty.wake();
        await(failureOf(task));
        assertTrue(task.cancelled());
        await(sleep(Duration.ofSeconds(3)));
        checkThatTheySlept(strangers, log);
        assertEquals(0, faulty.outcomes);
    }

    @AsyncTest
    void a_wait_that_wakes_and_agrees_to_be_taken_back_wakes_once() {
        Faulty both = new Faulty() {
            @Override
            public boolean takeBack(@Nullable String message) {
                wake();
                strangersFromHere();
                return true;
            }
        };
        Task<String> task = createTask(both);
        await(sleep(SECOND));
        task.cancel();
        await(failureOf(task));
        assertTrue(task.cancelled());
        await(sleep(Duration.ofSeconds(3)));
        checkThatTheySlept(strangers, log);
    }

    @AsyncTest
    void a_wait_that_agrees_to_be_taken_back_after_it_has_woken_is_not_asked() {
        Task<String> task = createTask(faulty);
        await(sleep(SECOND));
        faulty.wake();
        strangersFromHere();
        task.cancel();
        await(failureOf(task));
        assertTrue(task.cancelled());
        await(sleep(Duration.ofSeconds(3)));
        checkThatTheySlept(strangers, log);
        assertEquals(1, faulty.outcomes); // read and dropped: it was passed on
    }

    @AsyncTest
    void a_promise_is_no_wait_of_a_primitive() {
        Promise<String> promise = createPromise();
        Coroutine<Void> parksOnIt = new Frame<>() {
            @Override
            protected Object start(Carrier carrier) {
                return carrier.task("parksOnIt").park((Wait) promise);
            }
        };
        Throwable failure = await(failureOf(createTask(parksOnIt)));
        assertInstanceOf(IllegalArgumentException.class, failure);
        assertEquals(
                "park: promise (pending) does not wake what is parked on it like that. Await it, or park on a Wait of"
                        + " your own",
                failure.getMessage());
    }
}
