package dev.fermata.transformer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Coroutine;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Linker;
import dev.fermata.transformer.model.Names;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Calls between classes that are woven separately, or not at all, or were compiled again since. */
class LinkageTest {
    private static final String CALLER = """
            class Fixture {
              @Async static Coroutine<Object> test() { return done("got " + await(Shop.price("tea"))); }
            }""";

    private static final String SHOP = """
            class Shop {
              @Async static Coroutine<Integer> price(String what) { await(step(0)); return done(await(step(what.length()))); }
              @Async static Coroutine<Integer> price(int what) { return done(await(step(what))); }
            }""";

    private static final String UNWOVEN_SHOP =
            "class Shop { static Coroutine<Integer> price(String what) { return done(7); } }";

    /** The classes of {@code source}, each nest woven by itself but for those in {@code unwoven}. */
    private static Map<String, byte[]> separately(String source, String... unwoven) {
        Map<String, byte[]> all = new TreeMap<>(Woven.compile(source));
        Map<String, byte[]> woven = new HashMap<>(all);
        for (String host : all.keySet()) {
            if (!host.contains("$") && !Set.of(unwoven).contains(host)) {
                woven.putAll(weave(host, all));
            }
        }
        return woven;
    }

    private static Map<String, byte[]> weave(String host, Map<String, byte[]> compiled) {
        var nest = compiled.entrySet().stream()
                .filter(it -> it.getKey().equals(host) || it.getKey().startsWith(host + "$"))
                .map(it -> new ClassFile(it.getKey(), it.getValue()))
                .toList();
        Map<String, byte[]> woven = new HashMap<>();
        if (new Weaver(Woven::fact).weave(nest) instanceof Result.Woven done) {
            done.changed().forEach(it -> woven.put(it.name(), it.bytes()));
            done.frames().forEach(it -> woven.put(it.name(), it.bytes()));
        }
        return woven;
    }

    /** What {@code Fixture.test()} gives: the same whatever suspends. */
    private static String run(Map<String, byte[]> classes) throws Throwable {
        String plain = run(classes, 0);
        for (long mask : new long[] {-1, 1, 2}) {
            assertEquals(plain, run(classes, mask), "mask " + mask);
        }
        return plain;
    }

    private static String run(Map<String, byte[]> classes, long mask) throws Throwable {
        Steps.run = new Steps.Run(mask, -1);
        Method test = Woven.loader(classes).loadClass("Fixture").getDeclaredMethod("test");
        test.setAccessible(true);
        return String.valueOf(new Steps.TestCarrier().drive((Coroutine<?>) test.invoke(null)));
    }

    @Test
    void static_method_of_another_woven_class_is_called_without_a_coroutine() throws Throwable {
        Map<String, byte[]> classes = separately(CALLER + SHOP);
        // a frame class whose constructor fails: nobody may make a coroutine of Shop.price while nothing suspends
        classes.replace("Shop$async$price", withFailingConstructors(classes.get("Shop$async$price")));
        assertEquals("got 3", run(classes, 0));
        assertThrows(UnsupportedOperationException.class, () -> run(classes, -1));
    }

    @Test
    void static_method_of_another_woven_class_suspends_and_resumes() throws Throwable {
        assertEquals("got 3", run(separately(CALLER + SHOP)));
    }

    @Test
    void overloads_are_told_apart() throws Throwable {
        assertEquals("3 4", run(separately("""
                class Fixture {
                  @Async static Coroutine<Object> test() { return done(await(Shop.price("tea")) + " " + await(Shop.price(4))); }
                }""" + SHOP)));
    }

    @Test
    void wide_arguments_and_varargs_are_passed_on() throws Throwable {
        assertEquals("1 2.0 3 [a, b]", run(separately("""
                class Fixture {
                  @Async static Coroutine<Object> test() { return done(await(Shop.join(1L, 2.0, (byte) 3, "a", "b"))); }
                }
                class Shop {
                  @Async static Coroutine<String> join(long l, double d, byte b, String... s) {
                    await(step(0));
                    return done(l + " " + d + " " + b + " " + Arrays.toString(s));
                  }
                }""")));
    }

    @Test
    void method_inherited_from_a_superclass_is_found_where_it_stands() throws Throwable {
        assertEquals(
                "got 3", run(separately(CALLER.replace("Shop.", "Corner.") + SHOP + "class Corner extends Shop {}")));
    }

