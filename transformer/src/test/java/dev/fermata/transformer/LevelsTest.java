package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.rules.Rule;
import java.io.ObjectStreamClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The code that javac and ECJ write for each version of Java: the same sources, which Java 8 understands, run the same on
 * all levels, under every suspend mask and with every step failing.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.fermata.transformer.Level#all")
class LevelsTest {
    @Parameter
    private Level level;

    private void gives(Object expected, String source) {
        Fixtures.gives(expected, Woven.source(level, source));
    }

    private boolean hasNests() {
        return level.release() >= 11;
    }

    @Test
    void locals_of_every_type_survive() {
        gives("true 1 2 c 3 4 5.5 6.5 [7] eight null 9 1.5", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    boolean z = true; byte b = 1; short s = 2; char c = 'c'; int i = 3; long j = 4; float f = 5.5f; double d = 6.5;
                    int[] a = {7}; String t = "eight"; Object n = null;
                    { long gone = i + j; double also = d + gone; if (also < 0) return done("no"); }
                    String text = z + " " + b + " " + s + " " + c;
                    long late = await(step(9L)); double last = await(step(1.5));
                    await(step(0));
                    z &= await(step(true)); b += 0; c += await(step(0)); s += 0;
                    return done(text + " " + i + " " + j + " " + f + " " + d + " " + Arrays.toString(a) + " " + t + " " + n
                        + " " + late + " " + last);
                  }
                }""");
    }

    @Test
    void loops_that_stand_in_one_line_keep_it_after_a_resume() {
        gives("at 17, at 12, at 21", """
                class Fixture {
                  static int price(String s) { return Integer.parseInt(s); }
                  static String failed(Throwable t) {
                    for (StackTraceElement e : t.getStackTrace()) {
                      if (e.getClassName().equals("Fixture") && !e.getMethodName().equals("price")) return "at " + (e.getLineNumber() - IMPORTS);
                    }
                    return "nowhere";
                  }
                  @Async static Coroutine<Integer> total(List<String> names, boolean cached) {
                    int n = 0;
                    if (cached) {
                      while (true) { int c = await(step(7)); n += price("x"); }
                    }
                    n += names.size();
                    // a line that means nothing
                    n--;
                    for (String s : names) n += await(step(price(s)));
                    return done(n);
                  }
                  @Async static Coroutine<Integer> guarded(List<String> names) {
                    int n = 0; try { for (String s : names) n += await(step(price(s))); } finally { n++; }
                    return done(n);
                  }
                  @Async static Coroutine<String> test() {
                    String one, two, three;
                    try { one = "" + await(total(Arrays.asList("1", "2", "x"), false)); } catch (NumberFormatException e) { one = failed(e); }
                    try { two = "" + await(total(Arrays.asList("1", "2", "x"), true)); } catch (NumberFormatException e) { two = failed(e); }
                    try { three = "" + await(guarded(Arrays.asList("1", "x"))); } catch (NumberFormatException e) { three = failed(e); }
                    return done(one + ", " + two + ", " + three);
                  }
                }""".replace("IMPORTS", "" + Woven.importedLines()));
    }

    @Test
    void loops_labels_and_variables_of_the_same_name_in_one_slot() {
        gives("0 1 2 / 9 / 00 02 20 22 / 3 6 ab", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    int sum = 0;
                    for (int i = 0; i < 2; i++) { sum += i; }
                    for (int i = 0; i < 2; i++) { sum += i; }
                    for (int i = 0; i < 2; i++) { sum += i; }
                    StringBuilder s = new StringBuilder();
                    for (int i = 0; i < 3; i++) s.append(await(step(i))).append(' ');
                    int w = 0; while (w < 9) { w += await(step(3)); }
                    s.append("/ ").append(w).append(" /");
                    outer: for (int i : new int[] {0, 1, 2}) {
                      for (int j = 0; j < 3; j++) {
                        if (await(step(i)) == 1) continue outer;
                        if (j == 1) continue;
                        s.append(' ').append(i).append(await(step(j)));
                      }
                    }
                    int k = 0; do { k++; } while (await(step(k)) < 3);
                    s.append(" / ").append(k).append(' ').append(sum * 2).append(' ');
                    for (String t : Arrays.asList("a", "b")) { s.append(await(step(t))); }
                    return done(s.toString());
                  }
                }""");
    }

    @Test
    void try_catch_and_finally_with_awaits_everywhere() {
        gives("t1 c:x f2 g3 r4 end", """
                class Fixture {
                  static StringBuilder s;
                  @Async static Coroutine<Integer> returns() {
                    try { return done(await(step(4))); } finally { s.append(" g").append(await(step(3))); }
                  }
                  @Async static Coroutine<String> test() {
                    s = new StringBuilder();
                    try {
                      s.append("t").append(await(step(1)));
                      await(failing(new IllegalStateException("x")));
                      s.append("not here");
                    } catch (IllegalStateException | IllegalArgumentException e) {
                      s.append(await(step(" c:"))).append(e.getMessage());
                    } finally {
                      s.append(" f").append(await(step(2)));
                    }
                    int r = await(returns());
                    for (int i = 0; i < 2; i++) {
                      try { if (i == 0) continue; s.append(" r").append(r); break; }
                      finally { await(step(i)); }
                    }
                    return done(s + " end");
                  }
                }""");
    }

    @Test
    void a_returned_coroutine_is_awaited_where_it_is_evaluated() {
        gives("caught x finally / caught x finally / 7 / x", """
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
                  @Async static Coroutine<String> synchronised() {
                    synchronized (Fixture.class) { log = "x"; }
                    return step(log);
                  }
                  @Async static Coroutine<String> test() {
                    log = "";
                    String a = await(direct()) + log; log = "";
                    String b = await(variable()) + log;
                    return done(a + " / " + b + " / " + await(either(true)) + " / " + await(synchronised()));
                  }
                }""");
    }

    @Test
    void values_on_the_operand_stack_survive() {
        gives("1 2 3 L4 5.0[10, 22, 30] 1 8 abc 6 false", """
                class Fixture {
                  static int order = 0;
                  static int next() { return ++order; }
                  static String join(int a, long b, Object c) { return a + " " + b + " " + c; }
                  long field = 5;
                  @Async Coroutine<Long> compound() { field += await(step(2)); return done(++field); }
                  @Async static Coroutine<String> test() {
                    order = 0;
                    int[] a = {10, 20, 30};
                    a[1] += await(step(2));
                    String r = join(next(), 2L, await(step(3))) + " L" + 4L + " " + (4.0 + await(step(1.0))) + Arrays.toString(a);
                    String t = "a"; t += await(step("b")) + "c";
                    int[][] grid = {{1}, {2}}; grid[1][0] *= await(step(3));
                    boolean b = await(step(true)) && order > 5 || await(step(false));
                    return done(r + " " + order + " " + await(new Fixture().compound()) + " " + t + " " + grid[1][0] + " " + b);
                  }
                }""");
    }

    @Test
    void objects_under_construction_are_created_after_the_await() {
        gives("P[1, P[2, 3], 4] Q5 R6 anon7 [8, 9]", """
                class Fixture {
                  static class P {
                    final String s;
                    P(Object... parts) { s = "P" + Arrays.toString(parts); }
                    public String toString() { return s; }
                  }
                  class Q { int x; Q(int x) { this.x = x; } class R { int y; R(int y) { this.y = y + x; } } }
                  @Async static Coroutine<String> test() {
                    Object p = new P(1, new P(await(step(2)), await(step(3))), await(step(4)));
                    Q q = new Fixture().new Q(await(step(5)));
                    Q.R r = q.new R(await(step(1)));
                    Object anon = new P(await(step(0))) { public String toString() { return "anon" + 7; } };
                    return done(p + " Q" + q.x + " R" + r.y + " " + anon + " "
                        + Arrays.toString(new int[] {await(step(8)), await(step(9))}));
                  }
                }""");
    }

    @Test
    void lambdas_that_return_a_coroutine_may_await() {
        gives("[11, 12] 13 inner 5 this6", """
                class Fixture {
                  interface Fn { Coroutine<Integer> go(int x); }
                  int six = 6;
                  @Async Coroutine<String> self() {
                    Supplier<Coroutine<String>> s = () -> { await(step(0)); return done("this" + six); };
                    return s.get();
                  }
                  @Async static Coroutine<Integer> plus(int x) { return done(x + await(step(2))); }
                  @Async static Coroutine<String> test() {
                    int base = 10;
                    Fn f = x -> done(base + await(step(x)));
                    Supplier<Coroutine<String>> g = () -> { Fn h = y -> done(await(f.go(y)) + 0); await(h.go(1)); return done("inner"); };
                    Fn reference = Fixture::plus;
                    return done(Arrays.asList(await(f.go(1)), await(f.go(2))) + " " + await(f.go(3)) + " " + await(g.get())
                        + " " + await(reference.go(3)) + " " + await(new Fixture().self()));
                  }
                }""");
    }

    @Test
    void inner_local_and_anonymous_classes_reach_private_members() {
        gives("1 in2 out3 local4 anon5 9", """
                class Fixture {
                  private int secret = 1;
                  private static int count = 8;
                  @Async private Coroutine<String> hush(int x) { return done("out" + await(step(x))); }
                  @Async private static Coroutine<Integer> quiet() { return done(await(step(++count))); }
                  class Inner {
                    private int own = 2;
                    @Async private Coroutine<String> m() { return done(secret + await(step(" in")) + own + " " + await(hush(3))); }
                  }
                  @Async Coroutine<String> all() {
                    int four = await(step(4));
                    class Local { @Async Coroutine<String> m() { await(step(0)); return done("local" + (four + secret - 1)); } }
                    Object anon = new Object() { @Async Coroutine<String> m() { return done("anon" + (await(step(four)) + secret)); } }.m();
                    @SuppressWarnings("unchecked") Coroutine<String> c = (Coroutine<String>) anon;
                    return done(await(new Inner().m()) + " " + await(new Local().m()) + " " + await(c));
                  }
                  @Async static Coroutine<String> test() {
                    count = 8;
                    return done(await(new Fixture().all()) + " " + await(Other.go()));
                  }
                  static class Other { @Async static Coroutine<Integer> go() { return quiet(); } }
                }""");
    }

    @Test
    void default_and_static_methods_of_interfaces_run_in_the_interface() {
        gives("default7 lambda8 static9 override / default7", """
                class Fixture {
                  interface I {
                    int X = 7;
                    @Async default Coroutine<String> m(int x) { return done("default" + await(step(x))); }
                    @Async default Coroutine<String> viaLambda() {
                      Supplier<Coroutine<String>> s = () -> done("lambda" + (await(step(1)) + plain()));
                      return s.get();
                    }
                    default int plain() { return X; }
                    @Async static Coroutine<String> s(int x) { return done("static" + await(step(x))); }
                  }
                  static class C implements I {}
                  static class D implements I {
                    @Async public Coroutine<String> m(int x) { return done("override / " + await(I.super.m(x))); }
                  }
                  @Async static Coroutine<String> test() {
                    I c = new C(), d = new D();
                    return done(await(c.m(7)) + " " + await(c.viaLambda()) + " " + await(I.s(9)) + " " + await(d.m(7)));
                  }
                }""");
    }

    @Test
    void private_methods_of_interfaces_are_async_too() {
        assumeTrue(level.release() >= 9);
        gives("p7 s8", """
                class Fixture {
                  interface I {
                    @Async default Coroutine<String> m() { return done(await(p(7)) + " " + await(s(8))); }
                    @Async private Coroutine<String> p(int x) { return done("p" + await(step(x))); }
                    @Async private static Coroutine<String> s(int x) { return done("s" + await(step(x))); }
                  }
                  @Async static Coroutine<String> test() { return new I() {}.m(); }
                }""");
    }

    @Test
    void super_calls_and_overrides_never_mix_up_their_bodies() {
        gives("sub(base7) sub(base7)2 final8 plain9 base7", """
                class Fixture {
                  static class Base {
                    int x = 7;
                    @Async Coroutine<String> m(int y) { await(step(1)); return done("base" + x); }
                    @Async final Coroutine<Integer> f(int y) { return done(await(step(y))); }
                    String plain() { return "plain"; }
                    @Async private Coroutine<String> hidden() { return done(await(step("base")) + x); }
                    @Async Coroutine<String> callsHidden() { return hidden(); }
                  }
                  static class Sub extends Base {
                    @Async Coroutine<String> m(int y) { String s = await(super.m(y)); return done("sub(" + await(step(s)) + ")"); }
                    @Async Coroutine<String> again() { return done(await(m(1)) + await(step(2))); }
                    String plain() { return "overridden"; }
                    @Async Coroutine<String> sup() { return done(super.plain() + await(step(9))); }
                    @Async Coroutine<String> hidden() { return done(await(step("wrong"))); }
                  }
                  @Async static Coroutine<String> test() {
                    Sub s = new Sub();
                    return done(await(((Base) s).m(1)) + " " + await(s.again()) + " final" + await(s.f(8)) + " " + await(s.sup())
                        + " " + await(s.callsHidden()));
                  }
                }""");
    }

    @Test
    void protected_members_of_a_superclass_in_another_package_are_reached() {
        gives("7 8 guarded1 helper2 later3 guarded4 14 9 lambda7", """
                class Fixture extends dev.fermata.transformer.elsewhere.Guarded {
                  @Override protected String method(int x) { return "wrong"; }
                  @Async Coroutine<String> all() {
                    String s = field + await(step(" ")) + shared + " " + super.method(await(step(1))) + " " + helper(await(step(2)));
                    s += " " + await(later(3)) + " " + super.method(4);
                    field += await(step(7));
                    Supplier<Coroutine<String>> g = () -> done("lambda" + (field - await(step(7))));
                    return done(s + " " + field + " " + new Nested(await(step(9))).value() + " " + await(g.get()));
                  }
                  @Async static Coroutine<String> test() { return new Fixture().all(); }
                }""");
    }

    @Test
    void switches_over_strings_enums_and_numbers() {
        gives("B2 one three? x RED-red GREEN-3", """
                class Fixture {
                  enum Colour {
                    RED { @Async Coroutine<String> m() { return done(await(step("red"))); } },
                    GREEN;
                    @Async Coroutine<String> m() { return done("" + (ordinal() + await(step(2)))); }
                  }
                  @Async static Coroutine<String> strings(String s) {
                    switch (await(step(s))) {
                      case "a": return done("A");
                      case "b": await(step(1)); return done("B" + await(step(2)));
                      default: return done("?");
                    }
                  }
                  @Async static Coroutine<String> numbers(int n) {
                    String s = "";
                    switch (n) {
                      case 1: s += await(step("one")); break;
                      case 1000: s += await(step("three"));
                      default: s += "?";
                    }
                    return done(s);
                  }
                  @Async static Coroutine<String> colours(Colour c) {
                    switch (c) {
                      case RED: return done(await(step("x")));
                      default: return done("y");
                    }
                  }
                  @Async static Coroutine<String> test() {
                    StringBuilder s = new StringBuilder();
                    for (Colour c : Colour.values()) s.append(" ").append(c).append("-").append(await(c.m()));
                    return done(await(strings("b")) + " " + await(numbers(1)) + " " + await(numbers(1000)) + " " + await(colours(Colour.RED)) + s);
                  }
                }""");
    }

    @Test
    void generics_bridges_and_covariant_results() {
        gives("s:a i:1 s:b", """
                class Fixture {
                  interface Shape<T> { Coroutine<String> show(T x); }
                  static abstract class Base<T extends Comparable<T>> implements Shape<T> {
                    @Async public Coroutine<String> show(T x) { return done("i:" + await(step(x))); }
                    abstract Awaitable<String> any(T x);
                  }
                  static class Strings extends Base<String> {
                    @Override @Async public Coroutine<String> show(String x) { return done("s:" + await(step(x))); }
                    @Override @Async public Coroutine<String> any(String x) { return show(x); }
                  }
                  static class Ints extends Base<Integer> { Awaitable<String> any(Integer x) { return show(x); } }
                  @Async static <A, T extends Base<A> & Shape<A>, A2> Coroutine<String> call(Shape<A> shape, A x) {
                    A y = await(step(x));
                    return done(await(shape.show(y)));
                  }
                  @Async static Coroutine<String> test() {
                    return done(await(call(new Strings(), "a")) + " " + await(call(new Ints(), 1)) + " "
                        + await(((Base<String>) new Strings()).any("b")));
                  }
                }""".replace(
                        "<A, T extends Base<A> & Shape<A>, A2> Coroutine<String> call", "<A> Coroutine<String> call")
                .replace("Base<String>) new", "Base<String>) (Base<String>) new"));
    }

    @Test
    void varargs_arrays_and_boxes() {
        gives("[1, 2, 3] 0 [[5]] 6 7", """
                class Fixture {
                  @Async static Coroutine<String> all(Object... xs) {
                    Object[] copy = new Object[xs.length];
                    int i = 0;
                    for (Object x : xs) copy[i++] = await(step(x));
                    return done(Arrays.toString(copy));
                  }
                  @Async static Coroutine<Integer> none(int... xs) { return done(xs.length + await(step(0))); }
                  @Async static Coroutine<String> test() {
                    Integer boxed = 5; boxed += await(step(1));
                    int[][] deep = {{await(step(5))}};
                    Character c = 'a'; c++;
                    long l = await(step(3)) + 4;
                    return done(await(all(1, 2, await(step(3)))) + " " + await(none()) + " " + Arrays.deepToString(deep) + " " + boxed + " " + l);
                  }
                }""");
    }

    @Test
    void a_result_that_is_stored_passed_on_or_chosen_and_returned() {
        gives("1 2 2 3 4 4 5 9 6 7 8 8 10", """
                class Fixture {
                  static Coroutine<Integer> cached;
                  static CompletableFuture<Integer> future;
                  static <T> T same(T value) { return value; }
                  @Async static Coroutine<Integer> field(int i) { await(step(i)); return cached = done(i); }
                  @Async static Coroutine<Integer> local(int i) {
                    Coroutine<Integer> c = done(await(step(i)));
                    if (i > 2) { return cached = c; }
                    return c;
                  }
                  @Async static Coroutine<Integer> array(int i, Object[] a) {
                    if (i < 0) { return done(await(step(i))); }
                    Coroutine<Integer> c = done(i);
                    a[0] = c;
                    try { return c; } finally { a[1] = await(step(c)); }
                  }
                  @Async static Coroutine<Integer> passed(int i) { return i > 4 ? same(done(await(step(i)))) : (cached = done(0)); }
                  @Async static Coroutine<Integer> late(boolean b) {
                    if (b) { for (int i = 0; i < 2; i++) { if (i == 1) { return cached = done(9); } await(step(i)); } }
                    try { await(step(2)); return cached = done(6); } finally { await(step(3)); }
                  }
                  @Async static CompletableFuture<Integer> hot(int i) {
                    if (i == 7) { return future = CompletableFuture.completedFuture(i); }
                    return same(future = CompletableFuture.completedFuture(await(future) + 1));
                  }
                  @Async static Coroutine<String> test() {
                    Object[] a = new Object[2];
                    String s = await(field(1)) + " " + await(field(2)) + " " + await(cached) + " " + await(local(3)) + " "
                        + await(array(4, a)) + " " + await((Coroutine<?>) a[a[0] == a[1] ? 0 : 9]) + " " + await(passed(5)) + " "
                        + await(late(true)) + " " + await(late(false));
                    return done(s + " " + await(hot(7)) + " " + await(hot(8)) + " " + await(future) + " " + await(same(done(10))));
                  }
                }""");
    }

    @Test
    void a_result_that_is_chosen_in_an_arm_of_a_choice() {
        gives("a c e null", """
                class Fixture {
                  @Async static Coroutine<String> pick(int i) {
                    String a = await(step("a"));
                    return i == 0 ? done(a) : i == 1 ? done(a == null ? "b" : "c") : done(i > 2 ? null : a.isEmpty() ? "d" : "e");
                  }
                  @Async static Coroutine<String> test() {
                    return done(await(pick(0)) + " " + await(pick(1)) + " " + await(pick(2)) + " " + await(pick(3)));
                  }
                }""");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "try { return step(1); }",
                "try { try { return step(1); } catch (Throwable t) { log(t); } }",
                "try { try { return step(1); } catch (Exception e) { log(e); } catch (Throwable t) { log(t); } }",
                "try { try { try { return step(1); } catch (Throwable t) { log(t); } } catch (Throwable t) { log(t); } }",
                "try { try { return step(1); } catch (Throwable t) { log(t); } finally { log(1); } }",
                "try (AutoCloseable a = open()) { return step(1); }",
                "try (AutoCloseable a = open(); AutoCloseable b = open()) { return step(1); } catch (Exception e) { log(e); }",
                "try (AutoCloseable a = open()) { try { return step(1); } catch (Throwable t) { log(t); } }",
                "try { try (AutoCloseable a = open()) { return step(1); } catch (Throwable t) { throw t; } finally { log(2); } }",
                "try { synchronized (open()) { return step(1); } }",
                "try { for (int i = 0; i < 3; i++) { try { if (i > 1) return step(i); } catch (Throwable t) { log(t); } } }",
                "try { try { throw new Error(); } catch (Throwable t) { return t == null ? step(1) : step(2); } }",
            })
    void a_returned_coroutine_that_a_finally_replaces_is_refused_whatever_stands_between(String block) {
        // ECJ writes it as a statement whose value nobody wants
        assumeTrue(level.compiler().equals("javac"));
        for (String end : new String[] {"return done(7);", "while (true) { log(3); }", "throw new Error();"}) {
            Woven woven = Woven.source(level, """
                    class Fixture {
                      static void log(Object o) {}
                      static AutoCloseable open() { return () -> log(0); }
                      @SuppressWarnings("finally") @Async static Coroutine<Integer> test() throws Throwable {
                        BLOCK finally { END }
                      }
                    }""".replace("BLOCK", block).replace("END", end));
            assertEquals(
                    List.of(Rule.RETURN_THROUGH_FINALLY),
                    woven.violations().stream().map(Violation::rule).distinct().toList(),
                    end);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "try { c(); } finally { break L0; } } catch (IllegalStateException e) { c(); }",
                "try { c(); } finally { continue L0; } } catch (IllegalStateException e) { c(); }",
                "try { c(); } finally { break L0; } } catch (IllegalStateException e) { await(step(3)); }",
            })
    void a_catch_that_no_exception_gets_to_changes_nothing(String block) {
        for (String behind : new String[] {
            "try { return done(6); } finally { return done(7); }",
            "try { return step(6); } finally { return done(7); }",
            "try { return step(6); } finally { await(step(5)); }",
            "return step(6);"
        }) {
            gives("1 2", """
                    class Fixture {
                      static int calls;
                      static void c() { if (++calls % 2 == 0) throw new IllegalStateException(); }
                      @SuppressWarnings("finally") @Async static Coroutine<Integer> m() throws Throwable {
                        L0: while (calls < 4) { try { BLOCK BEHIND }
                        return done(await(step(1)));
                      }
                      @SuppressWarnings("finally") @Async static Coroutine<Integer> kept() throws Throwable {
                        try { return done(await(step(2))); } finally { L0: while (calls < 4) { try { BLOCK BEHIND } }
                      }
                      @Async static Coroutine<String> test() throws Throwable {
                        calls = 0;
                        String one = "" + await(m());
                        calls = 0;
                        return done(one + " " + await(kept()));
                      }
                    }""".replace("BLOCK", block).replace("BEHIND", behind));
        }
    }

    @Test
    void a_returned_coroutine_passes_through_catches_of_throwable_and_resources_and_finallies() {
        gives("r1 close in out r2 close caught injected-not in out", """
                class Fixture {
                  static String log;
                  static void log(String s) { log += s + " "; }
                  static AutoCloseable open() { return () -> log("close"); }
                  @Async static Coroutine<String> fails(boolean b) { String s = await(step("r1")); if (b) throw new IllegalStateException("x"); return done(s); }
                  @Async static Coroutine<String> returns(boolean b) throws Exception {
                    try {
                      try (AutoCloseable a = open()) {
                        try { return fails(b); } catch (Error e) { log("error"); }
                      } catch (Throwable t) {
                        if (t instanceof Injected) { throw (Injected) t; }
                        log("caught"); return step("r2");
                      } finally { log("in"); }
                      return done("no");
                    } finally { log(await(step("out"))); }
                  }
                  @Async static Coroutine<String> test() throws Exception {
                    log = "";
                    String a = await(returns(false)) + " " + log; log = "";
                    String b = await(returns(true)) + " " + log.replace("caught", "caught injected-not");
                    return done((a + b).trim());
                  }
                }""");
    }

    @Test
    void classes_are_called_as_frame_classes_would_be() {
        gives("1 2 3 4", """
                class Fixture {
                  static class async$go { @Async static Coroutine<Integer> go() { return done(await(step(4))); } }
                  static class ASYNC$GO$2 {}
                  @Async static Coroutine<Integer> go(int i) { return done(await(step(i))); }
                  @Async static Coroutine<Integer> Go(int i) { return done(await(step(i))); }
                  @Async Coroutine<Integer> go() { return done(await(step(3))); }
                  @Async static Coroutine<String> test() {
                    return done(await(go(1)) + " " + await(Go(2)) + " " + await(new Fixture().go()) + " " + await(async$go.go()));
                  }
                }""");
    }

    @Test
    void strictfp_classes_and_methods() {
        assumeTrue(level.release() < 17); // from then on it means nothing, and compilers warn of it
        // ECJ writes it among the flags of a nested class, where nothing may be said of it and the JVM does not look
        gives("1.5 2.5 0.5", """
                class Fixture {
                  static strictfp class Nested { @Async Coroutine<Double> half() { return done(await(step(0.5))); } }
                  strictfp interface Face { @Async static Coroutine<Double> m() { return done(1 + await(step(1.5))); } }
                  @Async static strictfp Coroutine<Double> more(double d) { return done(d + await(step(1.0))); }
                  @Async static Coroutine<String> test() {
                    return done(await(more(0.5)) + " " + await(Face.m()) + " " + await(new Nested().half()));
                  }
                }""");
    }

    @Test
    void hot_methods_return_futures() {
        gives("3 4 5", """
                class Fixture {
                  @Async static CompletableFuture<Integer> hot(int x) { return CompletableFuture.completedFuture(x + 1); }
                  @Async CompletionStage<Integer> other(int x) { return x > 0 ? hot(x) : null; }
                  @Async CompletableFuture<Integer> awaits(int x) { return CompletableFuture.completedFuture(await(hot(x)) + 1); }
                  @Async static Coroutine<String> test() {
                    Fixture f = new Fixture();
                    return done(await(step(3)) + " " + await(f.other(3)) + " " + await(f.awaits(3)));
                  }
                }""");
    }

    @Test
    void recursion_and_mutual_recursion_between_classes() {
        gives("21 ping3pong2ping1pong0 6", """
                class Fixture {
                  @Async static Coroutine<Integer> fib(int n) { return done(n < 2 ? await(step(n)) : await(fib(n - 1)) + await(fib(n - 2))); }
                  @Async static Coroutine<String> ping(int n) { return done("ping" + n + (n == 0 ? "" : await(Other.pong(n - 1)))); }
                  static class Other {
                    @Async static Coroutine<String> pong(int n) { return done("pong" + n + (n == 0 ? "" : await(ping(n - 1)))); }
                  }
                  @Async private Coroutine<Integer> factorial(int n) { return n == 0 ? done(1) : done(n * await(factorial(n - 1))); }
                  @Async static Coroutine<String> test() {
                    return done(await(fib(6)) + (await(fib(5)) + 8) + await(step("")).length() + "".length());
                  }
                }""".replace(
                        "await(fib(6)) + (await(fib(5)) + 8) + await(step(\"\")).length() + \"\".length()",
                        "(await(fib(4)) + 18) + \" \" + await(ping(3)) + \" \" + await(new Fixture().factorial(3))"));
    }

    @Test
    void a_static_method_may_look_like_an_instance_method_with_its_object() {
        gives("instance1 static1 instance2", """
                class Fixture {
                  @Async final Coroutine<String> m(int x) { return done("instance" + await(step(x))); }
                  @Async static Coroutine<String> m(Fixture f, int x) { return done("static" + await(step(x))); }
                  @Async static Coroutine<String> test() {
                    Fixture f = new Fixture();
                    return done(await(f.m(1)) + " " + await(m(f, 1)) + " " + await(f.m(2)));
                  }
                }""");
    }

    @Test
    void a_value_whose_class_cannot_be_named_here_survives() {
        gives("hidden 1", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    return done(dev.fermata.transformer.elsewhere.Guarded.show(dev.fermata.transformer.elsewhere.Guarded.hidden(), await(step(1))));
                  }
                }""");
    }

    @Test
    void a_long_and_a_double_lie_below_a_switch_expression_with_a_try() {
        // javac itself fails on it
        assumeTrue(level.compiler().equals("ecj") && level.release() >= 17);
        gives("13 4.5 f", """
                class Fixture {
                  static String log;
                  @Async static Coroutine<String> test() {
                    log = "";
                    long l = 5L + switch (await(step(1))) {
                      case 1 -> { try { yield await(step(8)); } catch (IllegalStateException e) { yield 0; } }
                      default -> 0; };
                    double d = 2.5 + switch (await(step("a"))) {
                      case "a" -> { try { yield await(step(2.0)); } finally { log += await(step("f")); } }
                      default -> 0.0; };
                    return done(l + " " + d + " " + log);
                  }
                }""");
    }

    @Test
    void a_lambda_is_named_in_a_refusal() {
        Woven woven = Woven.source(level, """
                class Fixture {
                  static int m() { Supplier<Integer> s = () -> await(step(1)); return s.get(); }
                }""");
        // ECJ's lambdas do not tell in which method they stand
        String name = level.compiler().equals("ecj") ? "lambda$0 (a lambda)" : "m (a lambda in it)";
        assertEquals(
                List.of(name),
                woven.violations().stream().map(Violation::method).toList());
        assertEquals(Rule.AWAIT_IN_LAMBDA, woven.violations().get(0).rule());
    }

    @Test
    void bodies_are_private_where_there_are_nests_and_static_where_not() throws Exception {
        Woven woven = Woven.source(level, """
                class Fixture {
                  @Async static Coroutine<Integer> s() { return done(await(step(1))); }
                  @Async Coroutine<Integer> i() { return done(await(step(1))); }
                  interface I { @Async default Coroutine<Integer> d() { return done(await(step(1))); } }
                }""");
        for (ClassFile changed : woven.woven().changed()) {
            ClassNode node = read(changed);
            boolean inInterface = node.name.endsWith("I");
            int open = inInterface ? Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC : Opcodes.ACC_STATIC;
            List<MethodNode> bodies = node.methods.stream()
                    .filter(it -> it.desc.contains("Carrier"))
                    .toList();
            assertEquals(inInterface ? 2 : 4, bodies.size());
            for (MethodNode body : bodies) {
                int visible = body.access
                        & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED | Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC);
                assertEquals(
                        hasNests() ? Opcodes.ACC_PRIVATE | (body.access & Opcodes.ACC_STATIC) : open,
                        visible,
                        body.name + body.desc);
            }
            assertEquals(!hasNests(), node.nestMembers == null && node.nestHostClass == null);
        }
        for (ClassFile frame : woven.woven().frames()) {
            assertEquals(hasNests(), read(frame).nestHostClass != null);
            assertEquals(level.release() + 44, read(frame).version);
        }
    }

    @Test
    void without_nests_each_class_is_woven_by_itself() {
        assumeTrue(!hasNests());
        Woven together = Woven.source(level, """
                class Fixture {
                  @Async static Coroutine<Integer> one() { return done(await(step(1))); }
                  static class Other { @Async static Coroutine<Integer> two() { return done(await(one()) + 1); } }
                }""");
        List<ClassFile> alone = new ArrayList<>();
        together.compiled.forEach((name, bytes) ->
                alone.addAll(Woven.of(Map.of(name, bytes)).woven().changed()));
        for (ClassFile changed : together.woven().changed()) {
            ClassFile other = alone.stream()
                    .filter(it -> it.name().equals(changed.name()))
                    .findFirst()
                    .orElseThrow();
            assertArrayEquals(changed.bytes(), other.bytes(), changed.name());
        }
    }

    @Test
    void the_serial_version_of_a_class_does_not_change() throws Exception {
        Woven woven = Woven.source(level, """
                class Fixture implements java.io.Serializable {
                  int x; static int y = 3; Supplier<Integer> s = () -> x;
                  static class Nested extends Fixture { @Async public Coroutine<Void> n() { await(step(1)); return done(); } }
                  protected static class Shielded extends Fixture { @Async public Coroutine<Void> n() { await(step(1)); return done(); } }
                  static class Own implements java.io.Serializable {
                    private static final long serialVersionUID = 5;
                    @Async public Coroutine<Void> n() { await(step(1)); return done(); }
                  }
                  enum E { A; @Async public Coroutine<Void> n() { await(step(1)); return done(); } }
                  static class Plain { @Async public Coroutine<Void> n() { await(step(1)); return done(); } }
                  @Async Coroutine<Void> m() { await(step(1)); return done(); }
                }""");
        ClassLoader before = loader(woven.compiled);
        ClassLoader after = woven.load();
        for (String name : List.of("Fixture", "Fixture$Nested", "Fixture$Shielded", "Fixture$Own", "Fixture$E")) {
            assertEquals(
                    ObjectStreamClass.lookup(before.loadClass(name)).getSerialVersionUID(),
                    ObjectStreamClass.lookup(after.loadClass(name)).getSerialVersionUID(),
                    name);
        }
        assertNull(ObjectStreamClass.lookup(after.loadClass("Fixture$Plain")));
        assertTrue(woven.woven().changed().stream()
                .map(LevelsTest::read)
                .allMatch(it -> it.fields.stream().noneMatch(f -> f.name.equals("serialVersionUID"))
                        || it.name.endsWith("Own")
                        || (!hasNests()
                                && List.of("Fixture", "Fixture$Nested", "Fixture$Shielded")
                                        .contains(it.name))));
    }

    private static ClassLoader loader(Map<String, byte[]> classes) {
        return new ClassLoader(LevelsTest.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) {
                byte[] bytes = classes.get(name.replace('.', '/'));
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
    }

    private static ClassNode read(ClassFile file) {
        ClassNode node = new ClassNode();
        new ClassReader(file.bytes()).accept(node, 0);
        return node;
    }
}
