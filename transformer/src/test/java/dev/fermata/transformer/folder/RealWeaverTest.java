package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fermata.transformer.Violation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The same with the real weaver, as far as the fake one could have hidden something. */
class RealWeaverTest {
    private static final String SHOP = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            import java.util.ArrayList;
            import java.util.List;
            public class Shop {
              @Async static Coroutine<Integer> total(String left, String right) {
                int sum = await(price(left));
                return done(sum + await(price(right)));
              }
              @Async static Coroutine<Integer> price(String item) {
                await(sleep(java.time.Duration.ZERO));
                return done(item.length());
              }
              static class Item {
                @Async Coroutine<List<Integer>> both() {
                  List<Integer> all = new ArrayList<>();
                  all.add(await(total("a", "bb")));
                  AsyncCallable<Integer> later = () -> done(await(total("ccc", "dddd")) + 1);
                  all.add(await(createTask(later)));
                  return done(all);
                }
              }
              public static void run() { System.out.println(Asyncio.run(new Item().both())); }
            }
            """;

    @TempDir
    private Path target;

    private Path classes;

    @BeforeEach
    void folders() throws IOException {
        classes = Files.createDirectories(target.resolve("classes"));
    }

    @Test
    void woven_program_runs() throws Exception {
        Javac.compile(classes, SHOP);
        assertEquals("Fermata: wove 4 async methods in 2 classes", run().line());
        assertEquals("[3, 8]\n", output());
    }

    @Test
    void classes_of_java_8_are_woven_one_by_one_and_recorded_so() throws Exception {
        Javac.compile(8, classes, SHOP);
        assertEquals("Fermata: wove 4 async methods in 2 classes", run().line());
        assertEquals("[3, 8]\n", output());
        assertEquals("Fermata: nothing woven; 2 classes up to date", run().line());
        Javac.compile(8, classes, SHOP.replaceAll("(?s)static class Item.*public static void run.*?\\}\n", "}\n//"));
        Files.delete(classes.resolve("com/acme/Shop$Item.class"));
        assertEquals("Fermata: wove 2 async methods in 1 class", run().line());
        assertFalse(Files.exists(classes.resolve("com/acme/Shop$Item$async$both.class")));
        assertTrue(Files.exists(classes.resolve("com/acme/Shop$async$total.class")));
    }

    @Test
    void a_method_that_hotspot_will_never_compile_is_warned_of() throws IOException {
        Javac.compile(classes, SHOP, """
                package com.acme;
                import static dev.fermata.Asyncio.*;
                import dev.fermata.*;
                class Long {
                  @Async Coroutine<Integer> way() {
                    int sum = 0;
                    %s
                    return done(sum);
                  }
                }
                """.formatted("sum += await(Shop.price(\"x\"));\n".repeat(200)));
        WeaveSummary summary = run();
        assertEquals(1, summary.warnings().size());
        String warning = summary.warnings().get(0).message();
        assertTrue(warning.startsWith("Long.java:6: com.acme.Long.way: the rewritten method has "), warning);
        assertEquals(List.of(), summary.violations());
    }

    @Test
    void a_class_that_is_called_as_a_frame_class_comes_and_goes() throws Exception {
        Javac.compile(classes, SHOP);
        run();
        Path frame = classes.resolve("com/acme/Shop$async$total.class");
        byte[] plain = Files.readAllBytes(frame);
        Javac.compile(classes, SHOP, "package com.acme; class Shop$async$total { int users; }");
        byte[] users = Files.readAllBytes(frame);
        assertEquals("Fermata: wove 4 async methods in 2 classes", run().line());
        assertArrayEquals(users, Files.readAllBytes(frame));
        assertEquals("[3, 8]\n", output());
        assertEquals("Fermata: nothing woven; 2 classes up to date", run().line());
        Files.delete(frame);
        assertEquals("Fermata: wove 4 async methods in 2 classes", run().line());
        assertArrayEquals(plain, Files.readAllBytes(frame));
        try (var files = Files.list(classes.resolve("com/acme"))) {
            assertEquals(
                    4, files.filter(it -> it.toString().contains("$async$")).count());
        }
    }

    @Test
    void second_run_finds_everything_up_to_date() throws IOException {
        Javac.compile(classes, SHOP);
        run();
        assertEquals("Fermata: nothing woven; 2 classes up to date", run().line());
    }

    @Test
    void same_classes_give_the_same_files() throws IOException {
        Javac.compile(classes, SHOP);
        run();
        SortedMap<String, byte[]> once = files();
        Javac.compile(classes, SHOP);
        run();
        once.forEach((name, bytes) -> assertEquals(Digest.of(bytes), Digest.of(read(name)), name));
        assertEquals(once.keySet(), files().keySet());
    }

    @Test
    void await_in_synchronized_block_is_refused_at_its_line_and_the_other_class_is_woven() throws IOException {
        Javac.compile(classes, SHOP, """
                package com.acme;
                import static dev.fermata.Asyncio.*;
                import dev.fermata.*;
                class Bad {
                  @Async Coroutine<Integer> wrong() {
                    synchronized (this) {
                      return done(await(Shop.price("x")));
                    }
                  }
                }
                """);
        WeaveSummary summary = run();
        assertEquals("Fermata: wove 4 async methods in 2 classes; 1 class refused", summary.line());
        assertEquals(1, summary.violations().size());
        String message = summary.violations().get(0).message();
        assertTrue(message.startsWith("Bad.java:7: com.acme.Bad.wrong: "), message);
        assertEquals(List.of(), summary.bugs());
        assertFalse(Files.exists(target.resolve("fermata/originals/classes/com/acme/Bad.class")));
    }

    /** What a source has that is refused, at the line that says "here". */
    private static Stream<Arguments> badSources() {
        return Stream.of(
                arguments("async-constructor", "Bad.<init>", """
                        package com.acme;
                        class Bad {
                          Bad() {
                            dev.fermata.Asyncio.await(Shop.price("x")); // here
                          }
                        }
                        """),
                arguments("async-static-initialiser", "Bad.<clinit>", """
                        package com.acme;
                        class Bad {
                          static final int PRICE = dev.fermata.Asyncio.await(Shop.price("x")); // here
                        }
                        """),
                arguments("await-in-synchronized", "Bad.wrong", """
                        package com.acme;
                        class Bad {
                          @dev.fermata.Async dev.fermata.Coroutine<Integer> wrong() {
                            synchronized (this) {
                              return dev.fermata.Asyncio.done(dev.fermata.Asyncio.await(Shop.price("x"))); // here
                            }
                          }
                        }
                        """),
                arguments("await-method-reference", "Bad.wrong", """
                        package com.acme;
                        class Bad {
                          java.util.function.Function<dev.fermata.Coroutine<Integer>, Integer> wrong() {
                            return dev.fermata.Asyncio::await; // here
                          }
                        }
                        """),
                arguments("method-too-large", "Bad.wrong", """
                        package com.acme;
                        class Bad {
                          @dev.fermata.Async static dev.fermata.Coroutine<Long> wrong() {
                            long s = 0, a = 1, b = 2, c = 3; // here
                            %s
                            return dev.fermata.Asyncio.done(s);
                          }
                        }
                        """.formatted(
                                "s += dev.fermata.Asyncio.await(Shop.price(\"x\")) + a + b + c;".repeat(1_500))));
    }

    @ParameterizedTest
    @MethodSource("badSources")
    void bad_source_is_refused_with_rule_place_and_remedy_and_all_files_stay(String rule, String place, String source)
            throws IOException {
        Javac.compile(classes, SHOP, source);
        String message = refusal(rule);
        List<String> lines = source.lines().toList();
        int line = 1;
        while (!lines.get(line - 1).endsWith("// here")) {
            line++;
        }
        String expected = "Bad.java:" + line + ": com.acme." + place + ": ";
        assertTrue(message.startsWith(expected), message);
    }

    private static final String GOOD = """
            package com.acme;
            class Bad {
              @dev.fermata.Async static dev.fermata.Coroutine<Integer> wrong() { return dev.fermata.Asyncio.done(1); }
            }
            """;

    /** A damage that is done to the class file of {@link #GOOD}. */
    private interface Damage {
        byte[] to(byte[] classFile);
    }

    private static Stream<Arguments> damages() {
        return Stream.of(
                arguments("class-corrupt", "truncated", (Damage) good -> Arrays.copyOf(good, good.length / 2)),
                arguments("class-corrupt", "nearly whole", (Damage) good -> Arrays.copyOf(good, good.length - 1)),
                arguments("class-version", "of the future", (Damage) good -> version(200, good)),
                arguments("class-version", "of Java 7", (Damage) good -> version(Opcodes.V1_7, good)),
                arguments("class-version", "with subroutines", (Damage) good -> subroutine(Opcodes.V1_5)),
                arguments(
                        "class-corrupt", "with subroutines that cannot be", (Damage) good -> subroutine(Opcodes.V17)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("damages")
    void bad_class_file_is_refused_with_rule_place_and_remedy_and_all_files_stay(
            String rule, String what, Damage damage) throws IOException {
        Javac.compile(classes, SHOP, GOOD);
        Files.write(classes.resolve("com/acme/Bad.class"), damage.to(read("com/acme/Bad")));
        String message = refusal(rule);
        assertTrue(message.matches("(Bad\\.java: )?com\\.acme\\.Bad: .*"), message);
    }

    private static byte[] version(int version, byte[] classFile) {
        byte[] changed = classFile.clone();
        changed[7] = (byte) version;
        return changed;
    }

    /** A method with a jsr, as compilers of old wrote for finally; class files of Java 7 and later have none. */
    private static byte[] subroutine(int version) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(version, Opcodes.ACC_SUPER, "com/acme/Bad", null, "java/lang/Object", null);
        MethodVisitor code = writer.visitMethod(Opcodes.ACC_STATIC, "wrong", "()Ldev/fermata/Coroutine;", null, null);
        code.visitAnnotation("Ldev/fermata/Async;", false).visitEnd();
        code.visitCode();
        Label subroutine = new Label();
        code.visitJumpInsn(Opcodes.JSR, subroutine);
        code.visitMethodInsn(Opcodes.INVOKESTATIC, "dev/fermata/Asyncio", "done", "()Ldev/fermata/Coroutine;", false);
        code.visitInsn(Opcodes.ARETURN);
        code.visitLabel(subroutine);
        code.visitVarInsn(Opcodes.ASTORE, 0);
        code.visitVarInsn(Opcodes.RET, 0);
        code.visitMaxs(1, 1);
        code.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    /** Runs as a build does that fails, and sees that it has left everything as it was. */
    private String refusal(String rule) throws IOException {
        SortedMap<String, byte[]> before = files();
        WeaveSummary summary = run(true);
        assertEquals(List.of(), summary.bugs());
        assertEquals(1, summary.violations().size(), summary.violations().toString());
        Violation violation = summary.violations().get(0);
        assertEquals("fermata:" + rule, violation.rule().id(), violation.message());
        assertTrue(violation.message().endsWith(violation.rule().messageAt("", "")), violation.message());
        assertEquals(before.keySet(), files().keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, read(name), name));
        assertFalse(Files.exists(target.resolve("fermata/originals")));
        return violation.message();
    }

    private String output() throws Exception {
        URL[] urls = {classes.toUri().toURL()};
        PrintStream out = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try (URLClassLoader loader = new URLClassLoader(urls, RealWeaverTest.class.getClassLoader())) {
            loader.loadClass("com.acme.Shop").getMethod("run").invoke(null);
        } finally {
            System.setOut(out);
        }
        return captured.toString(StandardCharsets.UTF_8).replace("\r", "");
    }

    private WeaveSummary run() throws IOException {
        return run(false);
    }

    private WeaveSummary run(boolean whole) throws IOException {
        ClassNameFilter all = new ClassNameFilter(List.of(), List.of());
        return WeaveRun.run(
                new WeaveRun.Request(
                        classes, target.resolve("fermata"), "classes", List.of(classes, Javac.runtime()), all, whole),
                NestWeaver.real(),
                Disk.REAL,
                line -> fail(line));
    }

    private SortedMap<String, byte[]> files() throws IOException {
        return new ClassFolder(classes, target, ".class", Disk.REAL).readAll();
    }

    private byte[] read(String name) {
        try {
            return Files.readAllBytes(classes.resolve(name + ".class"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
