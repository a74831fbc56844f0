package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.processor.Workshop.Outcome;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Disk;
import dev.fermata.transformer.folder.NestWeaver;
import dev.fermata.transformer.folder.WeaveRun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compilations in this process, by the JDK that runs the tests. */
class JavacWeavingTest {
    static final String SHOP = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            public class Shop {
              static class Item {
                @Async Coroutine<String> name(String s) { await(sleep(java.time.Duration.ZERO)); return done(s); }
              }
              @Async public static Coroutine<String> buy(String s) { return done(await(new Item().name(s)) + "!"); }
              public static void main(String[] a) { System.out.println(run(buy("egg"))); }
            }
            """;
    private static final String BANK = """
            package com.acme;
            import dev.fermata.*;
            public class Bank { @Async public static Coroutine<String> pay() { return Asyncio.done("paid"); } }
            """;
    /** What only the weaver can refuse, because it is too large when it is woven. */
    static final String BAD = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            public class Bad {
              static class Item {
                @dev.fermata.Async dev.fermata.Coroutine<String> name() {
                  int sum = 0;
                  AWAITS
                  return done("" + sum);
                }
              }
            }
            """.replace("AWAITS", "sum += await(done(sum)); ".repeat(1900));

    private static final String PLAIN = "package com.acme; public class Plain { int i; }";

    @TempDir
    private Path folder;

    private Workshop shop;

    @BeforeEach
    void workshop() throws IOException {
        shop = new Workshop(folder);
    }

    @Test
    void class_is_woven_when_javac_has_written_it() throws Exception {
        shop.source(SHOP);
        shop.options.addAll(List.of("-Xlint:all", "-Werror"));
        shop.compile().assertGood();
        assertEquals("egg!", shop.main("com.acme.Shop"));
        assertTrue(Files.exists(shop.fermata.resolve("originals/classes/com/acme/Shop$Item.class")));
        assertTrue(Files.exists(shop.fermata.resolve("reports/classes/com/acme/Shop.json")));
    }

    @Test
    void folder_that_was_woven_in_javac_is_up_to_date_to_the_maven_plugin() throws Exception {
        Workshop library = new Workshop(Files.createDirectory(folder.resolve("library")));
        library.source("""
                package com.lib;
                public class Door {
                  public interface Knob {}
                  public static class Lock extends java.io.FilterInputStream implements Knob, dev.fermata.AsyncCloseable {
                    public Lock() { super(null); }
                    @Override public void close() {}
                    @Override public dev.fermata.Coroutine<Void> aclose() { return dev.fermata.Asyncio.done(); }
                  }
                }
                """);
        library.compile().assertGood();
        shop.classPath = library.classes + File.pathSeparator + Tools.runtime();
        shop.source(SHOP);
        shop.source("""
                package com.acme;
                import static dev.fermata.Asyncio.*;
                import com.lib.Door;
                public class House {
                  @dev.fermata.Async static dev.fermata.Coroutine<String> enter(boolean b) {
                    Door.Lock lock = new Door.Lock();
                    Object either = b ? lock : new Object();
                    Door.Knob knob = b ? lock : new Door.Knob() {};
                    await(sleep(java.time.Duration.ZERO));
                    return done(String.valueOf(either == knob) + lock);
                  }
                }
                """);
        shop.compile().assertGood();
        SortedMap<String, String> before = Workshop.files(folder);
        assertEquals("Fermata: nothing woven; 3 classes up to date", weaveAsMavenDoes());
        assertEquals(before, Workshop.files(folder));
    }

    @Test
    void folder_that_the_maven_plugin_has_woven_is_up_to_date_to_javac() throws Exception {
        shop.source(SHOP);
        shop.options.add("-Xplugin:Fermata no-weaving");
        shop.compile().assertGood();
        assertFalse(shop.has("com/acme/Shop$async$buy"));
        assertEquals("Fermata: wove 2 async methods in 2 classes", weaveAsMavenDoes());
        SortedMap<String, String> before = Workshop.digests(shop.folder.resolve("target"));
        shop.options.clear();
        shop.compile().assertGood();
        assertEquals(before, Workshop.digests(shop.folder.resolve("target")));
        assertEquals("egg!", shop.main("com.acme.Shop"));
    }