    @Test
    void static_method_of_an_interface_is_linked_too() throws Throwable {
        assertEquals("got 3", run(separately(CALLER + SHOP.replace("class Shop", "interface Shop"))));
    }

    @Test
    void exception_of_the_callee_is_caught_by_the_caller() throws Throwable {
        assertEquals("caught x", run(separately("""
                class Fixture {
                  @Async static Coroutine<Object> test() {
                    try { return done(await(Shop.fails())); } catch (IllegalStateException e) { return done("caught " + e.getMessage()); }
                  }
                }
                class Shop { @Async static Coroutine<String> fails() { await(step(0)); throw new IllegalStateException("x"); } }""")));
    }

    @Test
    void callee_that_was_not_woven_is_called_as_it_is() throws Throwable {
        assertEquals("got 7", run(separately(CALLER + UNWOVEN_SHOP, "Shop")));
    }

    @Test
    void callee_that_lost_its_annotation_still_works_although_its_frame_class_is_left() throws Throwable {
        Map<String, byte[]> classes = separately(CALLER + SHOP);
        classes.putAll(Woven.compile(UNWOVEN_SHOP));
        assertEquals("got 7", run(classes));
    }

    @Test
    void callee_that_was_compiled_again_and_not_woven_says_so() throws Throwable {
        Map<String, byte[]> classes = separately(CALLER + SHOP, "Shop");
        IllegalStateException notWoven = assertThrows(IllegalStateException.class, () -> run(classes));
        assertTrue(notWoven.getMessage().startsWith("Shop.price (Fixture.java:"), notWoven.getMessage());
    }

    @Test
    void callee_that_vanished_is_the_error_it_is_in_plain_java() {
        Map<String, byte[]> classes = separately(CALLER + SHOP);
        classes.putAll(Woven.compile("class Shop {}"));
        assertThrows(NoSuchMethodError.class, () -> run(classes));
    }

    @Test
    void callee_that_may_not_be_called_is_the_error_it_is_in_plain_java() {
        Map<String, byte[]> classes = separately(CALLER + SHOP);
        classes.putAll(Woven.compile(
                "class Shop { private static Coroutine<Integer> price(String what) { return done(7); } }"));
        assertThrows(IllegalAccessError.class, () -> run(classes));
    }

    @Test
    void class_is_initialised_when_its_method_is_called_and_not_before() throws Throwable {
        assertEquals("before init 1", run(separately("""
                class Fixture {
                  static String log;
                  @Async static Coroutine<Object> test() { log = "before"; int one = await(Shop.one()); return done(log + " " + one); }
                }
                class Shop {
                  static { Fixture.log += " init"; }
                  @Async static Coroutine<Integer> one() { return done(await(step(1))); }
                }""")));
    }

    @Test
    void callee_of_another_abi_fails_with_class_versions_and_remedy() {
        Map<String, byte[]> classes = separately(CALLER + SHOP);
        for (String frame : Set.of("Shop$async$price", "Shop$async$price$2")) {
            classes.replace(frame, ofAbi(99, classes.get(frame)));
        }
        IncompatibleClassChangeError error = assertThrows(IncompatibleClassChangeError.class, () -> run(classes));
        String message = error.getMessage();
        assertTrue(message.startsWith("Shop: it was woven by Fermata "), message);
        assertTrue(message.contains("for ABI 99, and this runtime speaks ABI " + Abi.VERSION + ":"), message);
        assertTrue(message.contains(" [fermata:abi-mismatch, see "), message);
    }

