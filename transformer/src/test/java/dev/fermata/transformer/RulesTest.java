package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.rules.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodNode;

/** What cannot be rewritten correctly is refused, with rule, class, method, line and remedy. */
class RulesTest {
    /** The line of the marker comment in {@code source}. */
    private static int marked(String source) {
        List<String> lines = source.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("// here")) {
                return i + 1;
            }
        }
        throw new AssertionError("no line is marked");
    }

    private static void refused(Rule rule, String method, String source) {
        Woven woven = Woven.source(source);
        assertEquals(1, woven.violations().size(), () -> woven.violations().toString());
        Violation violation = woven.violations().get(0);
        assertEquals(rule, violation.rule());
        assertEquals(method, violation.method());
        assertEquals("Fixture", violation.className().replaceAll("\\$.*", ""));
        assertEquals(marked(source), Woven.line(violation.line()));
        assertTrue(
                violation.message().startsWith("Fixture.java:" + violation.line() + ": Fixture"), violation.message());
        assertTrue(violation.message().endsWith(rule.messageAt("", "")), violation.message());
    }

    @Test
    void await_in_a_method_that_is_not_async() {
        refused(Rule.AWAIT_OUTSIDE_ASYNC, "m", """
                class Fixture {
                  static int m() {
                    return await(step(1)); // here
                  }
                }""");
    }

    @Test
    void await_in_a_method_that_has_the_async_of_another() {
        Woven woven = Woven.source("""
                class Fixture {
                  @interface Async {}
                  @Async static int m() {
                    return await(step(1));
                  }
                }""");
        Violation violation = woven.violations().get(0);
        assertEquals(4, Woven.line(violation.line()));
        assertEquals(
                List.of("Fixture.java:" + violation.line() + ": "
                        + Rule.AWAIT_OUTSIDE_ASYNC.messageAt(
                                "Fixture.m",
                                "await is here, and its @Async is Fixture.Async and not that of dev.fermata")),
                woven.violations().stream().map(Violation::message).toList());
    }

    @Test
    void await_in_a_constructor() {
        refused(Rule.ASYNC_CONSTRUCTOR, "<init>", """
                class Fixture {
                  Fixture() {
                    await(step(1)); // here
                  }
                }""");
    }

    @Test
    void await_in_a_static_initialiser() {
        refused(Rule.ASYNC_STATIC_INITIALISER, "<clinit>", """
                class Fixture {
                  static int x = await(step(1)); // here
                }""");
    }

    @Test
    void await_in_a_lambda_that_returns_a_value() {
        refused(Rule.AWAIT_IN_LAMBDA, "m (a lambda in it)", """
                class Fixture {
                  @Async static Coroutine<Integer> m() {
                    Supplier<Integer> s = () -> await(step(1)); // here
                    return done(s.get());
                  }
                }""");
    }

    @Test
    void await_as_a_method_reference() {
        refused(Rule.AWAIT_METHOD_REFERENCE, "m", """
                class Fixture {
                  static Function<Awaitable<Object>, Object> m() {
                    return Asyncio::await; // here
                  }
                }""");
    }

    @Test
    void await_inside_a_synchronized_block() {
        refused(Rule.AWAIT_IN_SYNCHRONIZED, "m", """
                class Fixture {
                  @Async Coroutine<Void> m() {
                    synchronized (this) {
                      await(step(1)); // here
                    }
                    return done();
                  }
                }""");
    }

    @Test
    void a_synchronized_block_without_await_is_fine() {
        Fixtures.gives("3", """
                class Fixture {
                  @Async static Coroutine<Integer> test() {
                    int x = await(step(1));
                    synchronized (Fixture.class) { synchronized ("") { x++; } x++; }
                    await(step(2));
                    return done(x);
                  }
                }""");
    }

    @Test
    void await_in_a_catch_around_a_synchronized_block_is_fine() {
        Fixtures.gives("caught 1", """
                class Fixture {
                  @Async static Coroutine<String> test() {
                    try {
                      synchronized (Fixture.class) { if (!log.isEmpty()) throw new IllegalStateException(); }
                      return done("not caught");
                    } catch (IllegalStateException e) { return done("caught " + await(step(1))); }
                    finally { await(step(2)); }
                  }
                  static String log = "x";
                }""");
    }

    @Test
    void returning_a_variable_needs_to_know_which_variables_are_the_sources() {
        String source = """
                class Fixture {
                  @Async static Coroutine<Integer> m() {
                    Coroutine<Integer> c = step(1);
                    try { return c; } finally { System.nanoTime(); }
                  }
                }""";
        assertEquals(1, Woven.source(source).report("m").points().size());
        assertEquals(
                Rule.RETURN_THROUGH_FINALLY,
                Woven.source(source, "-g:lines,source").violations().get(0).rule());
    }

    @Test
    void returning_a_result_through_a_finally_needs_to_know_nothing() {
        String source = """
                class Fixture {
                  @Async static Coroutine<Integer> m(boolean early) {
                    try {
                      if (early) return done(1);
                      return done(await(step(2)));
                    } finally {
                      await(step(3));
                    }
                  }
                }""";
        assertEquals(
                Woven.source(source).report("m").points().size(),
                Woven.source(source, "-g:none").report("m").points().size());
    }

    @Test
    void a_returned_coroutine_that_a_finally_block_replaces() {
        refused(Rule.RETURN_THROUGH_FINALLY, "m", """
                class Fixture {
                  @Async @SuppressWarnings("finally") Coroutine<Integer> m(int i) {
                    try {
                      return i == new int[] {new String().length()}[0] ? step(1) : m(i - 1); // here
                    } finally {
                      if (true) return step(2);
                    }
                  }
                }""");
    }

    @Test
    void a_returned_result_may_be_replaced_by_a_finally_block_and_a_variable_may_be_left_unread() {
        String source = """
                class Fixture {
                  @Async @SuppressWarnings("finally") static Coroutine<Integer> m() {
                    try {
                      Coroutine<Integer> unread = step(0);
                      System.nanoTime();
                      return done(await(step(1)));
                    } finally {
                      return step(2);
                    }
                  }
                }""";
        assertEquals(3, Woven.source(source).report("m").points().size());
    }

    @Test
    void a_nest_without_its_host() {
        Woven woven =
                Woven.source("class Fixture { static class In { @Async Coroutine<Void> m() { return done(); } } }");
        Result result =
                new Weaver(Woven::fact).weave(List.of(new ClassFile("Fixture$In", woven.compiled.get("Fixture$In"))));
        Violation violation = ((Result.Rejected) result).violations().get(0);
        assertEquals(Rule.CLASS_CORRUPT, violation.rule());
        assertTrue(violation.message().contains("Fixture, is missing"), violation.message());
    }

    @Test
    void a_synchronized_method() {
        refused(Rule.ASYNC_SYNCHRONIZED, "m", """
                class Fixture {
                  @Async synchronized Coroutine<Void> m() {
                    await(step(1)); // here
                    return done();
                  }
                }""");
    }

    @Test
    void a_return_type_that_is_no_coroutine() {
        Woven woven = Woven.source("class Fixture { @Async static int m() { return 1; } }");
        assertEquals(Rule.ASYNC_RETURN_TYPE, woven.violations().get(0).rule());
    }

    @Test
    void an_abstract_method() {
        Woven woven = Woven.source("abstract class Fixture { @Async abstract Coroutine<Void> m(); }");
        assertEquals(Rule.ASYNC_WITHOUT_BODY, woven.violations().get(0).rule());
    }

    @Test
    void a_hot_method_with_a_checked_exception() {
        Woven woven = Woven.source("""
                class Fixture { @Async CompletableFuture<Void> m() throws java.io.IOException, IllegalStateException { return null; } }""");
        assertEquals(1, woven.violations().size());
        assertEquals(Rule.ASYNC_HOT_CHECKED, woven.violations().get(0).rule());
        assertTrue(woven.violations().get(0).detail().contains("java.io.IOException"));
    }

    @Test
    void an_overload_with_the_parameters_of_a_direct_body() {
        refused(Rule.ASYNC_BODY_TAKEN, "m", """
                class Fixture {
                  @Async static Coroutine<Integer> m(int x) { return done(await(step(x))); }
                  static Object m(int x, dev.fermata.abi.Carrier carrier) {
                    return x; // here
                  }
                }""");
    }

    @Test
    void two_methods_that_differ_in_their_result_alone() {
        ClassNode node = new ClassNode();
        new ClassReader(Woven.compile("class Fixture { @Async static Coroutine<Void> m() { return done(); } }")
                        .get("Fixture"))
                .accept(node, 0);
        MethodNode other =
                new MethodNode(Opcodes.ACC_STATIC, "m", "()Ljava/util/concurrent/CompletableFuture;", null, null);
        other.visitAnnotation("Ldev/fermata/Async;", false).visitEnd();
        other.visitInsn(Opcodes.ACONST_NULL);
        other.visitInsn(Opcodes.ARETURN);
        other.visitMaxs(1, 0);
        node.methods.add(other);
        ClassWriter writer = new ClassWriter(0);
        node.accept(writer);
        List<Violation> violations =
                Woven.of(Map.of("Fixture", writer.toByteArray())).violations();
        assertEquals(
                List.of(Rule.ASYNC_BODY_TAKEN),
                violations.stream().map(Violation::rule).toList());
    }

    @Test
    void an_overload_with_a_carrier_and_another_result_is_fine() {
        Fixtures.gives("1 2", """
                class Fixture {
                  @Async static Coroutine<Integer> m(int x) { return done(await(step(x))); }
                  static String m(int x, dev.fermata.abi.Carrier carrier) { return " " + x; }
                  @Async static Coroutine<String> test() { return done(await(m(1)) + m(2, null)); }
                }""");
    }

    @Test
    void a_method_that_grows_over_64_kilobytes() {
        String awaits = "s += await(step(1L)) + a + b + c;\n".repeat(1_300);
        Woven woven =
                Woven.source("class Fixture { @Async static Coroutine<Long> m() { long s = 0, a = 1, b = 2, c = 3;\n"
                        + awaits + "return done(s); } }");
        assertEquals(Rule.METHOD_TOO_LARGE, woven.violations().get(0).rule());
        assertEquals("m", woven.violations().get(0).method());
    }

    @Test
    void a_method_that_finally_blocks_in_finally_blocks_make_grow_over_64_kilobytes() {
        String nested = "log.add(await(step(o)));";
        for (int depth = 1; depth <= 6; depth++) {
            nested = "Object o" + depth + " = await(step(o)); try { o = await(step(o" + depth + ")); }"
                    + " catch (RuntimeException e) { o = e; } finally { " + nested + " log.add(o" + depth + "); }";
        }
        Woven woven = Woven.source("class Fixture { static List<Object> log = new ArrayList<>();\n"
                + "static class D implements AsyncCloseable { @Async public Coroutine<Void> aclose() { return done(); } }\n"
                + "@Async static Coroutine<Object> m() { Object o = 1; try (D d = new D()) {" + nested
                + "} return done(o); } }");
        assertEquals(Rule.METHOD_TOO_LARGE, woven.violations().get(0).rule());
        assertEquals("m", woven.violations().get(0).method());
    }

    @Test
    void a_class_without_room_for_another_constant() {
        byte[] compiled = Woven.compile(
                        "class Fixture { @Async static Coroutine<Void> m() { await(step(1)); return done(); } }")
                .get("Fixture");
        ClassNode full = new ClassNode();
        ClassReader reader = new ClassReader(compiled);
        reader.accept(full, 0);
        full.fields.add(new FieldNode(Opcodes.ACC_STATIC, "first", "I", null, null));
        for (int i = reader.getItemCount() + 2; i < 65_535; i++) {
            full.fields.add(new FieldNode(Opcodes.ACC_STATIC, "f" + i, "I", null, null));
        }
        ClassWriter writer = new ClassWriter(0);
        full.accept(writer);
        byte[] bytes = writer.toByteArray();
        assertEquals(65_535, new ClassReader(bytes).getItemCount());
        Violation violation = Woven.of(Map.of("Fixture", bytes)).violations().get(0);
        assertEquals(Rule.CLASS_TOO_LARGE, violation.rule());
        assertTrue(violation.message().startsWith("Fixture.java: Fixture: it would have 65"), violation.message());
    }

    @ParameterizedTest
    @CsvSource({"51, Java 7", "50, Java 6", "48, Java 1.4", "45, Java 1.1"})
    void class_files_from_before_java_8(byte version, String java) {
        byte[] old = Woven.source("class Fixture { @Async static Coroutine<Void> m() { return done(); } }")
                .compiled
                .get("Fixture")
                .clone();
        old[7] = version;
        Violation violation = Woven.of(Map.of("Fixture", old)).violations().get(0);
        assertEquals(Rule.CLASS_VERSION, violation.rule());
        assertTrue(
                violation.message().startsWith("Fixture.java: Fixture: it is of " + java + ": "), violation.message());
        assertTrue(violation.message().contains(Rule.CLASS_VERSION.remedy()));
    }

    @ParameterizedTest
    @CsvSource({
        "'int t()', 'return await(step(1));', it returns int",
        "'Coroutine<Void> t()', 'return step(null);', it returns dev.fermata.Coroutine",
        "'static void t()', 'await(step(1));', it is static",
        "'private void t()', 'await(step(1));', it is private",
    })
    void a_test_that_junit_would_not_call(String declaration, String body, String found) {
        for (String annotation : List.of("AsyncTest", "AsyncBeforeEach", "AsyncAfterEach")) {
            String source = """
                    class Fixture {
                      @%s %s {
                        %s // here
                      }
                    }""".formatted(annotation, declaration, body);
            refused(Rule.ASYNC_TEST_SIGNATURE, "t", source);
            String message = Woven.source(source).violations().get(0).message();
            assertTrue(message.contains(found), message);
        }
    }

    @Test
    void a_test_without_a_body() {
        Woven woven = Woven.source("abstract class Fixture { @AsyncTest abstract void t(); }");
        assertEquals(
                List.of(Rule.ASYNC_TEST_SIGNATURE),
                woven.violations().stream().map(Violation::rule).toList());
        assertTrue(woven.violations().get(0).message().contains("it is abstract or native"));
    }

    @Test
    void a_test_that_is_synchronized() {
        refused(Rule.ASYNC_SYNCHRONIZED, "t", """
                class Fixture {
                  @AsyncTest synchronized void t() {
                    await(step(1)); // here
                  }
                }""");
    }

    @Test
    void a_test_that_is_async_as_well() {
        for (String returned : List.of("void", "Coroutine<Void>")) {
            refused(Rule.ASYNC_TEST_ASYNC, "t", """
                    class Fixture {
                      @Async @AsyncTest %s t() {
                        throw new IllegalStateException("" + await(step(1))); // here
                      }
                    }""".formatted(returned));
        }
    }

    @Test
    void a_test_that_junit_would_run_twice() {
        refused(Rule.ASYNC_TEST_TWICE, "t", """
                class Fixture {
                  @AsyncTest @org.junit.jupiter.api.Test void t() {
                    await(step(1)); // here
                  }
                }""");
    }

    @Test
    void something_to_explore_that_is_no_async_test() {
        refused(Rule.EXPLORE_WITHOUT_ASYNC_TEST, "t", """
                class Fixture {
                  @Explore @org.junit.jupiter.api.Test void t() {
                    step(1); // here
                  }
                  @Explore @AsyncTest void u() {}
                }""");
    }

    @ParameterizedTest
    @CsvSource({
        "api.Test, Coroutine<Integer>",
        "api.RepeatedTest(2), Coroutine<Integer>",
        "params.ParameterizedTest, Coroutine<Integer>",
        "api.BeforeEach, Coroutine<Integer>",
        "api.AfterAll, CompletionStage<Integer>",
        "api.Test, CompletableFuture<Integer>",
    })
    void a_test_that_returns_a_coroutine_or_future(String annotation, String returned) {
        refused(Rule.TEST_RETURNS_COROUTINE, "t", """
                class Fixture {
                  @org.junit.jupiter.%s @Async %s t() {
                    return null; // here
                  }
                }""".formatted(annotation, returned));
    }

    @Test
    void a_test_that_returns_somebody_elses_coroutine() {
        Map<String, byte[]> compiled = Woven.compile(
                "class Fixture { @org.junit.jupiter.api.Test Coroutine<Integer> t() { return step(1); } }");
        assertTrue(Weaver.concerns(compiled.get("Fixture")));
        assertEquals(
                List.of(Rule.TEST_RETURNS_COROUTINE),
                Woven.of(compiled).violations().stream().map(Violation::rule).toList());
    }

    @Test
    void tests_that_return_other_things_are_left_to_junit() {
        Woven woven = Woven.source("""
                class Fixture {
                  @org.junit.jupiter.api.Test int t() { return 1; }
                  @org.junit.jupiter.api.Test Coroutine<?>[] u() { return null; }
                  @Async Coroutine<Integer> m() { return step(1); }
                }""");
        assertEquals(List.of(), woven.violations());
    }

    @Test
    void truncated_and_corrupt_class_files() {
        byte[] good = Woven.source("class Fixture { @Async static Coroutine<Void> m() { return done(); } }")
                .compiled
                .get("Fixture");
        for (int length : new int[] {0, 5, 9, 20, good.length / 2, good.length - 1}) {
            Result result =
                    new Weaver(Woven::fact).weave(List.of(new ClassFile("Fixture", Arrays.copyOf(good, length))));
            assertTrue(
                    result instanceof Result.Rejected rejected
                            && rejected.violations().get(0).rule() == Rule.CLASS_CORRUPT,
                    length + " bytes: " + result);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "p//x", "/x", "x/", "p.x", "p/[x"})
    void a_class_with_a_name_that_no_class_can_have(String name) {
        byte[] renamed = renamed(name);
        for (String file : List.of(name, "Fixture")) {
            Violation violation = Woven.of(Map.of(file, renamed)).violations().get(0);
            assertEquals(Rule.CLASS_CORRUPT, violation.rule());
            assertTrue(violation.message().contains("it names its class " + name + ", which"), violation.message());
        }
    }

    @Test
    void a_class_file_with_another_class_in_it_and_two_of_one_class() {
        byte[] other = renamed("other/Fixture");
        Violation elsewhere = Woven.of(Map.of("Fixture", other)).violations().get(0);
        assertEquals(
                Rule.CLASS_CORRUPT.messageAt("Fixture", "it contains another class, other.Fixture"),
                elsewhere.message());
        ClassFile once = new ClassFile("other/Fixture", other);
        Result.Rejected twice = (Result.Rejected) new Weaver(Woven::fact).weave(List.of(once, once));
        assertEquals(Rule.CLASS_CORRUPT, twice.violations().get(0).rule());
    }

    private static byte[] renamed(String name) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(Woven.compile("class Fixture { @Async static Coroutine<Void> m() { return done(); } }")
                        .get("Fixture"))
                .accept(new ClassRemapper(writer, new SimpleRemapper(Opcodes.ASM9, "Fixture", name)), 0);
        return writer.toByteArray();
    }

    @Test
    void a_nest_that_needs_more_memory_than_there_is() {
        Map<String, byte[]> compiled =
                Woven.compile("class Fixture { @Async static Coroutine<Void> m() { return done(); } }");
        List<ClassFile> nest = List.of(new ClassFile("Fixture", compiled.get("Fixture")));
        for (Error error : List.of(new OutOfMemoryError("Java heap space"), new StackOverflowError())) {
            Result.Rejected rejected = (Result.Rejected) new Weaver(name -> {
                        throw error;
                    })
                    .weave(nest);
            Violation violation = rejected.violations().get(0);
            assertEquals(Rule.OUT_OF_MEMORY, violation.rule());
            assertTrue(violation.message().startsWith("Fixture: the class files of it"));
            assertTrue(violation.message().contains(error.toString()), violation.message());
        }
    }

    @Test
    void what_goes_wrong_with_a_good_class_file_is_a_bug_and_with_a_broken_one_is_not() {
        Map<String, byte[]> compiled = Woven.compile("""
                class Fixture {
                  @Async static Coroutine<Void> m() { return done(); }
                  static int plain(int i) { return i; }
                }""");
        ClassFacts failing = name -> {
            throw new IllegalStateException("no facts");
        };
        IllegalStateException bug = assertThrows(
                IllegalStateException.class,
                () -> new Weaver(failing).weave(List.of(new ClassFile("Fixture", compiled.get("Fixture")))));
        assertEquals(
                "a bug in Fermata: weaving Fixture failed: java.lang.IllegalStateException: no facts",
                bug.getMessage());
        ClassFacts unreadable = name -> {
            throw new UncheckedIOException(new IOException("disk"));
        };
        assertThrows(
                UncheckedIOException.class,
                () -> new Weaver(unreadable).weave(List.of(new ClassFile("Fixture", compiled.get("Fixture")))));
        ClassNode node = new ClassNode();
        new ClassReader(compiled.get("Fixture")).accept(node, 0);
        node.methods.stream()
                .filter(it -> it.name.equals("plain"))
                .forEach(it -> it.instructions.insert(new InsnNode(Opcodes.POP)));
        ClassWriter writer = new ClassWriter(0);
        node.accept(writer);
        Result.Rejected rejected =
                (Result.Rejected) new Weaver(failing).weave(List.of(new ClassFile("Fixture", writer.toByteArray())));
        assertTrue(
                rejected.violations().get(0).message().contains("it does not verify in plain(I)I: Cannot pop operand"),
                rejected.violations().get(0).message());
    }

    @Test
    void a_class_file_from_the_future() {
        byte[] future = Woven.source("class Fixture { @Async static Coroutine<Void> m() { return done(); } }")
                .compiled
                .get("Fixture")
                .clone();
        future[7] = (byte) 200;
        Result.Rejected rejected =
                (Result.Rejected) new Weaver(Woven::fact).weave(List.of(new ClassFile("Fixture", future)));
        assertEquals(
                Rule.CLASS_VERSION,
                rejected.violations().get(0).rule(),
                rejected.violations().get(0).message());
    }

    @Test
    void a_class_woven_for_another_protocol() {
        Woven woven = Woven.source("class Fixture { @Async static Coroutine<Void> m() { return done(); } }");
        ClassNode node = new ClassNode();
        new ClassReader(woven.woven().changed().get(0).bytes()).accept(node, 0);
        node.invisibleAnnotations
                .get(node.invisibleAnnotations.size() - 1)
                .values
                .set(1, 99);
        ClassWriter writer = new ClassWriter(0);
        node.accept(writer);
        Result result = new Weaver(Woven::fact).weave(List.of(new ClassFile("Fixture", writer.toByteArray())));
        Violation violation = ((Result.Rejected) result).violations().get(0);
        assertEquals(Rule.ABI_MISMATCH, violation.rule());
        assertTrue(violation.message().contains("99"));
    }

    @Test
    void wait_on_an_object_of_fermata() {
        refused(Rule.OBJECT_WAIT, "m", """
                class Fixture {
                  @Async static Coroutine<Void> m(AsyncEvent event) throws Exception {
                    await(step(1));
                    event.wait(5); // here
                    return done();
                  }
                }""");
        refused(Rule.OBJECT_WAIT, "plain", """
                class Fixture {
                  @Async static Coroutine<Void> m() { return done(); }
                  static void plain(AsyncCondition condition) {
                    condition.notifyAll(); // here
                  }
                }""");
    }

    @Test
    void waiting_for_a_task_or_a_loop_by_the_monitor_is_refused() {
        for (String type : List.of("Task<?>", "Promise<?>", "Deferred<?>", "EventLoop")) {
            refused(Rule.OBJECT_WAIT, "plain", """
                    class Fixture {
                      @Async static Coroutine<Void> m() { return done(); }
                      static void plain(%s any) throws InterruptedException {
                        any.wait(); // here
                      }
                    }""".formatted(type));
        }
    }

    @Test
    void wait_on_any_other_object_is_the_users_business() {
        assertEquals(1, Woven.source("""
                class Fixture {
                  @Async static Coroutine<Void> m(Object any) throws Exception { await(step(1)); return done(); }
                  void plain() { synchronized (this) { notifyAll(); } }
                }""").report("m").points().size());
    }

    @Test
    void a_task_group_or_timeout_that_nothing_leaves() {
        for (String opening : List.of(
                "TaskGroup g = new TaskGroup(); g.createTask(step(1));",
                "new TaskGroup().createTask(step(1));",
                "new TaskGroup();",
                "TaskGroup g = null; if (n > 0) { g = new TaskGroup(); } if (g != null) { g.createTask(step(1)); }",
                "Timeout t = Asyncio.timeout(java.time.Duration.ZERO); t.reschedule(java.time.Duration.ZERO);",
                "Asyncio.timeoutAt(5);",
                "for (TaskGroup g = new TaskGroup(); n < 5; n++) { g.createTask(step(n)); }")) {
            refused(Rule.SCOPE_NOT_LEFT, "m", """
                    class Fixture {
                      @Async static Coroutine<Void> m(int n) {
                        %s // here
                        await(step(1));
                        return done();
                      }
                    }""".formatted(opening));
        }
    }

    @Test
    void a_task_group_that_is_left_or_handed_on_is_fine() {
        assertEquals(List.of(), Woven.source("""
                class Fixture {
                  TaskGroup kept;
                  @Async Coroutine<Void> left() {
                    try (TaskGroup g = new TaskGroup()) { g.createTask(step(1)); }
                    try (Timeout t = Asyncio.timeout(java.time.Duration.ZERO)) { await(step(1)); }
                    TaskGroup byHand = new TaskGroup();
                    try { byHand.createTask(step(1)); } finally { byHand.close(); }
                    return new TaskGroup().aclose();
                  }
                  @Async Coroutine<TaskGroup> handedOn(List<TaskGroup> groups, TaskGroup[] array) {
                    kept = new TaskGroup();
                    groups.add(new TaskGroup());
                    array[0] = new TaskGroup();
                    TaskGroup joined = new TaskGroup();
                    joined.createTask(step(1));
                    await(joined.join());
                    TaskGroup captured = new TaskGroup();
                    Runnable r = () -> captured.cancel();
                    await(step(1));
                    return done(new TaskGroup());
                  }
                  static TaskGroup open() { return new TaskGroup(); }
                  static void outsideOfALoop() {
                    try { new TaskGroup(); } catch (IllegalStateException expected) {}
                    Runnable r = () -> new TaskGroup();
                  }
                }""").violations());
    }

    @Test
    void every_rule_names_a_remedy() {
        for (Rule rule : Rule.values()) {
            assertTrue(rule.id().matches("fermata:[a-z0-9-]+"), rule.id());
            assertTrue(!rule.message().isBlank() && !rule.message().endsWith("."), rule.id());
            assertTrue(!rule.remedy().isBlank() && !rule.remedy().endsWith("."), rule.id());
        }
    }
}