    private String weaveAsMavenDoes() throws IOException {
        List<Path> classPath = new ArrayList<>(List.of(shop.classes));
        Arrays.stream(shop.classPath.split(File.pathSeparator)).map(Path::of).forEach(classPath::add);
        ClassNameFilter all = new ClassNameFilter(List.of(), List.of());
        return WeaveRun.run(
                        new WeaveRun.Request(shop.classes, shop.fermata, "classes", classPath, all, true),
                        NestWeaver.real(),
                        Disk.REAL,
                        message -> {})
                .line();
    }

    @Test
    void only_what_changed_is_compiled_and_what_is_gone_leaves_no_frames() throws Exception {
        shop.source(SHOP);
        Path bank = shop.source(BANK);
        shop.compile().assertGood();
        assertTrue(shop.has("com/acme/Bank$async$pay"));
        assertTrue(shop.has("com/acme/Shop$Item$async$name"));
        String shopTime = Workshop.files(shop.classes).get("com/acme/Shop.class");

        shop.source(BANK.replace("pay()", "settle()"));
        shop.compile(List.of(bank)).assertGood();
        assertFalse(shop.has("com/acme/Bank$async$pay"));
        assertTrue(shop.has("com/acme/Bank$async$settle"));
        assertEquals(shopTime, Workshop.files(shop.classes).get("com/acme/Shop.class"));

        // As build tools do when a source is gone: they know of no frames.
        for (String gone : List.of("Shop", "Shop$Item")) {
            Files.delete(shop.classes.resolve("com/acme/" + gone + ".class"));
        }
        shop.compile(List.of(bank)).assertGood();
        assertEquals(
                "[com/acme/Bank$async$settle.class, com/acme/Bank.class]",
                Workshop.files(shop.classes).keySet().toString());
        assertFalse(Files.exists(shop.fermata.resolve("originals/classes/com/acme/Shop.class")));
    }

    @Test
    void refused_class_is_an_error_at_its_method_and_nothing_is_left_of_its_nest() throws Exception {
        shop.source(SHOP);
        shop.source(PLAIN);
        shop.compile().assertGood();
        SortedMap<String, String> kept = Workshop.files(shop.fermata);
        shop.source(BAD);
        Outcome outcome = shop.compile();
        outcome.assertError("Bad.java:6:11: com.acme.Bad$Item.name: it would be ");
        assertEquals(
                "[com/acme/Plain.class]", Workshop.files(shop.classes).keySet().toString());
        assertEquals(kept, Workshop.files(shop.fermata));

        shop.source(BAD.replaceFirst("(sum \\+= await\\(done\\(sum\\)\\); )+", "$1"));
        shop.compile().assertGood();
        assertEquals("egg!", shop.main("com.acme.Shop"));
    }

    @Test
    void class_files_that_are_put_back_after_an_error_are_known() throws Exception {
        shop.source(SHOP);
        Path bank = shop.source(BANK);
        shop.compile().assertGood();
        Path backup = folder.resolve("backup");
        Files.createDirectories(backup);
        for (String each : List.of("Bank.class", "Bank$async$pay.class")) {
            Files.copy(shop.classes.resolve("com/acme").resolve(each), backup.resolve(each));
        }
        shop.source(BANK.replace("pay()", "settle()"));
        shop.compile(List.of(bank, shop.source(BAD))).assertError("Bad.java:6:11");
        assertFalse(shop.has("com/acme/Bank"));
        for (String each : List.of("Bank.class", "Bank$async$pay.class")) {
            Files.copy(backup.resolve(each), shop.classes.resolve("com/acme").resolve(each));
        }
        shop.compile(List.of(shop.source(PLAIN))).assertGood();
        assertTrue(shop.has("com/acme/Bank$async$pay"));
        assertEquals("egg!", shop.main("com.acme.Shop"));
    }