    @Test
    void members_that_are_added_to_a_class_are_private() {
        Map<String, byte[]> classes = separately(SHOP, "Fixture");
        new ClassReader(classes.get("Shop"))
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String desc, String signature, String[] thrown) {
                                boolean added = desc.contains("Ldev/fermata/abi/");
                                assertFalse(added && (access & Opcodes.ACC_PRIVATE) == 0, name + desc);
                                return null;
                            }
                        },
                        0);
    }

    /** That nothing which is called makes a coroutine, however its frame class is called. */
    private static Map<String, byte[]> withFailingFrames(Map<String, byte[]> classes) {
        Map<String, byte[]> failing = new TreeMap<>(classes);
        failing.replaceAll((name, bytes) ->
                Names.FRAME.equals(new ClassReader(bytes).getSuperName()) && !name.startsWith("Fixture")
                        ? withFailingConstructors(bytes)
                        : bytes);
        return failing;
    }

    private static void linksDirectly(String expected, String source) throws Throwable {
        Map<String, byte[]> classes = separately(source);
        assertEquals(expected, run(classes));
        assertEquals(expected, run(withFailingFrames(classes), 0));
    }

    @Test
    void a_class_is_called_as_a_frame_class_would_be() throws Throwable {
        linksDirectly("one 1 two 2 three", """
                class Fixture {
                  @Async static Coroutine<Object> test() {
                    return done(await(Shop.go("one")) + " " + await(Shop.go(1)) + " " + await(Shop.GO("two")) + " " + await(Shop.go(2L))
                        + " " + new Shop.async$go().name + await(Shop.async$go.go()));
                  }
                }
                class Shop {
                  @Async static Coroutine<String> go(String s) { return done(await(step(s))); }
                  @Async static Coroutine<Integer> go(int i) { return done(await(step(i))); }
                  @Async static Coroutine<Long> go(long l) { return done(await(step(l))); }
                  @Async static Coroutine<String> GO(String s) { return done(await(step(s))); }
                  static class async$go {
                    String name = "th";
                    @Async static Coroutine<String> go() { return done(await(step("ree"))); }
                  }
                  static class async$go$2 {}
                }""");
    }

    @Test
    void a_method_is_called_as_a_numbered_overload_would_be() throws Throwable {
        linksDirectly("a 1 a2 2 3 x 4", """
                class Fixture {
                  @Async static Coroutine<Object> test() {
                    return done(await(Shop.a()) + " " + await(Shop.a(1)) + " " + await(Shop.a$2(2)) + " " + await(Shop.a(3L)) + " "
                        + await(Shop.x$async$y(4)));
                  }
                }
                class Shop {
                  @Async static Coroutine<String> a() { return done(await(step("a"))); }
                  @Async static Coroutine<String> a$2(int i) { return done("a2 " + await(step(i))); }
                  @Async static Coroutine<String> a(int i) { return done(await(step("" + i))); }
                  @Async static Coroutine<String> a(long i) { return done(await(step("" + i))); }
                  @Async static Coroutine<String> x$async$y(int i) { return done("x " + await(step(i))); }
                  static class async$x { @Async static Coroutine<String> y(int i) { return done("y " + await(step(i))); } }
                }""");
    }

    @Test
    void methods_that_differ_in_the_case_of_their_letters_have_files_of_their_own() throws Throwable {
        Map<String, byte[]> classes = separately("""
                class Fixture {
                  @Async static Coroutine<Object> test() {
                    return done(await(Shop.a("a")) + await(Shop.A("b")) + await(Shop.a(1)) + await(Shop.A(2)) + await(Shop.a$2()));
                  }
                }
                class Shop {
                  @Async static Coroutine<String> A(String s) { return done("A" + await(step(s))); }
                  @Async static Coroutine<String> a(String s) { return done("a" + await(step(s))); }
                  @Async static Coroutine<String> a(int i) { return done("a" + await(step(i))); }
                  @Async static Coroutine<String> A(int i) { return done("A" + await(step(i))); }
                  @Async static Coroutine<String> a$2() { return done("a2"); }
                  static class in { @Async static Coroutine<String> m() { return done(""); } }
                  static class In { @Async static Coroutine<String> M() { return done(""); } }
                }""");
        long files = classes.keySet().stream()
                .filter(it -> it.contains("$async$"))
                .map(it -> it.toLowerCase(Locale.ROOT))
                .distinct()
                .count();
        assertEquals(8, files);
        // a file system that ignores case has a file for either name
        Map<String, byte[]> ignoringCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        classes.forEach((name, bytes) -> {
            if (!name.startsWith("Shop$I") && !name.startsWith("Shop$i")) {
                assertNull(ignoringCase.put(name, bytes), name);
            }
        });
        assertEquals("aaAba1A2a2", run(ignoringCase));
    }

    @Test
    void names_that_are_too_long_for_a_file_are_cut() throws Throwable {
        String longest = "L".repeat(240);
        String wide = "\u00e4\u20ac".repeat(40);
        String source = """
                class Fixture {
                  @Async static Coroutine<Object> test() {
                    return done(await(LONG.m(1)) + await(LONG.WIDE("2")) + await(LONG.WIDE(3)) + await(WIDE.LONG(4)));
                  }
                }
                class LONG {
                  @Async static Coroutine<String> m(int i) { return done("m" + await(step(i))); }
                  @Async static Coroutine<String> WIDE(String s) { return done("w" + await(step(s))); }
                  @Async static Coroutine<String> WIDE(int i) { return done("x" + await(step(i))); }
                }
                class WIDE { @Async static Coroutine<String> LONG(int i) { return done("l" + await(step(i))); } }
                """.replace("LONG", longest).replace("WIDE", wide);
        linksDirectly("m1w2x3l4", source);
        Map<String, byte[]> classes = separately(source);
        assertEquals(
                List.of(),
                classes.keySet().stream()
                        .filter(it -> (it + ".class").getBytes(UTF_8).length > 255)
                        .toList());
        assertEquals(3 + 5, classes.size());
    }

    @Test
    void frame_classes_keep_their_names_when_they_are_there_already_and_give_way_to_a_class_of_the_user() {
        String source = "class Fixture { @Async static Coroutine<Integer> go() { return done(await(step(1))); } }";
        Map<String, byte[]> compiled = Woven.compile(source);
        List<ClassFile> nest = List.of(new ClassFile("Fixture", compiled.get("Fixture")));
        ClassFacts.Fact frame = new ClassFacts.Fact(Names.FRAME, List.of(), false);
        ClassFacts.Fact users = new ClassFacts.Fact(Names.OBJECT, List.of(), false);
        String plain = "Fixture$async$go";
        assertEquals(plain, frameOf(nest, Woven::fact));
        assertEquals(plain, frameOf(nest, name -> name.equals(plain) ? frame : Woven.fact(name)));
        String other = frameOf(nest, name -> name.equals(plain) ? users : Woven.fact(name));
        assertEquals(Linker.distinctName("Fixture", "go", "()Ldev/fermata/Coroutine;"), other);
        assertTrue(other.matches("Fixture\\$async\\$go\\$[0-9a-f]{16}"), other);
    }

    private static String frameOf(List<ClassFile> nest, ClassFacts facts) {
        return ((Result.Woven) new Weaver(facts).weave(nest)).frames().get(0).name();
    }

    private static byte[] withFailingConstructors(byte[] frame) {
        return changed(frame, "<init>", code -> {
            code.visitTypeInsn(Opcodes.NEW, "java/lang/UnsupportedOperationException");
            code.visitInsn(Opcodes.DUP);
            code.visitMethodInsn(
                    Opcodes.INVOKESPECIAL, "java/lang/UnsupportedOperationException", "<init>", "()V", false);
            code.visitInsn(Opcodes.ATHROW);
        });
    }

    private static byte[] ofAbi(int abi, byte[] frame) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(frame)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String desc, String signature, String[] thrown) {
                                String kept = name.equals("call" + Abi.VERSION) ? "call" + abi : name;
                                MethodVisitor code = super.visitMethod(access, kept, desc, signature, thrown);
                                return !name.equals("<clinit>")
                                        ? code
                                        : new MethodVisitor(Opcodes.ASM9, code) {
                                            @Override
                                            public void visitLdcInsn(Object value) {
                                                super.visitLdcInsn(value.equals(Abi.VERSION) ? abi : value);
                                            }
                                        };
                            }
                        },
                        0);
        return writer.toByteArray();
    }

    private interface Code {
        void writeTo(MethodVisitor code);
    }

    /** The code of the methods called {@code method} is preceded by {@code added}, which never ends normally. */
    private static byte[] changed(byte[] classFile, String method, Code added) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(classFile)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String desc, String signature, String[] thrown) {
                                MethodVisitor code = super.visitMethod(access, name, desc, signature, thrown);
                                if (!name.equals(method)) {
                                    return code;
                                }
                                code.visitCode();
                                added.writeTo(code);
                                code.visitMaxs(3, 9);
                                code.visitEnd();
                                return null;
                            }
                        },
                        0);
        return writer.toByteArray();
    }
}
