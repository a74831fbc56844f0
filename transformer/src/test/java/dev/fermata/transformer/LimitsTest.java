package dev.fermata.transformer;

import static dev.fermata.transformer.Fixtures.gives;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/** What the JVM can hold is woven; what is refused for its size, the JVM cannot hold. */
class LimitsTest {
    /** Without {@code this} there may be 255 slots, with it 254; the carrier is one more. */
    @ParameterizedTest
    @CsvSource({
        "'static ', 253, Fixture.",
        "'static ', 254, Fixture.",
        "'static ', 255, Fixture.",
        "'private static ', 255, Fixture.",
        "'', 252, new Fixture().",
        "'', 253, new Fixture().",
        "'', 254, new Fixture().",
        "'private ', 253, new Fixture().",
        "'private ', 254, new Fixture().",
        "'final ', 254, new Fixture().",
        "'default ', 253, Each.the.",
        "'default ', 254, Each.the.",
        "'private ', 254, Each.the.",
        "'static ', 255, Each."
    })
    void arguments_take_all_slots(String modifier, int slots, String receiver) {
        String method = """
                  @Async %sCoroutine<String> m(%s, long l, Object last) {
                    String seen = "" + await(step("a"));
                    for (int i = 0; i < 2; i++) { p0 += await(step(1)); last = last + "." + p1; }
                    return done(seen + %s + l + last + self());
                  }
                """.formatted(
                        modifier,
                        list(slots - 3, ", ", i -> (i % 2 == 0 ? "int p" : "String p") + i),
                        list(slots - 3, " + ", i -> i == 0 ? "(p0 - 2)" : "p" + i));
        boolean inInterface = receiver.startsWith("Each");
        gives("a" + list(slots - 3, "", i -> i % 2 == 0 ? "" + i : "s" + i) + "5o.s1.s1self", """
                class Fixture {
                  %s static String self() { return "self"; }
                  @Async static Coroutine<String> test() { return done(await(%sm(%s, 5L, "o"))); }
                  interface Each {
                    Each the = new Each() {};
                    %s static String self() { return "self"; }
                  }
                }""".formatted(
                        inInterface ? "" : method,
                        receiver,
                        list(slots - 3, ", ", i -> i % 2 == 0 ? "" + i : "\"s" + i + "\""),
                        inInterface ? method : ""));
    }

    /** Each of an overridden method and its override leaves no room, and both find their object. */
    @Test
    void methods_whose_arguments_take_all_slots_override_and_call_each_other() {
        String arguments = list(254, ", ", i -> "p" + i);
        gives("sub 253 base 0", """
                class Fixture {
                  String name() { return "base "; }
                  @Async Coroutine<String> m(%1$s) { return done("base " + await(step(p0)) ); }
                  static class Sub extends Fixture {
                    String name() { return "sub "; }
                    @Override @Async Coroutine<String> m(%1$s) {
                      return done(name() + await(step(p253)) + " " + await(super.m(%2$s)));
                    }
                  }
                  @Async static Coroutine<String> test() {
                    Fixture object = new Sub();
                    return done(await(object.m(%3$s)));
                  }
                }""".formatted(
                        list(254, ", ", i -> "int p" + i), arguments, list(254, ", ", String::valueOf)));
    }

    /** Classes without nests have static bodies, with {@code this} as a parameter. */
    @Test
    void arguments_take_all_slots_in_a_class_without_nests() {
        gives(
                "base 253 0",
                Woven.of(Woven.compile(
                        """
                class Fixture {
                  @Async Coroutine<String> m(%s) {
                    int first = await(step(p0));
                    return done("base " + await(step(p253)) + " " + first);
                  }
                  @Async static Coroutine<String> test() { return done(await(new Fixture().m(%s))); }
                }""".formatted(list(254, ", ", i -> "int p" + i), list(254, ", ", String::valueOf)),
                        "-g",
                        "-source",
                        "8",
                        "-target",
                        "8")));
    }

