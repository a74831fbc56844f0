package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.now;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.saysThat;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@link AsyncEvent}: who waits goes on when it is set, and who comes later does not wait. */
class EventsTest {
    private final List<String> log = new ArrayList<>();
    private final AsyncEvent event = new AsyncEvent();

    @Async
    private Coroutine<Void> waitAndLog(String name) {
        await(event.untilSet());
        log.add(name);
        return done();
    }

    @Test
    void an_event_is_not_set_at_first() {
        assertFalse(event.isSet());
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @AsyncTest
    void waiting_for_what_is_set_does_not_suspend() {
        event.set(); // which needs no loop
        assertTrue(event.isSet());
        createTask(waitAndLog("other"));
        await(waitAndLog("first"));
        assertEquals("first", log.get(0));
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @AsyncTest
    void all_who_wait_go_on_in_the_order_of_their_arrival_when_it_is_set() {
        for (String name : List.of("a", "b", "c")) {
            createTask(waitAndLog(name));
        }
        await(turns(5));
        assertEquals(List.of(), log);
        event.set();
        assertEquals(List.of(), log); // nobody runs inside the call that sets it
        await(turns(1));
        assertEquals(List.of("a", "b", "c"), log);
    }

    @AsyncTest
    void setting_it_again_does_nothing() {
        Task<Void> waiter = createTask(waitAndLog("waiter"));
        await(turns(1));
        event.set();
        event.set();
        await(waiter);
        assertEquals(List.of("waiter"), log);
    }

    @AsyncTest
    void who_comes_after_it_was_cleared_waits_for_the_next_set() {
        event.set();
        event.clear();
        assertFalse(event.isSet());
        EventLoop.running().callLater(ms(10), event::set);
        await(event.untilSet());
        assertEquals(10, now());
    }

    @AsyncTest
    void the_flag_counts_when_the_coroutine_is_awaited_and_not_when_it_is_made() {
        event.set();
        Coroutine<Void> untilSet = event.untilSet();
        event.clear();
        EventLoop.running().callLater(ms(10), event::set);
        await(untilSet);
        assertEquals(10, now());
    }

    @AsyncTest
    void those_who_were_woken_go_on_even_if_it_is_cleared_before_they_run() {
        Task<Void> woken = createTask(waitAndLog("woken"));
        await(turns(1));
        event.set();
        event.clear();
        Task<Void> late = createTask(waitAndLog("late"));
        await(woken);
        await(turns(3));
        assertEquals(List.of("woken"), log);
        assertFalse(late.done());
        event.set();
        await(late);
        assertEquals(List.of("woken", "late"), log);
    }

    @AsyncTest
    void one_who_is_cancelled_leaves_and_the_others_go_on() {
        Task<Void> a = createTask(waitAndLog("a"));
        Task<Void> cancelled = createTask(waitAndLog("cancelled"));
        Task<Void> c = createTask(waitAndLog("c"));
        await(turns(1));
        cancelled.cancel();
        assertEquals("event (not set, 2 waiting)", event.toString());
        event.set();
        await(gather(a, c));
        assertTrue(cancelled.cancelled());
        assertEquals(List.of("a", "c"), log);
    }

    @AsyncTest
    void one_who_is_cancelled_after_it_was_woken_is_cancelled() {
        Task<Void> cancelled = createTask(waitAndLog("cancelled"));
        await(turns(1));
        event.set();
        cancelled.cancel();
        await(turns(1));
        assertTrue(cancelled.cancelled());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void waiting_in_vain_times_out_and_leaves_the_line() {
        Throwable thrown = await(failureOf(() -> waitFor(event.untilSet(), ms(10))));
        assertInstanceOf(TimeoutException.class, thrown);
        assertEquals("event (not set)", event.toString());
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void a_dump_says_what_is_waited_for() {
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    createTask(waitAndLog("second"), "second");
                    await(event.untilSet());
                    return done();
                }));
        saysThat("task second waits for an event (not set, 2 waiting)", thrown);
        saysThat("at dev.fermata.semantics.EventsTest.waitAndLog(EventsTest.java", thrown);
    }

    @Test
    void an_event_says_whether_it_is_set() {
        assertEquals("event (not set)", event.toString());
        event.set();
        assertEquals("event (set)", event.toString());
    }

    @Test
    void an_event_that_was_waited_for_on_one_loop_cannot_be_used_on_another() {
        virtually(() -> {
            EventLoop.running().callSoon(event::set);
            await(event.untilSet());
            return done();
        });
        virtually(() -> {
            Throwable thrown = await(failureOf(() -> event.untilSet()));
            assertInstanceOf(IllegalStateException.class, thrown);
            saysThat("The event (set) belongs to another event loop", thrown);
            return done();
        });
    }

    @Test
    void waiting_without_a_loop_is_an_error_that_names_run() {
        Throwable thrown =
                assertThrows(Exception.class, () -> untilSetHot(event).join()).getCause();
        assertInstanceOf(IllegalStateException.class, thrown);
        saysThat("AsyncEvent.untilSet needs an event loop, and none ran where this hot method was called", thrown);
    }

    @Async
    private static CompletableFuture<Void> untilSetHot(AsyncEvent event) {
        await(event.untilSet());
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void in_debug_mode_other_threads_are_told_that_they_are_wrong() {
        virtually(() -> {
            EventLoop.running().setDebug(true);
            Task<Void> waiter = createTask(waitAndLog("waiter"));
            await(turns(1));
            Foreign.run(() -> {
                saysThat("AsyncEvent.set was called on thread", assertThrows(IllegalStateException.class, event::set));
                saysThat(
                        "AsyncEvent.clear was called on thread",
                        assertThrows(IllegalStateException.class, event::clear));
            });
            assertFalse(waiter.done());
            event.set();
            await(waiter);
            return done();
        });
    }
}