    @Test
    void error_of_javac_leaves_no_class_that_is_not_woven_and_is_said_once() throws Exception {
        Path good = shop.source(SHOP);
        Path refused = shop.source(BAD);
        Path wrong = shop.source("package com.acme; class Wrong { int i = \"\"; }");
        Outcome outcome = shop.compile(List.of(good, refused, shop.source(PLAIN), wrong));
        outcome.assertError("Wrong.java:1:41: incompatible types");
        assertEquals(
                "[com/acme/Plain.class]", Workshop.files(shop.classes).keySet().toString());
        assertFalse(Files.exists(shop.fermata));
    }

    @Test
    void method_that_grows_over_what_hotspot_compiles_is_a_warning_at_its_method() throws Exception {
        String large = BAD.replaceFirst("(sum \\+= await\\(done\\(sum\\)\\); )+", "$1".repeat(200));
        shop.source(large);
        Outcome outcome = shop.compile();
        assertTrue(outcome.good());
        assertEquals(1, outcome.said().size(), outcome.lines()::toString);
        assertEquals("WARNING", outcome.said().get(0).getKind().toString());
        String line = outcome.lines().get(0);
        assertTrue(line.startsWith("Bad.java:6:11: com.acme.Bad$Item.name: the rewritten method has "), line);
        assertTrue(line.contains(" [fermata:method-never-compiled, see "), line);
        assertTrue(shop.has("com/acme/Bad$Item$async$name"));

        shop.options.add("-Werror");
        Outcome failed = shop.compile();
        assertFalse(failed.good(), failed.lines() + failed.out());
        for (String suppressed : List.of("static class Item", "@dev.fermata.Async", "public class Bad")) {
            shop.source(large.replace(
                    suppressed, "@SuppressWarnings({\"x\", \"x\", \"fermata:method-never-compiled\"}) " + suppressed));
            shop.compile().assertGood();
        }
        shop.source(large.replace("return", "@SuppressWarnings(\"fermata:all\") int more = 1; return"));
        assertFalse(shop.compile().good());
        shop.source(large);
        shop.options.set(0, "-Afermata.methodNeverCompiled=off");
        shop.compile().assertGood();
        shop.options.set(0, "-Afermata.methodNeverCompiled=error");
        shop.compile().assertError("Bad.java:6:11: com.acme.Bad$Item.name: the rewritten method has ");
        assertEquals("{}", Workshop.files(shop.classes).toString());
    }

    @Test
    void method_that_javac_itself_finds_too_large_is_the_only_error() throws Exception {
        String tooLarge = "package com.acme; class Large { static int i; void run() { STATEMENTS } }"
                .replace("STATEMENTS", "i = i * 31 + 7; ".repeat(6000));
        Path large = shop.source(tooLarge);
        Path good = shop.source(SHOP);
        for (List<Path> files : List.of(List.of(large, good), List.of(good, large))) {
            shop.compile(files).assertError("Large.java:1:52: code too large");
            assertEquals("{}", Workshop.files(shop.classes).toString());
        }
    }

    /** Whoever finds the error. Of the other classes javac has written some already. */
    @Test
    void error_in_a_generated_source_is_said_and_leaves_no_class_that_is_not_woven() throws Exception {
        String made = """
                package com.acme;
                import static dev.fermata.Asyncio.*;
                class Made {
                  static { System.out.println(MADE); }
                  @dev.fermata.Async static dev.fermata.Coroutine<String> make(String s) { return buy(s); }
                  static dev.fermata.Coroutine<String> buy(String s) { return Shop.buy(s); }
                }
                """;
        Path text = folder.resolve("Made.txt");
        shop.source(SHOP.replace("buy(\"egg\")", "Made.make(\"egg\")"));
        shop.processorPath = Tools.jar(Generates.class) + File.pathSeparator + shop.processorPath;
        shop.options.addAll(List.of(
                "-processor",
                Generates.class.getName() + "," + AsyncProcessor.class.getName(),
                "-A" + Generates.FILE + "=" + text,
                "-s",
                Files.createDirectory(folder.resolve("generated")).toString()));
        Files.writeString(text, made.replace("MADE", "1"));
        shop.compile().assertGood();
        assertEquals("1\negg!", shop.main("com.acme.Shop"));
        SortedMap<String, String> kept = Workshop.files(shop.fermata);
        for (String wrong : List.of("await(buy(\"ham\"))", "(int) \"ham\"")) {
            Files.writeString(text, made.replace("MADE", wrong));
            Outcome outcome = shop.compile();
            outcome.assertError("Made.java:4:");
            assertEquals(
                    "[com/acme/Made$async$make.class, com/acme/Made.class]", // as they were before
                    Workshop.files(shop.classes).keySet().toString(),
                    wrong);
            assertEquals(kept, Workshop.files(shop.fermata));
        }
    }

