package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.transformer.ClassReport.Dropped;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.ClassReport.Why;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.model.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** What weaving leaves behind: code, marks, reports. */
class OutputTest {
    private static final String SHOP = """
            class Fixture {
              @Async static Coroutine<Integer> price(String item) { return done(await(step(item.length()))); }
              @Async static Coroutine<Integer> total(String a, String b, String unused) {
                int left = await(price(a));
                int right;
                try { right = await(price(b)); } catch (IllegalStateException e) { right = a.length(); }
                return done(left + right);
              }
              @Async static Coroutine<Integer> test() { return total("ab", "c", ""); }
            }""";

    private static ClassNode fixture(Woven woven) {
        ClassNode node = new ClassNode();
        woven.woven().changed().stream()
                .filter(it -> it.name().equals("Fixture"))
                .forEach(it -> new ClassReader(it.bytes()).accept(node, 0));
        return node;
    }

    /** The ends of the bodies' descriptors. */
    private static final String DIRECT = "Ldev/fermata/abi/Carrier;)Ljava/lang/Object;";

    private static final String RESUMING = "Ljava/lang/Object;Ljava/lang/Throwable;" + DIRECT;

    private static MethodNode body(ClassNode node, String name, String descriptorEnd) {
        return node.methods.stream()
                .filter(it -> it.name.equals(name) && it.desc.endsWith(descriptorEnd))
                .filter(it -> it.desc.contains(RESUMING) == descriptorEnd.equals(RESUMING))
                .findFirst()
                .orElseThrow();
    }

