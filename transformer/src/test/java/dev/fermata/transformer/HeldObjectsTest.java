package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.fermata.Coroutine;
import dev.fermata.abi.Abi;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/** A parked frame holds what is read later, and nothing else. */
class HeldObjectsTest {
    /** The object that {@code Fixture.made} refers to weakly, after the fixture has parked for the {@code parks}-th time. */
    private static Object heldAfter(int parks, String body) throws Throwable {
        Steps.run = new Steps.Run(-1, -1);
        Class<?> fixture = Woven.source("class Fixture { static java.lang.ref.WeakReference<Object> made;\n"
                        + "static Object make() { Object o = new byte[1000]; made = new java.lang.ref.WeakReference<>(o); return o; }\n"
                        + body + "}")
                .load()
                .loadClass("Fixture");
        var test = fixture.getDeclaredMethod("test");
        test.setAccessible(true);
        Steps.TestCarrier carrier = new Steps.TestCarrier();
        assertEquals(Abi.SUSPENDED, carrier.driveUntilParked((Coroutine<?>) test.invoke(null), parks));
        var made = fixture.getDeclaredField("made");
        made.setAccessible(true);
        WeakReference<?> reference = (WeakReference<?>) made.get(null);
        System.gc();
        Object held = reference.get();
        // compiled code would forget the parked chain before
        Reference.reachabilityFence(carrier);
        return held;
    }

    @Test
    void what_is_read_later_is_held() throws Throwable {
        assertNotNull(heldAfter(1, """
                @Async static Coroutine<Integer> test() { Object o = make(); await(step(1)); return done(o.hashCode()); }"""));
    }

    @Test
    void what_is_not_read_any_more_is_not() throws Throwable {
        assertNull(heldAfter(1, """
                @Async static Coroutine<Integer> test() { Object o = make(); int h = o.hashCode(); await(step(1)); return done(h); }"""));
    }

    @Test
    void what_the_frame_held_at_an_earlier_await_is_forgotten() throws Throwable {
        assertNull(heldAfter(2, """
                @Async static Coroutine<Integer> test() {
                  Object o = make(); await(step(1)); int h = o.hashCode(); await(step(2)); return done(h); }"""));
    }

    @Test
    void in_a_loop_too() throws Throwable {
        assertNull(heldAfter(3, """
                @Async static Coroutine<Integer> test() {
                  int h = 0;
                  for (int i = 0; i < 5; i++) {
                    Object o = i == 0 ? make() : null;
                    await(step(1));
                    h += o == null ? 0 : 1;
                    o = null;
                    await(step(2));
                  }
                  return done(h); }"""));
    }

    @Test
    void after_an_exception_too() throws Throwable {
        assertNull(heldAfter(2, """
                @Async static Coroutine<Integer> test() {
                  Object o = make();
                  try { await(failing(new IllegalStateException())); o.hashCode(); }
                  catch (IllegalStateException e) { await(step(1)); }
                  return done(0); }"""));
    }

    @Test
    void the_arguments_of_a_running_call_are_not_held_by_its_coroutine() throws Throwable {
        assertNull(heldAfter(1, """
                static Coroutine<Integer> kept;
                @Async static Coroutine<Integer> callee(Object o) { int h = o.hashCode(); await(step(1)); return done(h); }
                @Async static Coroutine<Integer> test() { kept = callee(make()); return done(await(kept)); }"""));
    }
}