    @Test
    void a_hot_method_s_arguments_take_all_slots() throws ReflectiveOperationException {
        Woven woven = Woven.source("""
                class Fixture {
                  @Async static CompletableFuture<String> hot(%s, String last) {
                    await(Asyncio.sleep(java.time.Duration.ZERO));
                    return CompletableFuture.completedFuture(p0 + p253 + last);
                  }
                  @Async CompletableFuture<String> hotToo(%s) {
                    return CompletableFuture.completedFuture(p1 + p253 + await(step("!")));
                  }
                  @Async static Coroutine<String> test() {
                    return done(await(hot(%s, "?")) + await(new Fixture().hotToo(%s)));
                  }
                }""".formatted(
                        list(254, ", ", i -> "int p" + i),
                        list(254, ", ", i -> "int p" + i),
                        list(254, ", ", String::valueOf),
                        list(254, ", ", String::valueOf)));
        assertEquals("253?254!", Fixtures.run(woven));
    }

    @Test
    void a_method_whose_arguments_take_all_slots_is_called_from_another_nest() {
        String parameters = list(255, ", ", i -> "int p" + i);
        gives("254 0", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    return done(await(Other.s(%s)) + " " + await(Other.nothing(%s)));
                  }
                }
                class Other {
                  @Async static Coroutine<Integer> s(%s) { return done(p254 + await(step(0))); }
                  @Async static Coroutine<Integer> nothing(%s) { return done(p0); }
                }""".formatted(
                        list(255, ", ", String::valueOf), list(255, ", ", String::valueOf), parameters, parameters));
    }

    /** Types with names of 250 characters: a descriptor has 65,535 bytes, and no room for the carrier or for all values. */
    @ParameterizedTest
    @CsvSource({"'static ', 1", "'static ', 200", "'static ', 257", "'', 1", "'', 60", "'', 200", "'', 400"})
    void a_descriptor_takes_almost_all_bytes_it_may(String modifier, int bytesLeft) {
        int arguments = 240;
        Map<String, byte[]> classes = Woven.compile("""
                class Fixture {
                  static class %1$s {
                    @Async %2$sCoroutine<String> m(%3$s) { String s = await(step("x")); return done(s + %4$s); }
                  }
                  @Async static Coroutine<String> test() { return done(await(new %1$s().m(%5$s))); }
                }""".formatted(
                        "Inner".repeat(20),
                        modifier,
                        list(arguments, ", ", i -> "Object p" + i),
                        list(arguments, " + \"\" + ", i -> "p" + i),
                        list(arguments, ", ", i -> "null")));
        int each = (65_535 - bytesLeft - "()Ldev/fermata/Coroutine;".length()) / arguments - "L;".length();
        String unknown = "Lunknown/" + "n".repeat(each - "unknown/".length()) + ";";
        Map<String, byte[]> renamed = new HashMap<>();
        classes.forEach((name, bytes) -> {
            ClassNode node = new ClassNode();
            new ClassReader(bytes).accept(node, ClassReader.EXPAND_FRAMES);
            for (MethodNode method : node.methods) {
                if (method.name.equals("m")) {
                    method.desc = method.desc.replace("Ljava/lang/Object;", unknown);
                    assertTrue(method.desc.length() > 65_535 - bytesLeft - arguments, "only " + method.desc.length());
                    method.localVariables = null;
                }
                calls(method, "m").forEach(it -> it.desc = it.desc.replace("Ljava/lang/Object;", unknown));
            }
            ClassWriter writer = new ClassWriter(0);
            node.accept(writer);
            renamed.put(name, writer.toByteArray());
        });
        gives("x" + "null".repeat(arguments), Woven.of(renamed));
    }

    @Test
    void a_method_has_the_longest_name_there_may_be() {
        String longest = "m".repeat(65_535);
        ClassNode node = read(Woven.compile("""
                class Fixture {
                  @Async static Coroutine<Integer> renamed() { int x = await(step(1)); return done(x + await(step(2))); }
                  @Async static Coroutine<Integer> test() { return done(await(renamed())); }
                }"""));
        for (MethodNode method : node.methods) {
            calls(method, "renamed").forEach(it -> it.name = longest);
            method.name = method.name.equals("renamed") ? longest : method.name;
        }
        gives("3", woven(node));
    }

    /** The resuming body has four parameters of its own in front of the locals. */
    @ParameterizedTest
    @ValueSource(ints = {65_530, 65_531})
    void local_variables_up_to_the_last_slot(int slot) {
        ClassNode node = read(Woven.compile("""
                class Fixture {
                  @Async static Coroutine<Integer> test() { int x = 1; x += await(step(2)); return done(x); }
                }"""));
        MethodNode test = method(node, "test");
        InsnList farAway = new InsnList();
        farAway.add(new InsnNode(Opcodes.ICONST_0));
        farAway.add(new VarInsnNode(Opcodes.ISTORE, slot));
        test.instructions.insert(farAway);
        AbstractInsnNode last = test.instructions.getLast();
        while (last.getOpcode() != Opcodes.ARETURN) {
            last = last.getPrevious();
        }
        test.instructions.insertBefore(last, new IincInsnNode(slot, 1));
        test.maxLocals = slot + 1;
        Woven woven = woven(node);
        if (slot == 65_530) {
            gives("3", woven);
        } else {
            refused("test", "it would have 65536 slots of local variables", woven);
        }
    }

    /** Each await of each block needs an entry in the table for each block around it. */
    @Test
    void awaits_inside_many_try_blocks() {
        Fixtures.agreesOften(awaitsInsideTryBlocks(300));
        refused("test", "it would have 72060 entries in its table of exception handlers", awaitsInsideTryBlocks(1_200));
    }

    private static Woven awaitsInsideTryBlocks(int awaits) {
        int depth = 60;
        return Woven.source("""
                class Fixture {
                  %s
                  @Async static Coroutine<String> test() {
                    String log = "";
                    %s
                    %s
                    %s
                    return done(log);
                  }
                }""".formatted(
                list(depth, "\n", i -> "static class E" + i + " extends RuntimeException {}"),
                list(depth, "", i -> "try {"),
                list(awaits, "\n", i -> "await(step(" + i + ")); if (log == null) throw new E" + i % depth + "();"),
                list(depth, "\n", i -> "} catch (E" + i + " e) { log += e; }")));
    }

    /** As it was compiled it has 20 KB; each of its bodies has more than 64. */
    @Test
    void a_body_of_more_than_64_kilobytes() {
        Woven woven = Woven.source("""
                class Fixture {
                  @Async static Coroutine<Integer> m() {
                    int s = 0, a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
                    %s
                    return done(s + a + b + c + d + e + f + g + h);
                  }
                }""".formatted("s += await(step(1)) + a + s;  s &= 0xff;\n".repeat(1_000)));
        refused("m", "it would be ", woven);
    }

    private static void refused(String method, String why, Woven woven) {
        Violation violation = woven.violations().get(0);
        assertEquals(Rule.METHOD_TOO_LARGE, violation.rule());
        assertEquals(method, violation.method());
        assertEquals("Fixture.java", violation.sourceFile());
        assertTrue(violation.line() > 0, violation.message());
        assertTrue(violation.message().contains(why), violation.message());
        assertTrue(violation.message().contains(Rule.METHOD_TOO_LARGE.remedy()), violation.message());
    }

    private static ClassNode read(Map<String, byte[]> classes) {
        ClassNode node = new ClassNode();
        new ClassReader(classes.get("Fixture")).accept(node, ClassReader.EXPAND_FRAMES);
        return node;
    }

    private static Woven woven(ClassNode node) {
        ClassWriter writer = new ClassWriter(0);
        node.accept(writer);
        return Woven.of(Map.of("Fixture", writer.toByteArray()));
    }

    private static MethodNode method(ClassNode node, String name) {
        return node.methods.stream()
                .filter(it -> it.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<MethodInsnNode> calls(MethodNode method, String name) {
        List<MethodInsnNode> calls = new ArrayList<>();
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction instanceof MethodInsnNode call && call.name.equals(name)) {
                calls.add(call);
            }
        }
        return calls;
    }

    private static String list(int count, String between, IntFunction<String> each) {
        return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining(between));
    }
}