    @Test
    void method_that_is_refused_is_named_at_its_first_line() throws Exception {
        shop.source("""
                package com.acme;
                import dev.fermata.*;
                class Till {
                  int i;
                  static { Asyncio.await(Asyncio.sleep(java.time.Duration.ZERO)); }
                }
                """);
        shop.compile().assertError("Till.java:5:19: com.acme.Till.<clinit>: ");
    }

    @Test
    void class_without_debug_information_is_woven_or_refused_in_its_file() throws Exception {
        shop.source(SHOP);
        shop.options.add("-g:none"); // as Ant compiles
        shop.compile().assertGood();
        assertEquals("egg!", shop.main("com.acme.Shop"));
        shop.source(BAD);
        Outcome outcome = shop.compile();
        outcome.assertError("Bad.java:");
        assertTrue(outcome.lines().get(0).contains(": com.acme.Bad$Item.name: it would be "));
    }

    /** Of what constants exclude javac writes nothing but lambdas, so that the weaver has nothing to refuse. */
    @Test
    void await_that_javac_drops_is_accepted_wherever_it_is() throws Exception {
        String source = """
                package com.acme;
                import static dev.fermata.Asyncio.*;
                import dev.fermata.Task;
                class Till {
                  static final boolean DEBUG = false;
                  static boolean open(Task<Boolean> task) {
                    if (DEBUG) { await(task); }
                    if (!DEBUG) { task.hashCode(); } else { await(task); }
                    if (DEBUG && task.equals(null)) {
                      await(task);
                    }
                    return (DEBUG && await(task)) || ((true || await(task)) ? task == null : await(task));
                  }
                  static void keep() {}
                }
                """;
        shop.source(source);
        shop.compile().assertGood();
        shop.source(source.replace("keep() {", "keep(Task<Integer> task) { if (!DEBUG) { await(task); }"));
        shop.compile().assertError("Till.java:14:56: com.acme.Till.keep: await is here: ");
        shop.source(source.replace(
                "keep() {", "keep(Task<Integer> task, boolean debug) { if (debug && DEBUG || true) { await(task); }"));
        shop.compile().assertError("Till.java:14:");
    }

    @Test
    void await_behind_what_constants_end_is_accepted() throws Exception {
        String source = """
                package com.acme;
                import static dev.fermata.Asyncio.*;
                import dev.fermata.Task;
                class Till {
                  static final int LEVEL = 3;
                  static final String KIND = "small";
                  static int open(Task<Integer> task, int n) {
                    if (LEVEL > 3 || KIND == "large") { await(task); }
                    if (LEVEL + 1 > 4) { await(task); }
                    if (n > 3 && LEVEL != 3) { await(task); }
                    while (LEVEL < 3 && n > 0) { await(task); }
                    for (int i = 0; i < n && false; i += await(task)) { await(task); }
                    switch (n) {
                      case 1:
                        if (LEVEL == 3) break;
                        await(task);
                      case 2:
                        try {
                          if (true) { throw new IllegalStateException(); }
                        } finally {
                          n++;
                        }
                        await(task);
                      default:
                    }
                    if (LEVEL >= 3) {
                      synchronized (task) { return n; }
                    }
                    int more = await(task);
                    while (LEVEL < 4 || n > more) { n++; }
                    return await(task);
                  }
                  static void keep(Task<Integer> task, boolean more) {}
                }
                """;
        shop.source(source);
        shop.compile().assertGood();
        for (String runs : List.of(
                "if (LEVEL == 3) { await(task); }",
                "if (more) { return; } await(task);",
                "if (LEVEL < 3) { return; } await(task);",
                "while (LEVEL == 3 || more) { if (more) { break; } } await(task);",
                "l: { if (true) { break l; } } await(task);",
                "if (LEVEL + 1 == 4) { await(task); }",
                "switch (1) { case 1: if (true) { break; } default: await(task); }")) {
            shop.source(source.replace("boolean more) {", "boolean more) { " + runs));
            Outcome outcome = shop.compile();
            assertFalse(outcome.good(), runs);
            outcome.assertError("Till.java:33:");
        }
    }

