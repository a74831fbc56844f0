package dev.fermata.transformer;

import static dev.fermata.transformer.Fixtures.gives;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.rules.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code async with} in try-with-resources: closes are awaited, and scopes are told how they are left. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.fermata.transformer.Level#all")
class ScopesTest {
    @Parameter
    private Level level;

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
              static String text(Throwable t) { return t.getMessage() + Arrays.stream(t.getSuppressed()).map(Fixture::text).collect(java.util.stream.Collectors.toList()); }
              interface Body { Coroutine<Object> run(); }
              @Async static Coroutine<String> outcome(Body body) {
                try { Object value = await(body.run()); log.append("=").append(value); } catch (Injected e) { throw e; } catch (Throwable t) { log.append("!").append(text(t)); }
                return done(log.toString());
              }
            """;

    private Woven fixture(String methods) {
        return Woven.source(level, "class Fixture {" + RESOURCES + methods + "\n}");
    }

    private void scopeGives(String expected, String body) {
        gives(expected, fixture("""
                  @Async static Coroutine<String> test() {
                    log = new StringBuilder();
                    return outcome(() -> {
                """ + body + "  });\n }"));
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
                try (R a = new R("a"); R b = new R("b")) { await(step(1)); throw new RuntimeException("x"); }
                """);
    }

    @Test
    void the_second_resource_failing_to_open_closes_the_first() {
        scopeGives("+a -a(x) !x[]", """
                try (S a = new S("a"); R b = new R(await(Fixture.<String>no()))) { return done(2); }
                """.replace(
                "Fixture.<String>no()", "dev.fermata.transformer.Steps.<String>failing(new RuntimeException(\"x\"))"));
    }

    @Test
    void return_break_and_continue_leave_normally() {
        scopeGives("+a -a() +b -b() +c -c() +d -d() =4", """
                for (int i = 0; i < 3; i++) {
                  try (S s = new S(Arrays.asList("a", "b", "c").get(i))) {
                    if (await(step(i)) == 0) continue;
                    if (i == 2) break;
                  }
                }
                try (S s = new S("d")) { return done(await(step(4))); }
                """);
    }

    @Test
    void a_scope_is_told_the_exception_and_may_replace_it() {
        scopeGives("+a -a(x) !z[x[]]", """
                try (S s = new S("a", new IllegalStateException("z"))) { await(step(1)); throw new RuntimeException("x"); }
                """);
    }

    @Test
    void an_inner_scopes_replacement_is_what_the_outer_one_sees() {
        scopeGives("+a +b -b(x) -a(z) !z[x[]]", """
                try (S a = new S("a"); S b = new S("b", new IllegalStateException("z"))) { throw new RuntimeException("x"); }
                """);
    }

    @Test
    void a_catch_of_the_same_try_gets_the_replacement() {
        scopeGives("+a -a(x) =caught z", """
                try (S s = new S("a", new IllegalStateException("z"))) { await(step(1)); throw new RuntimeException("x"); }
                catch (IllegalStateException e) { return done(await(step("caught ")) + e.getMessage()); }
                """);
    }

    @Test
    void a_scope_that_is_used_up_in_a_catch_block_is_left_normally_although_the_exception_goes_on() {
        scopeGives("+a -a() !x[]", """
                try { await(failing(new RuntimeException("x"))); return done(1); }
                catch (RuntimeException e) { try (S s = new S("a")) { await(step(1)); } throw e; }
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
                    try (S s = new S("a")) { await(step(1)); }
                    e.addSuppressed(last);
                    throw e;
                  }
                }
                return done(1);
                """);
    }

    @Test
    void a_scope_is_left_normally_where_its_block_goes_on_behind_a_catch_although_what_was_caught_is_thrown_later() {
        gives("+a r -a() !x[]", fixture("""
                @Async static Coroutine<Object> work() throws Throwable {
                  Throwable failure;
                  try (S a = new S("a")) {
                    try { await(failing(new RuntimeException("x"))); return done("worked"); }
                    catch (Throwable e) { log.append(await(step("r "))); failure = e; }
                  }
                  throw failure;
                }
                @Async static Coroutine<String> test() {
                  log = new StringBuilder();
                  try { await(work()); } catch (Injected e) { throw e; } catch (Throwable t) { log.append("!").append(text(t)); }
                  return done(log.toString());
                }"""));
        scopeGives("+a r -a() !x[]", """
                RuntimeException failure;
                try (S a = new S("a")) {
                  try { await(failing(new RuntimeException("x"))); return done("worked"); }
                  catch (RuntimeException e) { log.append(await(step("r "))); failure = e; }
                }
                throw failure;
                """);
    }

    @Test
    void what_such_a_scope_throws_is_not_lost_and_code_behind_the_block_does_not_run() {
        scopeGives("+a -a() !z[]", """
                RuntimeException failure;
                try (S a = new S("a", new IllegalStateException("z"))) {
                  try { await(failing(new RuntimeException("x"))); return done("worked"); }
                  catch (RuntimeException e) { failure = e; }
                }
                log.append("behind ");
                throw failure;
                """);
    }

    @Test
    void two_such_blocks_in_sequence() {
        scopeGives("+a -a() +b -b() !y[]", """
                RuntimeException failure;
                try (S a = new S("a")) {
                  try { await(failing(new RuntimeException("x"))); return done(1); } catch (RuntimeException e) { failure = e; }
                }
                try (S b = new S("b")) {
                  try { await(failing(new RuntimeException("y"))); return done(2); } catch (RuntimeException e) { failure = e; }
                }
                throw failure;
                """);
    }

    @Test
    void a_variable_that_is_closed_in_a_catch_block_that_throws_is_left_normally() {
        assumeTrue(level.release() >= 9);
        scopeGives("+a b -a() !x[]", """
                S a = new S("a");
                try { await(failing(new RuntimeException("x"))); return done(1); }
                catch (RuntimeException e) { try (a) { log.append(await(step("b "))); } throw e; }
                """);
    }

    @Test
    void a_field_is_told_how_its_block_is_left() {
        assumeTrue(level.release() >= 9);
        for (String holder : List.of("Holder.shared", "holder.own", "holder.next.own")) {
            Woven woven = fixture("""
                    static class Holder {
                      static final S shared = new S("a");
                      final S own = shared;
                      Holder next = this;
                    }
                    @Async static Coroutine<String> test() {
                      Holder holder = new Holder();
                      log = new StringBuilder();
                      await(outcome(() -> { try (%1$s) { await(step(1)); throw new RuntimeException("x"); } }));
                      log.append('|');
                      return outcome(() -> { try (%1$s) { return done(await(step(1))); } });
                    }""".formatted(holder));
            gives("-a(x) !x[]|-a() =1", woven);
        }
    }

    @Test
    void null_resources_are_not_closed() {
        scopeGives("=1", """
                S none = null;
                try (S s = none) { return done(await(step(1))); }
                """);
    }

    @Test
    void a_scope_around_a_finally_and_inside_one() {
        scopeGives("+a f +b -b() -a(x) !x[]", """
                try (S a = new S("a")) {
                  try { await(step(1)); throw new RuntimeException("x"); }
                  finally { log.append("f "); try (S b = new S("b")) { await(step(2)); } }
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
    void closes_by_hand_in_finallies_of_finallies_know_how_the_block_is_left() {
        scopeGives("+a fl -a(x) !x[]", """
                S a = new S("a");
                try { await(step(1)); throw new RuntimeException("x"); }
                finally { try { log.append("fl "); } finally { a.close(); } }
                """);
        for (String end : List.of("throw new RuntimeException(\"x\");", "return done(1);")) {
            boolean thrown = end.startsWith("throw");
            scopeGives(thrown ? "+a +b +c -c(x) -b(x) -a(z) !z[x[]]" : "+a +b +c -c() -b() -a(z) !z[]", """
                    S a = new S("a"); S b = new S("b", new IllegalStateException("z")); S c = new S("c");
                    try { await(step(1)); %s }
                    finally { try { c.close(); } finally { try { b.close(); } finally { a.close(); } } }
                    """.formatted(
                            end));
        }
    }

    @Test
    void a_close_by_hand_in_a_catch_of_throwable_is_told_what_is_thrown_again_by_whatever_type() {
        scopeGives("+a -a(x) !x[]", """
                S a = new S("a");
                try { await(step(1)); throw new RuntimeException("x"); }
                catch (Throwable t) { a.close(); throw (RuntimeException) t; }
                """);
    }

    @Test
    void a_close_by_hand_before_another_exception_is_thrown_is_refused() {
        for (String end : List.of(
                "throw new IllegalStateException(t);",
                "throw Fixture.<RuntimeException>made(t);",
                "if (t instanceof RuntimeException) { RuntimeException r = (RuntimeException) t; throw r; } throw (Error) t;")) {
            Woven woven = fixture("""
                    static <T> T made(Throwable t) { return (T) t; }
                    @Async static Coroutine<Void> test() {
                      S s = new S("a");
                      try { await(step(1)); return done(); } catch (Throwable t) { s.close(); %s }
                    }""".formatted(end));
            assertEquals(1, woven.violations().size());
            assertEquals(Rule.SCOPE_LEFT_BOTH_WAYS, woven.violations().get(0).rule());
        }
    }

    @Test
    void a_scope_whose_block_ends_before_another_exception_is_thrown_is_left_normally() {
        scopeGives("+a -a() !y[]", """
                try (S a = new S("a")) {
                  try { await(failing(new RuntimeException("x"))); return done(1); }
                  catch (Injected e) { throw e; } catch (Throwable t) { log.append(""); }
                }
                throw new IllegalStateException("y");
                """);
    }

    @Test
    void a_head_that_ecj_evaluates_for_each_close_is_refused_and_javac_keeps_it() {
        assumeTrue(level.release() >= 9);
        for (String head : List.of("holders[0].own", "(holders.length > 0 ? holders[0] : null).own")) {
            Woven woven = fixture("""
                    static class Holder { final S own = new S("a"); }
                    @Async static Coroutine<String> test() {
                      Holder[] holders = {new Holder()};
                      log = new StringBuilder();
                      return outcome(() -> { try (%s) { await(step(1)); throw new RuntimeException("x"); } });
                    }""".formatted(head));
            if (level.compiler().equals("javac")) {
                gives("-a(x) !x[]", woven);
            } else {
                assertEquals(
                        Rule.SCOPE_LEFT_BOTH_WAYS, woven.violations().get(0).rule());
            }
        }
    }

    @Test
    void a_close_on_the_way_of_an_exception_caught_as_something_narrower_is_refused() {
        Woven woven = fixture("""
                @Async static Coroutine<Void> test() {
                  S s = new S("a");
                  try { await(step(1)); } catch (IllegalStateException e) { s.close(); throw e; }
                  return done();
                }""");
        assertEquals(1, woven.violations().size());
        assertEquals(Rule.SCOPE_LEFT_BOTH_WAYS, woven.violations().get(0).rule());
    }

    @Test
    void three_resources_of_two_kinds_in_one_try_with_an_await_in_each_head() {
        scopeGives("+a +b +c -c(x) -b -a(x) !x[]", """
                try (S a = new S(await(step("a"))); R b = new R(await(step("b"))); S c = new S(await(step("c")))) {
                  await(step(1)); throw new RuntimeException("x");
                }
                """);
        scopeGives("+a +b +c -c() -b -a() =1", """
                try (S a = new S(await(step("a"))); R b = new R(await(step("b"))); S c = new S(await(step("c")))) {
                  return done(await(step(1)));
                }
                """);
    }

    @Test
    void nested_tries_are_left_one_after_the_other() {
        scopeGives("+a +b -b() -a(x) !x[]", """
                try (S a = new S("a")) {
                  try (S b = new S("b")) { await(step(1)); }
                  throw new RuntimeException("x");
                }
                """);
    }

    @Test
    void an_exception_of_the_normal_close_leaves_the_outer_scope() {
        scopeGives("+a +b -b() -a(y) !y[]", """
                try (S a = new S("a"); S b = new S("b", new IllegalStateException("y"))) { await(step(1)); }
                return done(1);
                """);
    }

    @Test
    void labelled_break_and_continue_leave_all_scopes_between() {
        scopeGives("+a +b -b() -a() +a +c -c() -a() =2", """
                int n = 0;
                outer:
                for (;;) {
                  try (S a = new S("a")) {
                    for (;;) {
                      n++;
                      if (n == 1) { try (S b = new S("b")) { await(step(n)); continue outer; } }
                      try (S c = new S("c")) { await(step(n)); break outer; }
                    }
                  }
                }
                return done(n);
                """);
    }

    @Test
    void scopes_in_catch_and_finally_blocks_that_are_left_by_exceptions_of_their_own() {
        scopeGives("+c -c(in catch) +f -f(in finally) !in finally[]", """
                try { await(failing(new RuntimeException("x"))); }
                catch (RuntimeException e) { try (S c = new S("c")) { await(step(1)); throw new RuntimeException("in catch"); } }
                finally { try (S f = new S("f")) { if (await(step(2)) == 2) throw new RuntimeException("in finally"); } }
                return done(1);
                """);
    }

    @Test
    void a_return_out_of_a_finally_block_wins() {
        scopeGives("+a -a(x) =2", """
                try { try (S a = new S("a")) { await(step(1)); throw new RuntimeException("x"); } }
                finally { if (await(step(true))) return done(2); }
                """);
    }

    @Test
    void a_close_by_hand_in_a_finally_block_is_awaited_at_return_break_and_throw() {
        scopeGives("+a -a() +b -b() +c -c(x) !x[]", """
                for (int i = 0; ; i++) {
                  S s = new S(i == 0 ? "a" : i == 1 ? "b" : "c");
                  try {
                    if (await(step(i)) == 0) continue;
                    if (i == 1) { continue; }
                    throw new RuntimeException("x");
                  } finally { if (s != null) s.close(); }
                }
                """);
        scopeGives("+a -a() =1", """
                S s = new S("a");
                try { return done(await(step(1))); } finally { s.close(); }
                """);
    }

    @Test
    void a_null_resource_is_not_closed_when_an_exception_leaves_either() {
        scopeGives("+b -b(x) !x[]", """
                S none = null;
                try (S s = none; S b = new S("b"); R r = null) { await(step(1)); throw new RuntimeException("x"); }
                """);
    }

    @Test
    void an_existing_variable_is_closed() {
        assumeTrue(level.release() >= 9);
        scopeGives("+a +b -b -a(x) !x[]", """
                S a = new S("a");
                final R b = new R("b");
                try (a; b) { await(step(1)); throw new RuntimeException("x"); }
                """);
        scopeGives("+a -a() =1", """
                S a = new S("a");
                try (a) { return done(await(step(1))); }
                """);
    }

    @Test
    void the_code_that_the_javac_of_java_8_wrote_is_understood() {
        String tryWithResources = """
                S a = new S("a"); Throwable primary = null;
                try { %s }
                catch (Throwable t) { primary = t; throw t; }
                finally {
                  if (a != null) {
                    if (primary != null) { try { a.close(); } catch (Throwable t) { primary.addSuppressed(t); } }
                    else { a.close(); }
                  }
                }
                return done(2);
                """;
        scopeGives(
                "+a -a(x) !x[]",
                tryWithResources
                        .formatted("await(step(1)); throw new RuntimeException(\"x\");")
                        .replace("return done(2);\n", ""));
        scopeGives("+a -a() =1", tryWithResources.formatted("if (await(step(true))) return done(1);"));
        scopeGives("+a -a() =2", tryWithResources.formatted("if (await(step(false))) return done(1);"));
    }

    @Test
    void scopes_in_a_loop_forget_the_exceptions_of_earlier_rounds() {
        scopeGives("+a +b -b(x) -a(x) +a +b -b() -a(y) !y[]", """
                for (int i = 0; ; i++) {
                  try (S a = new S(await(step("a"))); S b = new S("b", i == 1 ? new IllegalStateException("y") : null)) {
                    if (i == 0) throw new IllegalArgumentException("x");
                    await(step(1));
                  } catch (IllegalArgumentException e) { continue; }
                }
                """);
    }

    @Test
    void a_close_before_throwing_one_of_two_exceptions_is_refused_if_only_one_of_them_was_caught_before() {
        Woven woven = fixture("""
                @Async static Coroutine<Void> test() throws Throwable {
                  Throwable first = null;
                  try { await(step(1)); } catch (Throwable t) { first = t; }
                  S s = new S("a");
                  try { await(step(1)); return done(); }
                  catch (Throwable t) { if (first == null) { first = t; } s.close(); throw first; }
                }""");
        assertEquals(1, woven.violations().size());
        assertEquals(Rule.SCOPE_LEFT_BOTH_WAYS, woven.violations().get(0).rule());
    }

    @Test
    void a_transaction_commits_or_rolls_back() {
        Woven woven = fixture("""
                static class Transaction implements AsyncScope {
                  @Async public Coroutine<Void> leave(Throwable failure) { return failure == null ? commit() : rollback(failure); }
                  @Async private Coroutine<Void> commit() {
                    log.append(await(step("commit ")));
                    if (log.indexOf("conflict") >= 0) throw new IllegalStateException("cannot commit");
                    return done();
                  }
                  @Async private Coroutine<Void> rollback(Throwable failure) {
                    log.append(await(step("rollback "))).append(failure.getMessage()).append(' ');
                    return done();
                  }
                }
                @Async static Coroutine<Object> transfer(int amount) {
                  try (Transaction t = new Transaction()) {
                    if (amount < 0) throw new IllegalArgumentException("negative");
                    if (amount == 0) return done("nothing");
                    if (amount > 9) log.append("conflict ");
                    return done(await(step(amount)));
                  } catch (IllegalStateException e) { return done(e.getMessage() + await(step("!"))); }
                }
                @Async static Coroutine<String> test() {
                  log = new StringBuilder();
                  await(outcome(() -> transfer(1)));
                  log.append('|'); await(outcome(() -> transfer(0)));
                  log.append('|'); await(outcome(() -> transfer(-1)));
                  log.append('|'); return outcome(() -> transfer(10));
                }""");
        gives("commit =1|commit =nothing|rollback negative !negative[]|conflict commit =cannot commit!", woven);
    }

    @Test
    void a_resource_whose_type_hides_that_it_is_closed_asynchronously_says_so_at_run_time() {
        for (String head : List.of(
                "AutoCloseable a = new R(\"a\")",
                "AutoCloseable a = (AutoCloseable & AsyncCloseable) new R(\"a\")",
                "AutoCloseable a = Fixture.<AutoCloseable>same(new S(\"a\"))")) {
            gives("+a !hidden", fixture("""
                    static <T> T same(T x) { return x; }
                    @Async static Coroutine<String> test() {
                      log = new StringBuilder();
                      try (%s) { await(step(1)); }
                      catch (IllegalStateException e) {
                        log.append(e.getMessage().contains("[fermata:close-not-woven, ") ? "!hidden" : "!" + e);
                      }
                      return done(log.toString());
                    }""".formatted(head)
                    .replace("{ await(step(1)); }", "{ log.append(await(step(\"\"))); }")
                    .replace("throws Exception", "")
                    .replace(
                            "catch (IllegalStateException e) {",
                            "catch (Injected e) { throw e; } catch (Exception e) {")));
        }
    }

    @Test
    void a_resource_whose_type_is_an_erased_intersection_says_so_at_run_time() {
        assumeTrue(level.compiler().equals("javac"), "ECJ calls Runnable.close(), a NoSuchMethodError");
        Woven woven = fixture("""
                static class Both extends R implements Runnable { Both() { super("a"); } public void run() {} }
                @Async static <T extends Runnable & AsyncCloseable> Coroutine<Object> use(T resource) {
                  try (T t = resource) { t.run(); return done(await(step(1))); }
                }
                @Async static <T extends Object & AsyncCloseable> Coroutine<Object> erased(T resource) {
                  try (T t = resource) { return done(await(step(2))); }
                }
                @Async static Coroutine<String> test() {
                  log = new StringBuilder();
                  String one = await(outcome(() -> use(new Both())));
                  log = new StringBuilder();
                  String two = await(outcome(() -> erased(new Both())));
                  return done(shortened(one) + " " + shortened(two));
                }
                static String shortened(String said) {
                  return said.substring(0, 17) + said.substring(said.lastIndexOf("[f"), said.lastIndexOf(","));
                }""");
        gives("+a !Fixture$Both:[fermata:close-not-woven +a !Fixture$Both:[fermata:close-not-woven", woven);
    }
}
