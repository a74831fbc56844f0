package dev.fermata.transformer;

import static dev.fermata.transformer.Fixtures.gives;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.MethodReport;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests, and what runs before and after them: void methods whose bodies await, and that have run to their end when they return. */
class VoidMethodsTest {
    @Test
    void the_body_has_run_when_the_method_returns() {
        gives("a1 b2 c", """
                class Fixture {
                  String log = "";
                  @AsyncTest void t() {
                    log += "a" + await(step(1));
                    log += " b" + await(step(2));
                    log += " c";
                  }
                  static Coroutine<Object> test() { Fixture f = new Fixture(); f.t(); return done(f.log); }
                }""");
    }

    @Test
    void a_body_without_awaits_and_one_that_is_empty() {
        gives("x", """
                class Fixture {
                  String log = "";
                  @AsyncTest void t() { log += "x"; }
                  @AsyncTest void nothing() {}
                  static Coroutine<Object> test() { Fixture f = new Fixture(); f.t(); f.nothing(); return done(f.log); }
                }""");
    }

    @Test
    void parameters_of_every_type() {
        gives("true 1 2 c 3 4 5.5 6.5 [7] eight", """
                class Fixture {
                  String log;
                  @AsyncTest void t(boolean z, byte b, short s, char c, int i, long j, float f, double d, int[] a, String... t) {
                    await(step(0));
                    log = z + " " + b + " " + s + " " + c + " " + i + " " + j + " " + f + " " + d + " " + Arrays.toString(a)
                        + " " + await(step(t[0]));
                  }
                  static Coroutine<Object> test() {
                    Fixture f = new Fixture();
                    f.t(true, (byte) 1, (short) 2, 'c', 3, 4, 5.5f, 6.5, new int[] {7}, "eight");
                    return done(f.log);
                  }
                }""");
    }

    @Test
    void returns_in_branches_loops_and_through_finally() {
        gives("0 1 f / 0 1 2 f end", """
                class Fixture {
                  String log = "";
                  @AsyncTest void t(int last) {
                    try {
                      for (int i = 0; ; i++) {
                        if (i > 2) { break; }
                        log += await(step(i)) + " ";
                        if (await(step(i)) == last) { return; }
                      }
                    } finally {
                      log += await(step("f"));
                    }
                    log += " end";
                  }
                  static Coroutine<Object> test() {
                    Fixture f = new Fixture();
                    f.t(1); f.log += " / "; f.t(9);
                    return done(f.log);
                  }
                }""");
    }

    @Test
    void what_the_body_throws_leaves_the_method() {
        gives("java.io.IOException: x caught", """
                class Fixture {
                  @AsyncTest void t() throws java.io.IOException {
                    await(step(1));
                    await(failing(new java.io.IOException("x")));
                  }
                  static Coroutine<Object> test() {
                    try { new Fixture().t(); return done("nothing"); }
                    catch (java.io.IOException e) { return done(e + " caught"); }
                  }
                }""");
    }

    @Test
    void one_that_always_throws_has_no_return() {
        gives("java.lang.IllegalStateException: 1", """
                class Fixture {
                  @AsyncTest void t() { while (true) { throw new IllegalStateException("" + await(step(1))); } }
                  static Coroutine<Object> test() {
                    try { new Fixture().t(); return done("nothing"); } catch (IllegalStateException e) { return done(e); }
                  }
                }""");
    }

    @Test
    void scopes_lambdas_and_async_methods_around() {
        gives("5 closed 7", """
                class Fixture {
                  String log = "";
                  record R(Fixture f) implements AsyncCloseable {
                    @Async public Coroutine<Void> aclose() { f.log += await(step(" closed ")); return done(); }
                  }
                  @Async Coroutine<Integer> plus(int x) { return done(x + await(step(2))); }
                  @AsyncTest void t() {
                    try (R r = new R(this)) { log += await(plus(3)); }
                    Supplier<Coroutine<Integer>> s = () -> plus(await(step(5)));
                    log += await(s.get());
                  }
                  static Coroutine<Object> test() { Fixture f = new Fixture(); f.t(); return done(f.log); }
                }""");
    }