    private static MethodNode method(ClassNode node, String name) {
        return node.methods.stream()
                .filter(it -> it.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void awaits_inside_a_nest_are_plain_calls_and_the_direct_body_allocates_nothing() {
        MethodNode body = body(fixture(Woven.source(SHOP)), "total", DIRECT);
        List<String> calls = new ArrayList<>();
        for (AbstractInsnNode instruction : body.instructions) {
            assertFalse(instruction.getOpcode() == Opcodes.NEW, "the body allocates");
            if (instruction instanceof MethodInsnNode call) {
                calls.add(call.name + call.desc);
            }
        }
        assertEquals(2, Collections.frequency(calls, "price(Ljava/lang/String;" + DIRECT));
        assertTrue(calls.stream().noneMatch(it -> it.startsWith("await")), calls::toString);
    }

    /** In the tests of behaviour: that it gives the right value everywhere. Here: that nothing is left of it. */
    @Test
    void done_before_a_finally_in_a_ternary_and_in_a_switch_is_its_value() {
        Woven woven = Woven.source("""
                class Fixture {
                  static int n;
                  @Async static Coroutine<String> test() {
                    int i = await(step(1));
                    try (var r = open()) {
                      try { return i > 1 ? done("big") : done("small " + await(step(2))); } finally { n++; }
                    } catch (IllegalStateException e) {
                      return switch (i) { case 1 -> { n++; yield done(); } default -> done(e.getMessage()); };
                    }
                  }
                  static AsyncScope open() { return failure -> step(null); }
                }""".replace("done()", "done(null)"));
        for (MethodNode body : fixture(woven).methods) {
            for (AbstractInsnNode instruction : body.instructions) {
                assertFalse(Instructions.isCall(instruction, Names.ASYNCIO, "done"), body.name);
                assertFalse(Instructions.isCall(instruction, Names.ABI, "unwrap"), body.name);
            }
        }
        Fixtures.agree(woven);
    }

    @Test
    void done_that_is_used_otherwise_stays_a_coroutine() {
        Fixtures.gives("true 5 5", """
                class Fixture {
                  @Async static Coroutine<Integer> five() {
                    Coroutine<Integer> five = done(5);
                    await(step(0));
                    Object seen = five;
                    return seen instanceof Coroutine<?> ? five : done(6);
                  }
                  @Async static Coroutine<String> test() {
                    Coroutine<Integer> five = done(5);
                    return done((five == (Object) five) + " " + await(five) + " " + await(five()));
                  }
                }""");
    }

    @Test
    void only_what_is_read_later_is_saved_and_the_report_says_why() {
        MethodReport report = Woven.source(SHOP).report("total");
        assertEquals(2, report.points().size());
        List<Saved> first = report.points().get(0).saved();
        assertEquals(List.of("a", "b"), first.stream().map(Saved::name).toList());
        assertTrue(
                first.get(0).reason().startsWith("needed by a handler, read at line"),
                first.get(0).reason());
        assertTrue(
                first.get(1).reason().startsWith("read later at line"),
                first.get(1).reason());
        assertEquals(
                List.of(new Dropped("unused", Why.ZEROED)),
                report.points().get(0).dropped());
        List<Saved> second = report.points().get(1).saved();
        assertEquals(List.of("a", "left"), second.stream().map(Saved::name).toList());
        assertEquals(
                "await price(), a direct call of its body",
                report.points().get(0).what());
    }

    @Test
    void bodies_have_their_methods_name_are_private_and_carry_no_annotations() {
        ClassNode node = fixture(Woven.source(SHOP));
        for (String descriptor : List.of(DIRECT, RESUMING)) {
            MethodNode body = body(node, "total", descriptor);
            assertEquals(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, body.access, "synthetic ones have no coverage");
            assertNull(body.invisibleAnnotations);
            assertNull(body.visibleAnnotations);
        }
        assertEquals(Names.ASYNC, method(node, "total").invisibleAnnotations.get(0).desc);
    }

    private static MethodNode resumingBody(ClassNode node, String frameClass) {
        return node.methods.stream()
                .filter(it -> it.desc.startsWith("(L" + frameClass + ";Ljava/lang/Object;Ljava/lang/Throwable;"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void dispatch_and_the_restoring_of_locals_have_no_line() {
        MethodNode body = resumingBody(fixture(Woven.source(SHOP)), "Fixture$async$total");
        int restores = 0;
        boolean lines = false;
        for (AbstractInsnNode instruction : body.instructions) {
            lines |= instruction instanceof LineNumberNode;
            assertFalse(lines && instruction.getOpcode() == Opcodes.TABLESWITCH, "the dispatch has a line");
            if (instruction instanceof FieldInsnNode field && field.getOpcode() == Opcodes.GETFIELD) {
                assertFalse(lines, "restoring " + field.name + " has a line");
                restores++;
            }
        }
        assertTrue(lines && restores > 1, "there is nothing to see");
    }

    @Test
    void variables_that_were_not_saved_are_not_in_scope_after_a_resume() {
        MethodNode body = resumingBody(fixture(Woven.source(SHOP)), "Fixture$async$total");
        assertEquals(
                Set.of("a", "b", "left", "right", "e"),
                body.localVariables.stream().map(it -> it.name).collect(Collectors.toSet()));
    }

    @Test
    void bodies_of_a_lambda_stay_synthetic() {
        ClassNode node = fixture(Woven.source("""
                class Fixture {
                  static AsyncCallable<Integer> test() { return () -> done(await(step(1))); }
                }"""));
        for (String descriptor : List.of(DIRECT, RESUMING)) {
            MethodNode body = body(node, "lambda$test$0", descriptor);
            assertEquals(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC, body.access);
        }
    }

    @Test
    void frame_classes_join_the_nest() {
        Woven woven = Woven.source("""
                class Fixture {
                  static class Inner { @Async Coroutine<Void> m() { await(step(1)); return done(); } }
                  @Async static Coroutine<Void> test() { return new Inner().m(); }
                }""");
        ClassNode node = fixture(woven);
        assertTrue(node.nestMembers.containsAll(
                woven.woven().frames().stream().map(ClassFile::name).toList()));
        assertEquals(
                List.of("Fixture$Inner$async$m", "Fixture$async$test"),
                woven.woven().frames().stream().map(ClassFile::name).sorted().toList());
    }

    @Test
    void a_frame_class_has_the_entry_among_inner_classes_that_readers_expect_of_a_member_of_a_nest() throws Exception {
        Woven woven = Woven.source("""
                class Fixture {
                  static class Inner { @Async Coroutine<Void> m() { await(step(1)); return done(); } }
                  @Async static Coroutine<Void> test() { return new Inner().m(); }
                }""");
        ClassLoader loader = woven.load();
        for (ClassFile frame : woven.woven().frames()) {
            ClassNode node = new ClassNode();
            new ClassReader(frame.bytes()).accept(node, 0);
            assertEquals("Fixture", node.nestHostClass);
            assertEquals(
                    List.of(frame.name()),
                    node.innerClasses.stream().map(it -> it.name).toList());
            assertTrue((node.innerClasses.get(0).access & Opcodes.ACC_STATIC) != 0);
            Class<?> type = loader.loadClass(frame.name()); // to which it is no nested class
            assertEquals(frame.name(), type.getSimpleName());
            assertNull(type.getEnclosingClass());
            assertTrue(type.isSynthetic() && !type.isAnonymousClass() && !type.isLocalClass());
        }
    }

    @Test
    void a_state_knows_whether_a_handler_encloses_it() throws Exception {
        ClassLoader loader = Woven.source("""
                class Fixture {
                  static class Scope implements AsyncCloseable {
                    public Coroutine<Void> aclose() { return done(); }
                  }
                  @Async static Coroutine<Integer> none() { return done(await(step(1)) + await(step(2))); }
                  @Async static Coroutine<Integer> all() {
                    int x = 0;
                    try { x = await(step(1)) + await(step(2)); } finally { System.nanoTime(); }
                    return done(x);
                  }
                  @Async static Coroutine<Integer> some() {
                    int x = await(step(1));
                    try (Scope scope = new Scope()) { x += await(step(2)); }
                    try { x += await(step(3)); } catch (IllegalStateException e) { x += await(step(4)); }
                    return done(x);
                  }
                }""").load();
        assertEquals(List.of(false, false), catches(loader, "none", 2));
        assertEquals(List.of(true, true), catches(loader, "all", 2));
        // inside of the block, its normal close, its close while an exception leaves (javac adds what it throws to
        // that)
        assertEquals(List.of(false, true, false, true, true, false), catches(loader, "some", 6));
    }

    private static List<Boolean> catches(ClassLoader loader, String method, int states) throws Exception {
        Class<?> type = loader.loadClass("Fixture$async$" + method);
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object frame = constructor.newInstance();
        List<Boolean> catches = new ArrayList<>();
        for (int state = 1; state <= states; state++) {
            dev.fermata.abi.Frame.class.getField("state").setInt(frame, state);
            Class<?> declaring = type;
            while (Stream.of(declaring.getDeclaredMethods())
                    .noneMatch(it -> it.getName().equals("catches"))) {
                declaring = declaring.getSuperclass();
            }
            var query = declaring.getDeclaredMethod("catches");
            query.setAccessible(true);
            catches.add((Boolean) query.invoke(frame));
        }
        return catches;
    }

    @Test
    void overloads_get_frames_of_their_own() {
        Fixtures.gives("i1 s2", """
                class Fixture {
                  @Async static Coroutine<String> m(int x) { return done("i" + await(step(x))); }
                  @Async static Coroutine<String> m(String x) { return done("s" + await(step(x))); }
                  @Async static Coroutine<String> test() { return done(await(m(1)) + " " + await(m("2"))); }
                }""");
    }

    /** Without it nobody could tell a host that lists frame classes from one that the compiler wrote. */
    @Test
    void each_changed_class_carries_the_mark_a_host_without_async_methods_too() {
        Woven woven = Woven.source("""
                class Fixture {
                  static class Inner {
                    @Async static Coroutine<Void> m() { await(step(0)); return done(); }
                  }
                }""");
        assertEquals(2, woven.woven().changed().size());
        for (ClassFile changed : woven.woven().changed()) {
            ClassNode node = new ClassNode();
            new ClassReader(changed.bytes()).accept(node, 0);
            List<AnnotationNode> marks = node.invisibleAnnotations == null ? List.of() : node.invisibleAnnotations;
            assertEquals(List.of(Names.WOVEN), marks.stream().map(it -> it.desc).toList(), node.name);
        }
    }

    @Test
    void weaving_again_changes_nothing() {
        Woven woven = Woven.source(SHOP);
        List<ClassFile> again = new ArrayList<>(woven.woven().changed());
        assertInstanceOf(Result.Unchanged.class, new Weaver(Woven::fact).weave(again));
    }

    @Test
    void the_same_input_gives_the_same_bytes_in_any_order() {
        Woven first = Woven.source(SHOP);
        List<ClassFile> reversed = first.compiled.entrySet().stream()
                .map(it -> new ClassFile(it.getKey(), it.getValue()))
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.reverse(reversed);
        Result.Woven second = (Result.Woven) new Weaver(Woven::fact).weave(reversed);
        for (int i = 0; i < second.changed().size(); i++) {
            assertArrayEquals(
                    first.woven().changed().get(i).bytes(),
                    second.changed().get(i).bytes());
        }
        for (int i = 0; i < second.frames().size(); i++) {
            assertArrayEquals(
                    first.woven().frames().get(i).bytes(),
                    second.frames().get(i).bytes());
        }
    }

    @Test
    void classes_that_never_heard_of_fermata_are_recognised_by_their_constant_pool() throws Exception {
        assertFalse(Weaver.concerns(
                ClassLoader.getSystemResourceAsStream("java/lang/String.class").readAllBytes()));
        assertTrue(Weaver.concerns(Woven.source(SHOP).compiled.get("Fixture")));
    }

    @Test
    void methods_of_more_than_32_kilobytes_run_wherever_they_await_and_jump() {
        int lines = 1_200;
        // ASM rewrites each jump that is too long, for which it computes stack map frames: here of hundreds of locals
        StringBuilder source = new StringBuilder("class Fixture { @Async static Coroutine<String> test() { int x = 0;\n"
                + "for (int i = 0; i < 2; i++) { x += await(step(1)); try {\n");
        for (int i = 0; i < lines; i++) {
            source.append("x += %1$d; if (x == -%1$d) { System.setProperty(\"a\" + x, \"never\" + %1$d * x); }\n"
                    .formatted(i));
            if (i % 10 == 7) {
                source.append("String s%1$d = \"s\" + x; Object o%1$d = x;\n".formatted(i));
            }
            if (i % 300 == 299) {
                source.append("x += await(step(s7.length())); if (i > 5) { continue; }\n");
            }
        }
        source.append("} finally { x += await(step(1)); } } return done(\"x \" + x); } }");
        Woven woven = Woven.source(source.toString());
        assertTrue(woven.report("test").size().before() > 32_768);
        int first = 1 + lines * (lines - 1) / 2 + lines / 300 * "s29".length() + 1;
        Fixtures.gives("x " + (2 * first + lines / 300 * (("s" + (first + 29)).length() - "s29".length())), woven);
    }

    @Test
    void a_thousand_awaits_fit_into_one_method() {
        StringBuilder source =
                new StringBuilder("class Fixture { @Async static Coroutine<Integer> one() { return step(1); }\n"
                        + "@Async static Coroutine<Integer> test() { int s = 0;\n");
        source.append("s += await(one());\n".repeat(1_000));
        Woven woven = Woven.source(source + "return done(s); } }");
        assertEquals(1_000, woven.report("test").points().size());
    }
}
