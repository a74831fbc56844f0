package dev.fermata.transformer;

import static dev.fermata.transformer.Fixtures.gives;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.codegen.Rule;
import org.junit.jupiter.api.Test;

/** {@code async with} in try-with-resources: closes are awaited, and scopes are told how they are left. */
class ScopesTest {
    private static final String RESOURCES = """
              static StringBuilder log = new StringBuilder();
              static class R implements AsyncCloseable {
                final String name; final Throwable thrown;
                R(String name) { this(name, null); }
                R(String name, Throwable thrown) { this.name = name; this.thrown = thrown; log.append("+").append(name).append(' '); }
                @Async public Coroutine<Void> aclose() {
                  log.append(await(step("-"))).append(name).append(' ');
                  if (thrown != null) Fixture.<RuntimeException>sneak(thrown);
                  return done();
                }
              }
              static class S implements AsyncScope {
                final String name; final Throwable thrown;
                S(String name) { this(name, null); }
                S(String name, Throwable thrown) { this.name = name; this.thrown = thrown; log.append("+").append(name).append(' '); }
                @Async public Coroutine<Void> leave(Throwable failure) {
                  log.append(await(step("-"))).append(name).append('(').append(failure == null ? "" : failure.getMessage()).append(") ");
                  if (thrown != null) Fixture.<RuntimeException>sneak(thrown);
                  return done();
                }
              }
              @SuppressWarnings("unchecked") static <T extends Throwable> void sneak(Throwable t) throws T { throw (T) t; }
              static String text(Throwable t) { return t.getMessage() + Arrays.stream(t.getSuppressed()).map(Fixture::text).toList(); }
              interface Body { Coroutine<Object> run(); }
              @Async static Coroutine<String> outcome(Body body) {
                try { Object value = await(body.run()); log.append("=").append(value); } catch (Injected e) { throw e; } catch (Throwable t) { log.append("!").append(text(t)); }
                return done(log.toString());
              }
            """;

    private static void scopeGives(String expected, String body) {
        gives(expected, "class Fixture {" + RESOURCES + """
                  @Async static Coroutine<String> test() {
                    log = new StringBuilder();
                    return outcome(() -> {
                """ + body + "  });\n }\n}");
    }

    @Test
    void the_close_of_a_resource_is_awaited_on_the_normal_way() {
        scopeGives("+a body -a =1", """
                try (R a = new R("a")) { log.append(await(step("body "))); }
                return done(1);
                """);
    }

    @Test
    void a_resource_is_closed_when_an_exception_leaves_and_its_own_exception_is_suppressed() {
        scopeGives("+a -a !x[y[]]", """
                try (R a = new R("a", new IllegalStateException("y"))) { await(failing(new RuntimeException("x"))); }
                return done(1);
                """);
    }

    @Test
    void two_resources_close_in_reverse_order() {
        scopeGives("+a +b -b -a !x[]", """
                try (var a = new R("a"); var b = new R("b")) { await(step(1)); throw new RuntimeException("x"); }
                """);
    }

    @Test
    void the_second_resource_failing_to_open_closes_the_first() {
        scopeGives("+a -a(x) !x[]", """
                try (var a = new S("a"); var b = new R(await(Fixture.<String>no()))) { return done(2); }
                """.replace(
                "Fixture.<String>no()", "dev.fermata.transformer.Steps.<String>failing(new RuntimeException(\"x\"))"));
    }

    @Test
    void return_break_and_continue_leave_normally() {
        scopeGives("+a -a() +b -b() +c -c() +d -d() =4", """
                for (int i = 0; i < 3; i++) {
                  try (var s = new S(List.of("a", "b", "c").get(i))) {
                    if (await(step(i)) == 0) continue;
                    if (i == 2) break;
                  }
                }
                try (var s = new S("d")) { return done(await(step(4))); }
                """);
    }

    @Test
    void a_scope_is_told_the_exception_and_may_replace_it() {
        scopeGives("+a -a(x) !z[x[]]", """
                try (var s = new S("a", new IllegalStateException("z"))) { await(step(1)); throw new RuntimeException("x"); }
                """);
    }

    @Test
    void an_inner_scopes_replacement_is_what_the_outer_one_sees() {
        scopeGives("+a +b -b(x) -a(z) !z[x[]]", """
                try (var a = new S("a"); var b = new S("b", new IllegalStateException("z"))) { throw new RuntimeException("x"); }
                """);
    }

    @Test
    void a_catch_of_the_same_try_gets_the_replacement() {
        scopeGives("+a -a(x) =caught z", """
                try (var s = new S("a", new IllegalStateException("z"))) { await(step(1)); throw new RuntimeException("x"); }
                catch (IllegalStateException e) { return done(await(step("caught ")) + e.getMessage()); }
                """);
    }

    @Test
    void a_scope_that_is_used_up_in_a_catch_block_is_left_normally_although_the_exception_goes_on() {
        scopeGives("+a -a() !x[]", """
                try { await(failing(new RuntimeException("x"))); return done(1); }
                catch (RuntimeException e) { try (var s = new S("a")) { await(step(1)); } throw e; }
                """);
    }

    @Test
    void the_same_in_a_loop() {
        scopeGives("+a -a() !x[x2[]]", """
                RuntimeException last = null;
                for (int i = 0; i < 2; i++) {
                  try { await(failing(new RuntimeException(i == 0 ? "x2" : "x"))); }
                  catch (RuntimeException e) {
                    if (last == null) { last = e; continue; }
                    try (var s = new S("a")) { await(step(1)); }
                    e.addSuppressed(last);
                    throw e;
                  }
                }
                return done(1);
                """);
    }

    @Test
    void null_resources_are_not_closed() {
        scopeGives("=1", """
                S none = null;
                try (var s = none) { return done(await(step(1))); }
                """);
    }

    @Test
    void a_scope_around_a_finally_and_inside_one() {
        scopeGives("+a f +b -b() -a(x) !x[]", """
                try (var a = new S("a")) {
                  try { await(step(1)); throw new RuntimeException("x"); }
                  finally { log.append("f "); try (var b = new S("b")) { await(step(2)); } }
                }
                """);
    }

    @Test
    void a_close_by_hand_in_a_finally_block_knows_how_the_block_is_left() {
        scopeGives("+a -a(x) !x[]", """
                S s = new S("a");
                try { await(step(1)); throw new RuntimeException("x"); } finally { s.close(); }
                """);
        scopeGives("+a -a() =1", """
                S s = new S("a");
                try { await(step(1)); } finally { s.close(); }
                return done(1);
                """);
    }

    @Test
    void a_close_on_the_way_of_an_exception_caught_as_something_narrower_is_refused() {
        Woven woven = Woven.source("class Fixture {" + RESOURCES + """
                @Async static Coroutine<Void> test() {
                  S s = new S("a");
                  try { await(step(1)); } catch (IllegalStateException e) { s.close(); throw e; }
                  return done();
                }}""");
        assertEquals(1, woven.violations().size());
        assertEquals(Rule.SCOPE_LEFT_BOTH_WAYS, woven.violations().get(0).rule());
    }
}
