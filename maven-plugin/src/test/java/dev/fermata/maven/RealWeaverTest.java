package dev.fermata.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        String warning = summary.warnings().get(0);
        assertTrue(warning.startsWith("Long.java:6: com.acme.Long.way: rewritten it has "), warning);
        assertEquals(List.of(), summary.violations());
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
    void woven_classes_whose_state_was_lost_are_left_alone() throws Exception {
        Javac.compile(classes, SHOP);
        run();
        SortedMap<String, byte[]> once = files();
        Path fermata = target.resolve("fermata");
        Files.move(fermata, target.resolve("lost"));
        assertEquals("Fermata: nothing to weave", run().line());
        once.forEach((name, bytes) -> assertEquals(Digest.of(bytes), Digest.of(read(name)), name));
        assertEquals("[3, 8]\n", output());
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
        assertTrue(message.startsWith("Bad.java:7: [fermata/await-in-synchronized] com.acme.Bad.wrong: "), message);
        assertEquals(List.of(), summary.bugs());
        assertFalse(Files.exists(target.resolve("fermata/originals/classes/com/acme/Bad.class")));
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
        Path fermata = target.resolve("fermata");
        try (ClassPathFacts facts = new ClassPathFacts(List.of(classes, Javac.runtime()))) {
            ClassFolder output = new ClassFolder(classes, StateFolder.scratch(fermata), ".class");
            ClassNameFilter all = new ClassNameFilter(List.of(), List.of());
            return WeaveRun.run(output, new StateFolder(fermata, "classes"), all, facts, NestWeaver.real(), false);
        }
    }

    private SortedMap<String, byte[]> files() throws IOException {
        return new ClassFolder(classes, target, ".class").readAll();
    }

    private byte[] read(String name) {
        try {
            return Files.readAllBytes(classes.resolve(name + ".class"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