    /** Versions of javac differ in whether they write it. Either way it is not written unwoven. */
    @Test
    void class_in_dropped_code_is_judged_by_what_javac_wrote() throws Exception {
        String source = """
                package com.acme;
                import static dev.fermata.Asyncio.*;
                import dev.fermata.Task;
                class Till {
                  static Object open(Task<Integer> task) {
                    if (false) {
                      return new Object() { int pay() { return PAY; } };
                    }
                    return task;
                  }
                }
                """;
        shop.source(source.replace("PAY", "1"));
        shop.compile().assertGood();
        boolean isWritten = shop.has("com/acme/Till$1");
        shop.source(source.replace("PAY", "await(task)"));
        if (isWritten) {
            shop.compile().assertError("Till.java:7:");
        } else {
            shop.compile().assertGood();
        }
    }

    @Test
    void without_the_processor_code_of_fermata_is_an_error() throws Exception {
        shop.source(SHOP);
        shop.options.add("-proc:none");
        Outcome outcome = shop.compile();
        outcome.assertError(
                "Shop.java:2:18: Fermata's annotation processor did not run, so this code cannot be woven.");
        String message = outcome.lines().get(0);
        for (String remedy :
                List.of("--processor-path", "annotationProcessorPaths", "-proc:none", "-proc:full", "no-weaving")) {
            assertTrue(message.contains(remedy), message);
        }
        assertEquals("{}", Workshop.files(shop.classes).toString());
    }

    @Test
    void processor_that_claims_all_annotations_first_is_found_out() throws Exception {
        shop.source(SHOP);
        String claiming = Tools.jar(ClaimsAll.class);
        shop.processorPath = claiming + File.pathSeparator + shop.processorPath;
        shop.options.addAll(List.of("-processor", ClaimsAll.class.getName()));
        shop.compile().assertError("Shop.java:2:18: Fermata's annotation processor did not run");
    }

    @Test
    void without_the_processor_other_code_is_compiled() throws Exception {
        shop.source(PLAIN);
        shop.options.add("-proc:none");
        shop.compile().assertGood();
    }

    @Test
    void project_without_fermata_has_no_trace_of_it() throws Exception {
        shop.source(PLAIN);
        shop.compile().assertGood();
        assertFalse(Files.exists(shop.fermata));
    }

    @Test
    void argument_that_the_plugin_does_not_know_is_refused() throws Exception {
        shop.source(PLAIN);
        shop.options.add("-Xplugin:Fermata weave=off");
        try {
            shop.compile();
            throw new AssertionError("was accepted");
        } catch (RuntimeException e) {
            assertTrue(
                    e.toString()
                            .contains(
                                    "-Xplugin:Fermata takes no-weaving and options like fermata.blockingCall=off, but not weave=off"),
                    e::toString);
        }
    }

    @Test
    void what_is_kept_may_be_kept_elsewhere() throws Exception {
        shop.source(SHOP);
        shop.options.add("-Afermata.state=" + folder.resolve("kept"));
        shop.options.addAll(List.of("-Xlint:all", "-Werror"));
        shop.compile().assertGood();
        assertTrue(Files.exists(folder.resolve("kept/originals/classes/com/acme/Shop.class")));
        assertFalse(Files.exists(shop.fermata));
    }

