package dev.fermata.debugger;

import static dev.fermata.debugger.Debugger.place;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody sees who debugs a woven method. */
class DebuggerTest {
    /** All stops at breakpoints, with the variables at each. */
    private static List<String> stops(String program, String... marks) throws Exception {
        try (Debugger debugger = new Debugger(program).breakAt(marks)) {
            List<String> stops = new ArrayList<>();
            while (debugger.resume()) {
                stops.add(debugger.variables());
            }
            return stops;
        }
    }

    @Test
    void breakpoint_behind_an_await_that_suspends_stops_once_with_all_live_variables() throws Exception {
        assertEquals(List.of("name=tea count=2 wide=5 text=tea2"), stops("suspending", "suspending: after"));
    }

    @Test
    void breakpoint_behind_an_await_that_does_not_suspend_stops_once_with_all_live_variables() throws Exception {
        assertEquals(List.of("n=3 twice=6 one=1"), stops("calm", "calm: after"));
    }

    @ParameterizedTest
    @CsvSource({
        "suspending, suspending: await, 1",
        "calm, calm: await, 1",
        "calm, calm: cold await, 1",
        "loop, loop: await, 3",
        "failing, failing: await, 1",
        "outer, outer: await, 1",
        "outer, inner: await, 1",
        "lambda, lambda: await, 1",
        "oneLine, oneLine: awaits, 1"
    })
    void breakpoint_on_an_await_stops_once_each_time_it_is_reached(String program, String mark, int times)
            throws Exception {
        assertEquals(times, stops(program, mark).size());
    }

    @Test
    void breakpoint_in_a_loop_shows_the_variables_of_each_round() throws Exception {
        assertEquals(
                List.of("all= i=0 square=0", "all=0 i=1 square=1", "all=02 i=2 square=4"),
                stops("loop", "loop: after"));
    }

    @Test
    void breakpoint_in_a_handler_stops_where_the_await_failed_after_it_was_resumed() throws Exception {
        List<String> stops = stops("failing", "failing: after", "failing: catch");
        assertEquals(1, stops.size(), stops.toString());
        assertTrue(stops.get(0).startsWith("message=milk result=none e=instance of"), stops.get(0));
    }

    /** Of outer's n nothing is left: it is not read again, and so was not saved. */
    @Test
    void variables_of_instance_methods_and_lambdas_are_shown_after_a_resume() throws Exception {
        assertEquals(List.of("this before=104 inner=204"), stops("outer", "outer: after"));
        assertEquals(List.of("n=5 square=25"), stops("lambda", "lambda: after"));
    }

    @Test
    void step_over_an_await_that_does_not_suspend_stops_at_the_next_line() throws Exception {
        try (Debugger debugger = new Debugger("calm").breakAt("calm: await")) {
            assertTrue(debugger.resume());
            for (String mark : List.of("calm: after", "calm: cold await", "calm: end")) {
                assertTrue(debugger.stepOver());
                assertEquals(place(mark), debugger.place());
            }
            assertFalse(debugger.resume());
            assertEquals("7", debugger.output());
        }
    }

    @Test
    void step_into_an_awaited_call_gets_there() throws Exception {
        try (Debugger debugger = new Debugger("calm").breakAt("calm: await", "calm: cold await")) {
            assertTrue(debugger.resume());
            assertTrue(debugger.stepInto());
            assertEquals(place("one"), debugger.place());
            assertTrue(debugger.resume());
            assertTrue(debugger.stepInto());
            if (debugger.place().contains("$async$")) {
                assertTrue(debugger.stepInto());
            }
            assertEquals(place("two"), debugger.place());
        }
    }

    @Test
    void step_over_an_await_that_suspends_leaves_the_method_and_a_breakpoint_on_the_next_line_stops() throws Exception {
        try (Debugger debugger = new Debugger("suspending").breakAt("suspending: first", "suspending: after")) {
            assertTrue(debugger.resume());
            assertTrue(debugger.stepOver());
            assertTrue(debugger.stepOver());
            assertEquals(place("suspending: await"), debugger.place());
            assertTrue(debugger.stepOver());
            assertEquals(List.of("main"), debugger.stack(), "left the method: " + debugger.place());
            assertTrue(debugger.resume());
            assertEquals(place("suspending: after"), debugger.place());
            assertTrue(debugger.stepOver());
            assertEquals(place("suspending: end"), debugger.place());
            assertFalse(debugger.resume());
            assertEquals("tea25tea2", debugger.output());
        }
    }

    @Test
    void step_over_an_await_that_suspends_inside_a_call_leaves_the_callers_too() throws Exception {
        try (Debugger debugger = new Debugger("outer").breakAt("inner: await", "inner: after", "outer: after")) {
            assertTrue(debugger.resume());
            assertEquals(List.of("inner", "outer", "main"), debugger.stack());
            assertTrue(debugger.stepOver());
            assertNotEquals("inner", debugger.stack().get(0));
            assertTrue(debugger.resume());
            assertEquals(place("inner: after"), debugger.place());
            assertEquals(List.of("inner", "main"), debugger.stack());
            assertTrue(debugger.resume());
            assertEquals(place("outer: after"), debugger.place());
            assertEquals(List.of("outer", "main"), debugger.stack());
            assertFalse(debugger.resume());
            assertEquals("408", debugger.output());
        }
    }
}