    @Test
    void overridden_inherited_and_in_an_interface() {
        gives("default 1 / base 2 / sub 3", """
                class Fixture {
                  static String log = "";
                  interface I { @AsyncTest default void t() { log += "default " + await(step(1)); } }
                  static class Default implements I {}
                  static class Base { @AsyncTest protected void t() { log += "base " + await(step(2)); } }
                  static class Inherits extends Base {}
                  static class Sub extends Base { @Override @AsyncTest protected void t() { log += "sub " + await(step(3)); } }
                  static Coroutine<Object> test() {
                    log = "";
                    new Default().t(); log += " / "; new Inherits().t(); log += " / "; new Sub().t();
                    return done(log);
                  }
                }""");
    }

    @Test
    void a_bridge_calls_the_method_it_stands_for() {
        gives("s1", """
                class Fixture {
                  static String log;
                  static abstract class Base<T> { abstract void t(T x); }
                  static class Sub extends Base<String> { @Override @AsyncTest void t(String x) { log = x + await(step(1)); } }
                  static Coroutine<Object> test() { Base<String> b = new Sub(); b.t("s"); return done(log); }
                }""");
    }

    @Test
    void what_runs_before_and_after_too() {
        gives("1 2", """
                class Fixture {
                  String log = "";
                  @AsyncBeforeEach void before() { log += await(step(1)); }
                  @AsyncAfterEach void after() { log += " " + await(step(2)); }
                  static Coroutine<Object> test() { Fixture f = new Fixture(); f.before(); f.after(); return done(f.log); }
                }""");
    }

    @ParameterizedTest
    @MethodSource("dev.fermata.transformer.Level#all")
    void every_compiler_and_level(Level level) {
        gives("0 1 f", Woven.source(level, """
                class Fixture {
                  String log = "";
                  @AsyncTest void t(long last) {
                    try {
                      for (int i = 0; i < 3; i++) { log += await(step(i)) + " "; if (i == last) { return; } }
                    } finally {
                      log += await(step("f"));
                    }
                  }
                  static Coroutine<Object> test() { Fixture f = new Fixture(); f.t(1); return done(f.log); }
                }"""));
    }

    @Test
    void the_method_stays_what_junit_sees() throws Exception {
        Woven woven = Woven.source("""
                class Fixture {
                  @AsyncTest @Deprecated public void t(@Deprecated int x, String y) throws java.io.IOException { await(step(x)); }
                }""", "-parameters");
        Class<?> fixture = woven.load().loadClass("Fixture");
        Method method = fixture.getDeclaredMethod("t", int.class, String.class);
        assertEquals(void.class, method.getReturnType());
        assertEquals(2, method.getAnnotations().length);
        assertEquals(1, method.getParameterAnnotations()[0].length);
        assertEquals("y", method.getParameters()[1].getName());
        assertEquals(List.of(java.io.IOException.class), List.of(method.getExceptionTypes()));
        assertTrue(Arrays.stream(fixture.getDeclaredMethods())
                .filter(it -> !it.equals(method))
                .allMatch(it -> it.getAnnotations().length == 0));
    }

    @Test
    void the_report_says_that_it_is_a_test() {
        Woven woven = Woven.source("""
                class Fixture {
                  @AsyncTest void t(int x) {
                    await(step(x));
                    int y = await(step(x));
                  }
                }""");
        MethodReport report = woven.report("t");
        assertEquals(Kind.TEST, report.kind());
        assertEquals(2, report.points().size());
        assertEquals(
                List.of("this", "x"),
                report.points().get(0).saved().stream()
                        .map(ClassReport.Saved::name)
                        .toList());
    }

    @Test
    void a_class_is_woven_for_a_test_alone() {
        for (String annotation : List.of("AsyncTest", "AsyncBeforeEach", "AsyncAfterEach")) {
            byte[] file = Woven.compile("class Fixture { @" + annotation + " void t() {} }")
                    .get("Fixture");
            assertTrue(Weaver.concerns(file), annotation);
        }
        assertFalse(
                Weaver.concerns(Woven.compile("class Fixture { void t() {} }").get("Fixture")));
    }
}