    @Test
    void class_that_was_woven_elsewhere_is_an_error_and_what_was_compiled_is_deleted() throws Exception {
        shop.source(SHOP);
        shop.compile().assertGood();
        Files.move(shop.fermata, folder.resolve("gone"));
        Outcome outcome = shop.compile(List.of(shop.source(BANK)));
        assertEquals(2, outcome.said().size(), () -> outcome.lines().toString());
        assertTrue(
                outcome.lines().get(0).contains("com.acme.Shop: it is woven, but no build has kept "),
                () -> outcome.lines().toString());
        assertFalse(shop.has("com/acme/Bank"));
        assertTrue(shop.has("com/acme/Shop"));

        shop.compile().assertGood();
        assertEquals("egg!", shop.main("com.acme.Shop"));
    }

    @Test
    void classes_for_newer_jdks_belong_to_the_folder_below() throws Exception {
        shop.source(SHOP);
        shop.compile().assertGood();
        Path root = shop.classes;
        Workshop newer = new Workshop(folder.resolve("newer"));
        newer.source(SHOP.replace("\"!\"", "\"?\""));
        newer.options.addAll(List.of("-d", root.resolve("META-INF/versions/17").toString()));
        newer.compile().assertGood();
        assertTrue(Files.exists(shop.fermata.resolve("originals/classes/META-INF/versions/17/com/acme/Shop.class")));
        assertEquals("egg!", shop.main("com.acme.Shop"));
        assertEquals("egg?", Workshop.main("com.acme.Shop", List.of(root.resolve("META-INF/versions/17"))));
    }

    @Test
    void module_calls_async_methods_of_another() throws Exception {
        Workshop first = new Workshop(folder.resolve("first"));
        first.source(SHOP);
        first.file("src/module-info.java", "module com.acme { requires transitive dev.fermata; exports com.acme; }");
        onModulePath(first, Tools.runtime());
        first.compile().assertGood();

        Workshop second = new Workshop(folder.resolve("second"));
        second.source("""
                package com.street;
                import static dev.fermata.Asyncio.*;
                public class Street {
                  @dev.fermata.Async static dev.fermata.Coroutine<String> walk() {
                    return done(await(com.acme.Shop.buy("bread")) + " home");
                  }
                  public static void main(String[] a) { System.out.println(run(walk())); }
                }
                """);
        second.file("src/module-info.java", "module com.street { requires com.acme; }");
        onModulePath(second, Tools.runtime() + File.pathSeparator + first.classes);
        second.compile().assertGood();
        assertEquals("bread! home", Workshop.main("com.street.Street", List.of(second.classes, first.classes)));
    }

    private static void onModulePath(Workshop shop, String path) {
        shop.options.addAll(List.of("--module-path", path, "-Xlint:all,-exports,-missing-explicit-ctor", "-Werror"));
    }

    @Test
    void modules_of_a_module_source_path_are_woven_in_a_folder_each() throws Exception {
        moduleSource("com.acme", "exports com.acme;", SHOP);
        moduleSource("com.street", "requires com.acme;", """
                package com.street;
                import static dev.fermata.Asyncio.*;
                import dev.fermata.*;
                public class Shop {
                  @Async static Coroutine<String> sell() { return done(await(com.acme.Shop.buy("ham")) + "?"); }
                  public static void main(String[] a) { System.out.println(run(sell())); }
                }
                """);
        List<Path> sources = shop.allSources();
        shop.compile(sources.subList(0, 2)).assertGood();
        List<Path> modules = List.of(shop.classes.resolve("com.acme"), shop.classes.resolve("com.street"));
        assertEquals("egg!", Workshop.main("com.acme.Shop", modules));
        shop.options.addAll(List.of("-Xlint:all,-exports,-missing-explicit-ctor", "-Werror"));
        shop.compile(sources).assertGood();
        assertEquals("egg!", Workshop.main("com.acme.Shop", modules));
        assertEquals("ham!?", Workshop.main("com.street.Shop", modules));
        assertTrue(Files.exists(shop.classes.resolve("com.street/com/street/Shop$async$sell.class")));
        SortedMap<String, String> kept = Workshop.digests(folder.resolve("target"));
        shop.compile(sources).assertGood();
        assertEquals(kept, Workshop.digests(folder.resolve("target")));
        for (Path module : modules) { // where the command line finds it
            Path originals = module.resolveSibling(module.getFileName() + ".fermata/originals");
            assertTrue(Files.isDirectory(originals), originals::toString);
        }
    }

