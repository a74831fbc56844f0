package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A loop that is run by hand: runForever and stop. */
class RunForeverTest {
    private final List<String> log = new ArrayList<>();
    private final EventLoop loop = EventLoop.virtualTime();

    @Async
    private Coroutine<Void> ticking(int times) {
        for (int i = 1; i <= times; i++) {
            await(sleep(Duration.ofSeconds(1)));
            log.add("tick " + i);
        }
        loop.stop();
        loop.callSoon(() -> log.add("not in this run"));
        return done();
    }

    @Test
    void it_runs_until_stop_and_finishes_the_iteration() {
        Task<Void> task = loop.createTask(ticking(2));
        loop.callLater(Duration.ofSeconds(2), () -> log.add("timer"));
        loop.runForever();
        assertEquals(List.of("tick 1", "timer", "tick 2"), log);
        assertTrue(task.done());
        assertFalse(loop.isRunning());
        loop.stop();
        loop.runForever();
        assertEquals("not in this run", log.get(3));
        loop.close();
    }

    @Test
    void stop_before_it_makes_one_iteration_that_does_not_wait() {
        loop.callLater(Duration.ofSeconds(1), () -> log.add("timer"));
        loop.callSoon(() -> log.add("soon"));
        loop.stop();
        loop.runForever();
        assertEquals(List.of("soon"), log);
        assertEquals(0, loop.time());
        loop.close();
    }

    @Test
    void an_interrupt_ends_it_and_stays() {
        loop.callSoon(() -> Thread.currentThread().interrupt());
        loop.runForever();
        assertTrue(Thread.interrupted());
        loop.close();
    }

    @Test
    void stop_inside_of_run_until_complete_is_an_error_there() {
        loop.callSoon(loop::stop);
        String message = assertThrows(
                        IllegalStateException.class, () -> loop.runUntilComplete(sleep(Duration.ofSeconds(1))))
                .getMessage();
        assertTrue(message.startsWith("The event loop was stopped before task Task-1 (pending) was done"), message);
        loop.allTasks().forEach(Task::cancel);
        loop.stop();
        loop.runForever();
        loop.close();
    }

    @Test
    void a_closed_loop_a_guest_and_a_loop_inside_a_loop_are_refused() {
        loop.close();
        assertThrows(IllegalStateException.class, loop::runForever);
        run(() -> {
            EventLoop inner = EventLoop.virtualTime();
            assertThrows(IllegalStateException.class, inner::runForever);
            inner.close();
            return done();
        });
    }

    @Test
    void the_exception_handler_can_be_asked_for_and_hand_on_to_the_default() {
        assertEquals(null, loop.getExceptionHandler());
        ExceptionHandler handler = (on, context) -> log.add(context.message());
        loop.setExceptionHandler(handler);
        assertEquals(handler, loop.getExceptionHandler());
        loop.callExceptionHandler(new ExceptionHandler.Context("noted", null, null));
        assertEquals(List.of("noted"), log);
        loop.close();
    }
}
