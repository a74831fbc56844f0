package dev.fermata.transformer;

import static dev.fermata.transformer.Fixtures.gives;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.fermata.transformer.ClassReport.Saved;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** More values alive at an await than a call has slots for. */
class ManyValuesTest {
    private static final List<String> TYPES = List.of("int", "long", "Object", "double", "float", "String", "int[]");

    /** Around the 250 slots that one call saves, twice as many, and many more. */
    @ParameterizedTest
    @ValueSource(ints = {250, 251, 253, 255, 500, 501, 1000})
    void locals_of_one_slot(int count) {
        gives(String.valueOf(2 * count * (count - 1) / 2 + 6), """
                class Fixture {
                  @Async static Coroutine<Integer> test() {
                    %s
                    int r = await(step(1));
                    %s
                    r += await(step(5));
                    return done(r + %s);
                  }
                }""".formatted(
                        each(count, "", i -> "int v" + i + " = " + i + ";"),
                        each(count, "", i -> "v" + i + " *= 2;"),
                        each(count, " + ", i -> "v" + i)));
    }

    @Test
    void twenty_five_hundred_locals() {
        gives(2_500 * 2_499 / 2, """
                class Fixture {
                  @Async static Coroutine<Integer> test() {
                    %s
                    int sum = await(step(0));
                    %s
                    return done(sum);
                  }
                }""".formatted(
                each(2_500, "", i -> "int v" + i + " = " + i + ";"), each(2_500, "", i -> "sum += v" + i + ";")));
    }

