package dev.fermata.transformer;

import static dev.fermata.transformer.Fixtures.gives;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Ordinary code, woven: each fixture gives the same under every suspend mask and with every step failing. */
class WeavingTest {
    @Test
    void a_method_without_awaits_runs_when_awaited() {
        gives("1", """
                class Fixture {
                  static int n;
                  @Async static Coroutine<Integer> one() { n++; return done(n); }
                  @Async static Coroutine<Object> test() { n = 0; var c = one(); return done(n == 0 ? await(c) : "not lazy"); }
                }""");
    }

    @Test
    void locals_of_every_type_survive_a_suspension() {
        gives("true 1 2 c 3 4 5.5 6.5 [7] eight null", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    boolean z = true; byte b = 1; short s = 2; char c = 'c'; int i = 3; long j = 4; float f = 5.5f; double d = 6.5;
                    int[] a = {7}; String t = "eight"; Object n = null;
                    await(step(0));
                    return done(z + " " + b + " " + s + " " + c + " " + i + " " + j + " " + f + " " + d + " " + Arrays.toString(a)
                        + " " + t + " " + n);
                  }
                }""");
    }

    @Test
    void values_on_the_operand_stack_survive() {
        gives("1 2 3 L4 5.0[10, 22, 30] 1", """
                class Fixture {
                  static int order = 0;
                  static int next() { return ++order; }
                  static String join(int a, long b, Object c) { return a + " " + b + " " + c; }
                  @Async static Coroutine<String> test() {
                    order = 0;
                    int[] a = {10, 20, 30};
                    a[1] += await(step(2));
                    String r = join(next(), 2L, await(step(3))) + " L" + 4L + " " + (4.0 + await(step(1.0))) + Arrays.toString(a);
                    return done(r + " " + order);
                  }
                }""");
    }

    @Test
    void objects_under_construction_are_created_after_the_await() {
        gives("P[1, P[2, 3], 4]", """
                class Fixture {
                  static class P {
                    final String s;
                    P(Object... parts) { s = "P" + Arrays.toString(parts); }
                    public String toString() { return s; }
                  }
                  @Async static Coroutine<String> test() {
                    return done(new P(1, new P(await(step(2)), await(step(3))), await(step(4))).toString());
                  }
                }""");
    }

    @Test
    void a_switch_with_try_inside_a_construction_survives() {
        gives("B 5 f", """
                class Fixture {
                  record A(int x, int y) {}
                  @Async static Coroutine<String> test() {
                    String log = "";
                    A a = new A(await(step(2)), switch (await(step(1))) {
                      case 1 -> { try { yield await(step(3)); } finally { log += "f"; } }
                      default -> 0; });
                    return done("B " + (a.x() + a.y()) + " " + log);
                  }
                }""");
    }

    @Test
    void loops_and_labels() {
        gives("0 1 2 / 9 / 00 02 20 22 / 3", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    StringBuilder s = new StringBuilder();
                    for (int i = 0; i < 3; i++) s.append(await(step(i))).append(' ');
                    int w = 0; while (w < 9) { w += await(step(3)); }
                    s.append("/ ").append(w).append(" /");
                    outer: for (int i : List.of(0, 1, 2)) {
                      for (int j = 0; j < 3; j++) {
                        if (await(step(i)) == 1) continue outer;
                        if (j == 1) continue;
                        s.append(' ').append(i).append(await(step(j)));
                      }
                    }
                    int k = 0; do { k++; } while (await(step(k)) < 3);
                    return done(s + " / " + k);
                  }
                }""");
    }

    @Test
    void try_catch_finally_with_awaits_everywhere() {
        gives("t1 c:x f2 end", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    StringBuilder s = new StringBuilder();
                    try {
                      s.append("t").append(await(step(1)));
                      await(failing(new IllegalStateException("x")));
                      s.append("not here");
                    } catch (IllegalStateException e) {
                      s.append(await(step(" c:"))).append(e.getMessage());
                    } finally {
                      s.append(" f").append(await(step(2)));
                    }
                    return done(s + " end");
                  }
                }""");
    }

    @Test
    void returning_a_coroutine_awaits_it_where_it_is_evaluated() {
        gives("caught x finally / caught x finally / 7", """
                class Fixture {
                  static String log = "";
                  @Async static Coroutine<String> fails() { await(step(0)); throw new IllegalStateException("x"); }
                  @Async static Coroutine<String> direct() {
                    try { return fails(); } catch (IllegalStateException e) { return done("caught " + e.getMessage()); }
                    finally { log += await(step(" finally")); }
                  }
                  @Async static Coroutine<String> variable() {
                    Coroutine<String> c = fails();
                    try { return c; } catch (IllegalStateException e) { return done("caught " + e.getMessage()); }
                    finally { log += " finally"; }
                  }
                  @Async static Coroutine<Integer> either(boolean b) { return b ? step(7) : done(8); }
                  @Async static Coroutine<String> test() {
                    log = "";
                    String a = await(direct()) + log; log = "";
                    String b = await(variable()) + log;
                    return done(a + " / " + b + " / " + await(either(true)));
                  }
                }""");
    }

    @Test
    void instance_interface_private_and_super_methods() {
        gives("base7 sub base7 iface7 7", """
                class Fixture {
                  interface I { @Async default Coroutine<String> m(int x) { return done("iface" + await(step(x))); }
                    @Async static Coroutine<Integer> s(int x) { return step(x); }
                    @Async private Coroutine<String> p(int x) { return done("p" + await(step(x))); }
                  }
                  static class Base implements I {
                    int x = 7;
                    @Async public Coroutine<String> m(int y) { await(step(1)); return done("base" + x); }
                  }
                  static class Sub extends Base {
                    @Async public Coroutine<String> m(int y) { String s = await(super.m(y)); return done("sub " + await(step(s))); }
                  }
                  static class C implements I {
                    @Async public Coroutine<String> m(int y) { return I.super.m(y); }
                  }
                  @Async static Coroutine<String> test() {
                    return done(await(new Base().m(1)) + " " + await(new Sub().m(1)) + " " + await(new C().m(7)) + " " + await(I.s(7)));
                  }
                }""");
    }

    @Test
    void lambdas_that_return_a_coroutine_may_await() {
        gives("[11, 12] 13 inner", """
                class Fixture {
                  interface Fn { Coroutine<Integer> go(int x); }
                  @Async static Coroutine<String> test() {
                    int base = 10;
                    Fn f = x -> done(base + await(step(x)));
                    Supplier<Coroutine<String>> g = () -> { Fn h = y -> done(await(f.go(y)) + 0); await(h.go(1)); return done("inner"); };
                    return done(List.of(await(f.go(1)), await(f.go(2))) + " " + await(f.go(3)) + " " + await(g.get()));
                  }
                }""");
    }

    @Test
    void recursion_and_mutual_recursion() {
        gives("21 ping3pong2ping1pong0", """
                class Fixture {
                  @Async static Coroutine<Integer> fib(int n) { return done(n < 2 ? await(step(n)) : await(fib(n - 1)) + await(fib(n - 2))); }
                  @Async static Coroutine<String> ping(int n) { return done("ping" + n + (n == 0 ? "" : await(Other.pong(n - 1)))); }
                  static class Other {
                    @Async static Coroutine<String> pong(int n) { return done("pong" + n + (n == 0 ? "" : await(ping(n - 1)))); }
                  }
                  @Async static Coroutine<String> test() { return done(await(fib(8)) + " " + await(ping(3))); }
                }""");
    }

    @Test
    void two_variables_of_one_name_before_the_first_await() {
        gives("3", """
                class Fixture {
                  @Async static Coroutine<Integer> test() {
                    int sum = 0;
                    for (int i = 0; i < 2; i++) { int v = 1; sum += v; }
                    for (int i = 0; i < 2; i++) { int v = i; sum += v; }
                    return done(await(step(sum)));
                  }
                }""");
    }

    @Test
    void a_lambda_in_code_that_the_compiler_leaves_out() {
        gives("2 3", """
                class Fixture {
                  static final boolean DEBUG = false;
                  @Async static Coroutine<String> test() {
                    Supplier<Coroutine<Integer>> f = DEBUG ? () -> done(await(step(1))) : () -> done(await(step(2)));
                    if (DEBUG) { f = () -> { Supplier<Coroutine<Integer>> g = () -> step(4); return done(await(g.get())); }; }
                    return done(await(f.get()) + " " + await(step(3)));
                  }
                }""");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void a_record_pattern_in_a_synchronized_block() {
        gives("1 f", """
                class Fixture {
                  record P(int x) {}
                  @Async static Coroutine<String> test() {
                    Object o = new P(await(step(1)));
                    String log = "";
                    synchronized (o) {
                      if (o instanceof P(int x)) { log += x; }
                    }
                    return done(log + await(step(" f")));
                  }
                }""");
    }

    @Test
    void hot_methods_return_futures() {
        gives("3", """
                class Fixture {
                  @Async static CompletableFuture<Integer> hot(int x) { return CompletableFuture.completedFuture(x + await(step(1))); }
                  @Async static CompletionStage<Integer> other(int x) { return x > 0 ? hot(x) : null; }
                  @Async static Coroutine<Integer> test() { return done(await(step(3))); }
                }""");
    }

    /** The resuming body leaves the last branch out, and with it everything its variable table could point into. */
    @Test
    void a_variable_of_a_last_branch_that_no_await_leads_to_is_left_out_of_the_resuming_body() {
        gives("14", """
                class Fixture {
                  @Async static Coroutine<Integer> either(boolean b) {
                    if (b) { throw new IllegalStateException("" + await(step(1))); }
                    int two = 2;
                    int twice = two * 7;
                    return done(twice);
                  }
                  @Async static Coroutine<Integer> test() {
                    try { await(either(true)); } catch (IllegalStateException e) { }
                    return done(await(either(false)));
                  }
                }""");
    }
}