    @Test
    void error_in_one_of_several_modules_leaves_no_async_class_in_any() throws Exception {
        moduleSource("com.acme", "exports com.acme;", SHOP);
        moduleSource("com.street", "requires com.acme;", BAD.replace("com.acme", "com.street"));
        shop.compile().assertError("Bad.java:6:11: com.street.Bad$Item.name: it would be ");
        assertEquals(
                "[com.acme/module-info.class, com.street/module-info.class]",
                Workshop.files(shop.classes).keySet().stream()
                        .filter(it -> it.endsWith(".class") && !it.contains("fermata"))
                        .toList()
                        .toString());
    }

    /** Neither module exports the package, so that both may have it. */
    @Test
    void modules_may_have_classes_of_one_name() throws Exception {
        String street = SHOP.replace("\"!\"", "\"?\"").replace("static class Item", "static final class Item");
        moduleSource("com.acme", "", SHOP);
        moduleSource("com.street", "", street);
        shop.compile().assertGood();
        assertEquals("egg!", Workshop.main("com.acme.Shop", List.of(shop.classes.resolve("com.acme"))));
        assertEquals("egg?", Workshop.main("com.acme.Shop", List.of(shop.classes.resolve("com.street"))));
        moduleSource("com.street", "", street.replace("\"?\"", "(int) \"\""));
        shop.compile().assertError("Shop.java:8:");
        assertFalse(Files.exists(shop.classes.resolve("com.acme/com/acme/Shop.class")));
    }

    private void moduleSource(String module, String directives, String source) throws IOException {
        shop.options.clear();
        shop.options.addAll(List.of("--module-source-path", shop.sources.toString(), "--module-path", Tools.runtime()));
        shop.file(
                "src/" + module + "/module-info.java",
                "module " + module + " { requires dev.fermata; " + directives + " }");
        String inPackage = source.replaceFirst("(?s)package ([\\w.]+);.*", "$1");
        String name = source.replaceFirst("(?s).*?public class (\\w+).*", "$1");
        shop.file("src/" + module + "/" + inPackage.replace('.', '/') + "/" + name + ".java", source);
    }

    @Test
    void without_d_classes_are_woven_beside_their_sources() throws Exception {
        Path source = shop.source(SHOP);
        Outcome outcome = withoutOutputFolder(List.of(source));
        outcome.assertGood();
        assertEquals("egg!", Workshop.main("com.acme.Shop", List.of(shop.sources)));
        assertTrue(Files.exists(folder.resolve("src.fermata/originals/classes/com/acme/Shop.class")));
    }

    @Test
    void without_d_sources_must_be_in_the_folders_of_their_packages() throws Exception {
        Path source = shop.file("Shop.java", SHOP);
        withoutOutputFolder(List.of(source))
                .assertError(
                        "Shop.java:6:5: This code has to be woven when its class files are written, and they are not"
                                + " written to one folder of the file system");
        assertEquals("{Shop.java=", Workshop.files(folder).toString().substring(0, 11));
    }

    private Outcome withoutOutputFolder(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(said, null, null)) {
            List<String> options = List.of("-cp", shop.classPath, "--processor-path", shop.processorPath);
            boolean good = compiler.getTask(
                            null, manager, said, options, null, manager.getJavaFileObjectsFromPaths(sources))
                    .call();
            return new Outcome(good, List.copyOf(said.getDiagnostics()), "");
        }
    }
}