    /** A long does not fit into the last slot of a call. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void locals_of_every_kind_in_an_instance_method(int shift) {
        gives("7," + each(300, ",", i -> String.valueOf(i + shift)), """
                class Fixture {
                  int seven = 7;
                  @Async Coroutine<String> go() {
                    %s
                    %s
                    int r = await(step(0));
                    await(step(null));
                    String s = "" + (seven + r);
                    %s
                    return done(s);
                  }
                  @Async static Coroutine<String> test() { return done(await(new Fixture().go())); }
                }""".formatted(
                shift == 0 ? "" : "boolean odd = true;",
                each(300, "", i -> declared(i, i + shift)),
                each(300, "", i -> "s += \",\" + " + read(i) + ";") + (shift == 0 ? "" : "if (!odd) s = \"\";")));
    }

    private static String declared(int i, int value) {
        return switch (i % 5) {
            case 0 -> "long v" + i + " = " + value + "L;";
            case 1 -> "double v" + i + " = " + value + ";";
            case 2 -> "Integer v" + i + " = " + value + ";";
            case 3 -> "float v" + i + " = " + value + "f;";
            default -> "short v" + i + " = " + value + ";";
        };
    }

    private static String read(int i) {
        return i % 5 == 1 || i % 5 == 3 ? "(int) v" + i : "v" + i;
    }

    /** The longer of two awaits leaves references in the frame that are dead at the shorter one, and the other way round. */
    @Test
    void awaits_that_save_many_values_and_few_take_turns() {
        gives("19701 / 44850 / 19701 / 44850 / 2", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    String s = "";
                    int n = 0;
                    for (; n < 2; n++) {
                      %s
                      await(step(n));
                      s += (199 * 198 / 2) + " / ";
                      Integer[] all = { %s };
                      int sum = 0;
                      for (Integer each : all) sum += each;
                      s += sum + " / ";
                      all = null;
                      await(step(n));
                    }
                    return done(s + n);
                  }
                }""".formatted(
                        each(300, "", i -> "Integer v" + i + " = " + i + ";"), each(300, ", ", i -> "v" + i)));
    }

    @Test
    void a_handler_reads_many_values() {
        gives("44850 x", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    %s
                    try {
                      await(step(1));
                      await(failing(new IllegalStateException("x")));
                      return done("not here");
                    } catch (IllegalStateException e) {
                      int one = await(step(1));
                      return done((%s + one - 1) + " " + e.getMessage());
                    }
                  }
                }""".formatted(
                        each(300, "", i -> "int v" + i + " = " + i + ";"), each(300, " + ", i -> "v" + i)));
    }

    @Test
    void locals_of_every_type_in_an_instance_method_that_loops_and_catches() {
        int values = 700;
        gives("ok", """
                class Fixture {
                  int field = 7;
                  @Async Coroutine<String> m(int n) {
                    %s
                    String log = "";
                    for (int i = 0; i < n; i++) {
                      try {
                        log += await(step(i)) + ",";
                        if (i == 1) throw new IllegalStateException("x");
                      } catch (IllegalStateException e) {
                        log += await(step("c")) + e.getMessage();
                      } finally {
                        log += await(step("f"));
                      }
                    }
                    String all = "" %s;
                    return done(log + field + all);
                  }
                  @Async static Coroutine<String> test() {
                    String all = await(new Fixture().m(3));
                    String expected = "0,f1,cxf2,f7" + "%s";
                    return done(all.equals(expected) ? "ok" : all + " instead of " + expected);
                  }
                }""".formatted(
                        each(values, "\n", ManyValuesTest::declaration),
                        each(values, "", i -> " + " + reading(i)),
                        each(values, "", ManyValuesTest::shown)));
    }

    private static String declaration(int i) {
        String type = TYPES.get(i % TYPES.size());
        String value = switch (type) {
            case "String" -> "\"s" + i + "\"";
            case "int[]" -> "{" + i + "}";
            case "Object" -> "(Object) " + i;
            default -> String.valueOf(i);
        };
        return type + " v" + i + " = " + value + ";";
    }

    private static String reading(int i) {
        return TYPES.get(i % TYPES.size()).equals("int[]") ? "v" + i + "[0]" : "v" + i;
    }

    private static String shown(int i) {
        return switch (TYPES.get(i % TYPES.size())) {
            case "double", "float" -> i + ".0";
            case "String" -> "s" + i;
            default -> String.valueOf(i);
        };
    }

    @Test
    void values_on_the_operand_stack_below_an_await() {
        String sum = "await(step(1L))";
        for (int depth = 0; depth < 4; depth++) {
            sum = "sum(" + each(60, ", ", i -> i % 3 == 2 ? "null" : "1L") + ", " + each(90, ", ", i -> "o") + ", "
                    + sum + ")";
        }
        gives("241", """
                class Fixture {
                  static long sum(%s, %s, long last) { return %s + last; }
                  @Async static Coroutine<String> test() {
                    Long o = await(step(1L));
                    return done("" + %s);
                  }
                }""".formatted(
                        each(60, ", ", i -> i % 3 == 2 ? "Object n" + i : "long n" + i),
                        each(90, ", ", i -> "Long o" + i),
                        each(60, " + ", i -> i % 3 == 2 ? "o" + i : "n" + i),
                        sum));
    }

    @Test
    void points_that_begin_alike_and_end_differently_share_nothing_and_hold_nothing() {
        gives("44850 + 299 a a0 a299", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    String log;
                    {
                      %s
                      Object a = "a"; Object b = new Object(); long l = 2;
                      int x = await(step(1));
                      log = (%s) + " + " + (v299 + x - 1) + " " + a;
                      if (b == null || l == 1) log += "?";
                    }
                    {
                      %s
                      await(step(2));
                      String first = v0;
                      await(step(3));
                      log += " " + first + " " + v299 + (%s ? "" : "!");
                    }
                    return done(log);
                  }
                }""".formatted(
                        each(300, "", i -> "int v" + i + " = " + i + ";"),
                        each(300, " + ", i -> "v" + i),
                        each(300, "", i -> "String v" + i + " = \"a" + i + "\";"),
                        each(300, " && ", i -> "v" + i + " != null")));
    }

    @Test
    void a_lambda_captures_as_many_values_as_a_call_can_take() {
        gives("31626 1", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    int n = await(step(0));
                    %s
                    Supplier<Coroutine<String>> sum = () -> {
                      int one = await(step(1));
                      %s
                      int two = await(step(2)) + w0;
                      return done((%s + two - 2) + " " + one);
                    };
                    return done(await(sum.get()));
                  }
                }""".formatted(
                        each(252, "", i -> "int v" + i + " = n + " + i + ";"),
                        each(50, "", i -> "long w" + i + " = v" + i + ";").replace("long w0", "int w0"),
                        each(252, " + ", i -> "v" + i)));
    }

    @Test
    void a_task_is_cancelled_while_many_values_are_alive() throws ReflectiveOperationException {
        Woven woven = Woven.source("""
                class Fixture {
                  static String log = "";
                  @Async static Coroutine<Void> victim() {
                    %s
                    try {
                      await(Asyncio.sleep(java.time.Duration.ofDays(1)));
                    } catch (CancelledError e) {
                      await(Asyncio.sleep(java.time.Duration.ZERO));
                      log += "cancelled " + (%s);
                      throw e;
                    } finally {
                      await(Asyncio.sleep(java.time.Duration.ZERO));
                      log += " finally " + v299;
                    }
                    return done();
                  }
                  @Async static Coroutine<String> test() {
                    Task<Void> task = Asyncio.createTask(victim());
                    await(Asyncio.sleep(java.time.Duration.ZERO));
                    task.cancel();
                    try {
                      await(task);
                    } catch (CancelledError e) {
                      log += " " + task.cancelled();
                    }
                    return done(log);
                  }
                }""".formatted(
                each(300, "", i -> (i % 2 == 0 ? "long v" : "Integer v") + i + " = " + i + (i % 2 == 0 ? "L;" : ";")),
                each(300, " + ", i -> "v" + i)));
        assertEquals("cancelled 44850 finally 299 true", Fixtures.run(woven));
    }

    @Test
    void a_hot_method_has_many_values_alive() throws ReflectiveOperationException {
        Woven woven = Woven.source(
                """
                class Fixture {
                  @Async static CompletableFuture<Integer> hot(int n) {
                    %s
                    for (int i = 0; i < n; i++) { await(Asyncio.sleep(java.time.Duration.ZERO)); v0 += i; }
                    return CompletableFuture.completedFuture(%s);
                  }
                  @Async static Coroutine<String> test() {
                    CompletableFuture<Integer> future = hot(4);
                    return done(await(future) + " " + await(hot(0)));
                  }
                }""".formatted(each(300, "", i -> "int v" + i + " = " + i + ";"), each(300, " + ", i -> "v" + i)));
        assertEquals("44856 44850", Fixtures.run(woven));
    }

    @Test
    void a_trace_has_the_method_and_the_line() {
        gives("test 11, test 13", """
                class Fixture {
                  static String place() {
                    StackTraceElement caller = new Throwable().getStackTrace()[1];
                    return caller.getMethodName() + " " + (caller.getLineNumber() - %d);
                  }
                  @Async static Coroutine<String> test() {
                    %s
                    int n = await(step(0));

                    // two lines above
                    String places = place();
                    await(step(1));
                    places += ", " + place();
                    return done(%s == 44850 ? places : "");
                  }
                }""".formatted(
                        Woven.importedLines(),
                        each(300, "", i -> "int v" + i + " = " + i + ";"),
                        each(300, " + ", i -> "v" + i)));
    }

    @Test
    void the_report_has_all_values() {
        Woven woven = Woven.source(
                """
                class Fixture {
                  @Async static Coroutine<Integer> test() {
                    %s
                    await(step(1));
                    return done(%s);
                  }
                }""".formatted(each(600, "", i -> "int v" + i + " = " + i + ";"), each(600, " + ", i -> "v" + i)));
        List<Saved> saved = woven.report("test").points().get(0).saved();
        assertEquals(600, saved.size());
        assertEquals(600, saved.stream().map(Saved::field).distinct().count());
        assertEquals(
                new Saved("v599", "int", "i599", "read later at line " + (Woven.importedLines() + 5)), saved.get(599));
    }

    /** A call may overflow the stack. Then nothing must know of a frame that has only some of its values. */
    @Test
    void the_carrier_is_told_by_the_last_call_when_all_values_are_in_the_frame() {
        Woven woven = Woven.source(
                """
                class Fixture {
                  @Async Coroutine<Integer> m() {
                    %s
                    await(step(1));
                    return done(%s);
                  }
                }""".formatted(each(600, "", i -> "int v" + i + " = " + i + ";"), each(600, " + ", i -> "v" + i)));
        assertEquals(
                List.of("Fixture$async$m.save1$2", "Fixture$async$m.save1$1", "Fixture$async$m.save1"),
                calls(
                                woven.woven().changed().get(0).bytes(),
                                it -> it.desc.equals("(Ldev/fermata/abi/Carrier;)Ljava/lang/Object;"))
                        .stream()
                        .filter(it -> it.contains("save"))
                        .toList());
        byte[] frame = woven.woven().frames().get(0).bytes();
        assertEquals(List.of(), calls(frame, it -> it.name.startsWith("save1$")));
        assertEquals(
                List.of("dev/fermata/abi/Carrier.suspended", "dev/fermata/abi/Carrier.suspendedAgain"),
                calls(frame, it -> it.name.equals("save1")));
        MethodNode last = method(frame, it -> it.name.equals("save1"));
        boolean told = false;
        for (AbstractInsnNode instruction : last.instructions) {
            told |= instruction instanceof MethodInsnNode;
            assertFalse(told
                    && instruction instanceof FieldInsnNode put
                    && put.getOpcode() == Opcodes.PUTFIELD
                    && !put.name.equals("state"));
        }
    }

    private static List<String> calls(byte[] classFile, Predicate<MethodNode> which) {
        List<String> calls = new ArrayList<>();
        for (AbstractInsnNode instruction : method(classFile, which).instructions) {
            if (instruction instanceof MethodInsnNode call) {
                calls.add(call.owner + "." + call.name);
            }
        }
        return calls;
    }

    private static MethodNode method(byte[] classFile, Predicate<MethodNode> which) {
        ClassNode node = new ClassNode();
        new ClassReader(classFile).accept(node, 0);
        return node.methods.stream().filter(which).findFirst().orElseThrow();
    }

    private static String each(int count, String between, IntFunction<String> text) {
        return IntStream.range(0, count).mapToObj(text).collect(Collectors.joining(between));
    }
}
