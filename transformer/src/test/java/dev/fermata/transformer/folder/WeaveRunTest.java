package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.Violation;
import dev.fermata.transformer.Weaver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeaveRunTest {
    private static final String SHOP = "package com.acme; class Shop { String s = \"fermata async buy\"; "
            + "static class Item { String s = \"fermata async price\"; } static class Plain {} }";
    private static final String BANK = "package com.acme; class Bank { String s = \"fermata async pay\"; }";

    @TempDir
    private Path target;

    private Path classes;
    private Path fermata;
    private FakeWeaver weaver = new FakeWeaver();
    private List<String> excludes = List.of();
    private boolean whole;

    @BeforeEach
    void folders() throws IOException {
        classes = Files.createDirectories(target.resolve("classes"));
        fermata = target.resolve("fermata");
    }

    @Test
    void async_classes_of_a_nest_are_woven_and_their_originals_kept() throws IOException {
        Javac.compile(classes, SHOP);
        SortedMap<String, byte[]> compiled = files(classes);

        assertEquals("Fermata: wove 2 async methods in 2 classes", run().line());

        assertTrue(FakeWeaver.hasMark(bytes("com/acme/Shop")));
        assertTrue(FakeWeaver.hasMark(bytes("com/acme/Shop$Item")));
        assertArrayEquals(compiled.get("com/acme/Shop$Plain.class"), bytes("com/acme/Shop$Plain"));
        assertTrue(exists("com/acme/Shop$buy$frame"));
        assertTrue(exists("com/acme/Shop$Item$price$frame"));
        SortedMap<String, byte[]> originals = files(fermata.resolve("originals/classes"));
        assertEquals(List.of("com/acme/Shop$Item.class", "com/acme/Shop.class"), List.copyOf(originals.keySet()));
        originals.forEach((name, original) -> assertArrayEquals(compiled.get(name), original));
        assertEquals(List.of("com/acme/Shop"), weaver.calls, "one call for the whole nest");
    }

    @Test
    void second_run_without_changes_writes_nothing() throws IOException {
        Javac.compile(classes, SHOP, BANK);
        assertEquals("Fermata: wove 3 async methods in 3 classes", run().line());
        SortedMap<String, FileTime> times = age();
        weaver.calls.clear();

        assertEquals("Fermata: nothing woven; 3 classes up to date", run().line());

        assertEquals(times, times(target));
        assertEquals(List.of(), weaver.calls);
    }

    @Test
    void result_does_not_depend_on_what_earlier_runs_did() throws IOException {
        Javac.compile(classes, SHOP, BANK);
        run();
        SortedMap<String, byte[]> once = files(target);
        Javac.compile(classes, SHOP.replace("buy", "sell"), BANK);
        run();
        Javac.compile(classes, SHOP, BANK);
        run();
        assertSameFiles(once, files(target));
    }

    @Test
    void recompiled_class_is_woven_anew_and_its_stale_frame_classes_are_deleted() throws IOException {
        Javac.compile(classes, SHOP, BANK);
        run();
        weaver.calls.clear();
        Javac.compile(classes, SHOP.replace("async buy", "async sell"));

        assertEquals("Fermata: wove 2 async methods in 2 classes; 1 class up to date", run().line());

        assertEquals(List.of("com/acme/Shop"), weaver.calls);
        assertFalse(exists("com/acme/Shop$buy$frame"));
        assertTrue(exists("com/acme/Shop$sell$frame"));
    }

    @Test
    void recompiling_the_same_source_is_noticed_and_woven() throws IOException {
        Javac.compile(classes, SHOP);
        run();
        Javac.compile(classes, SHOP);
        assertFalse(FakeWeaver.hasMark(bytes("com/acme/Shop")));
        run();
        assertTrue(FakeWeaver.hasMark(bytes("com/acme/Shop")));
    }

    @Test
    void deleted_class_takes_its_original_report_and_frames_along() throws IOException {
        Javac.compile(classes, SHOP, BANK);
        run();
        for (String name : List.of("Shop", "Shop$Item", "Shop$Plain")) {
            Files.delete(file("com/acme/" + name));
        }

        assertEquals("Fermata: nothing woven; 1 class up to date", run().line());

        assertEquals(
                List.of(
                        "classes/com/acme/Bank$pay$frame.class",
                        "classes/com/acme/Bank.class",
                        "fermata/originals/classes/com/acme/Bank.class",
                        "fermata/reports/classes/com/acme/Bank.json"),
                List.copyOf(files(target).keySet()));
    }

    @Test
    void deleted_nested_class_takes_its_original_report_and_frames_along() throws IOException {
        Javac.compile(classes, SHOP);
        run();
        Files.delete(file("com/acme/Shop$Item"));
        Javac.compile(classes, "package com.acme; class Shop { String s = \"fermata async buy\"; }");

        run();

        assertFalse(exists("com/acme/Shop$Item$price$frame"));
        assertFalse(Files.exists(fermata.resolve("originals/classes/com/acme/Shop$Item.class")));
        assertFalse(Files.exists(fermata.resolve("reports/classes/com/acme/Shop$Item.json")));
        assertTrue(exists("com/acme/Shop$buy$frame"));
    }

    @Test
    void nested_class_that_outlives_its_host_is_woven_alone() throws IOException {
        Javac.compile(classes, SHOP);
        run();
        Files.delete(file("com/acme/Shop"));

        assertEquals("Fermata: wove 1 async method in 1 class", run().line());

        assertEquals("Fermata: nothing woven; 1 class up to date", run().line());
        assertTrue(FakeWeaver.hasMark(bytes("com/acme/Shop$Item")));
        assertFalse(exists("com/acme/Shop$buy$frame"));
    }

    @Test
    void class_without_async_methods_any_more_loses_frames_original_and_report() throws IOException {
        Javac.compile(classes, BANK);
        run();
        Javac.compile(classes, "package com.acme; class Bank {}");

        assertEquals("Fermata: nothing to weave", run().line());

        assertEquals(
                List.of("classes/com/acme/Bank.class"),
                List.copyOf(files(target).keySet()));
    }

    @Test
    void vanished_frame_class_is_made_again() throws IOException {
        Javac.compile(classes, BANK);
        run();
        SortedMap<String, byte[]> once = files(target);
        Files.delete(file("com/acme/Bank$pay$frame"));

        assertEquals("Fermata: wove 1 async method in 1 class", run().line());

        assertSameFiles(once, files(target));
    }

    @Test
    void damaged_frame_class_is_made_again() throws IOException {
        Javac.compile(classes, BANK);
        run();
        SortedMap<String, byte[]> once = files(target);
        Files.write(file("com/acme/Bank$pay$frame"), new byte[] {(byte) 0xCA, (byte) 0xFE});

        assertEquals("Fermata: wove 1 async method in 1 class", run().line());

        assertSameFiles(once, files(target));
    }

    @Test
    void output_folder_deleted_by_an_incremental_compiler_is_woven_as_a_fresh_one() throws IOException {
        Javac.compile(classes, SHOP, BANK);
        run();
        SortedMap<String, byte[]> once = files(target);
        for (String name : files(classes).keySet()) {
            Files.delete(classes.resolve(name));
        }
        Javac.compile(classes, SHOP, BANK);

        assertEquals("Fermata: wove 3 async methods in 3 classes", run().line());

        assertSameFiles(once, files(target));
    }

    @Test
    void class_is_woven_again_from_its_original_when_a_fact_about_another_changed() throws IOException {
        String asking = "package com.acme; class Asking { String s = \"fermata async it asks com/acme/Lock\"; }";
        Javac.compile(classes, asking, "package com.acme; class Lock {}");
        run();
        SortedMap<String, byte[]> once = files(classes);
        weaver.calls.clear();
        Javac.compile(classes, "package com.acme; abstract class Lock implements AutoCloseable {}");

        assertEquals("Fermata: wove 1 async method in 1 class", run().line());

        assertEquals(List.of("com/acme/Asking"), weaver.calls);
        assertArrayEquals(once.get("com/acme/Asking.class"), bytes("com/acme/Asking"), "not woven twice");
        assertEquals("Fermata: nothing woven; 1 class up to date", run().line());
    }

    @Test
    void class_is_woven_again_when_a_class_that_was_missing_is_there() throws IOException {
        Javac.compile(
                classes, "package com.acme; class Asking { String s = \"fermata async it asks com/acme/Lock\"; }");
        run();
        Javac.compile(classes, "package com.acme; class Lock {}");
        assertEquals("Fermata: wove 1 async method in 1 class", run().line());
    }

    @Test
    void class_is_woven_again_by_another_weaver() throws IOException {
        Javac.compile(classes, BANK);
        run();
        weaver.id = "newer";
        assertEquals("Fermata: wove 1 async method in 1 class", run().line());
    }

    @Test
    void nest_that_is_refused_stays_as_it_was_and_the_others_are_woven() throws IOException {
        Javac.compile(classes, SHOP, BANK);
        Javac.compile(
                classes,
                "package com.acme; class Bad { String s = \"fermata async it\"; static class In { String s = \"fermata bad\"; } }");
        SortedMap<String, byte[]> compiled = files(classes);

        WeaveSummary summary = run();

        assertEquals("Fermata: wove 3 async methods in 3 classes; 1 class refused", summary.line());
        assertEquals("Fermata found 1 error in 1 class (see above). No class was changed", summary.failure());
        assertTrue(summary.violations().get(0).message().startsWith("Shop.java:12: com.acme.Bad$In.buy: found it: "));
        for (String name : List.of("com/acme/Bad", "com/acme/Bad$In")) {
            assertArrayEquals(compiled.get(name + ".class"), bytes(name));
        }
        assertFalse(exists("com/acme/Bad$it$frame"));
    }

    @Test
    void refused_nest_keeps_the_whole_folder_as_it_was_where_the_build_fails() throws IOException {
        Javac.compile(classes, SHOP, BANK);
        run();
        Javac.compile(classes, BANK.replace("Bank", "Bank2"));
        Javac.compile(classes, SHOP.replaceFirst("fermata", "fermata bad"));
        SortedMap<String, byte[]> before = files(target);
        whole = true;

        assertEquals(
                "Fermata: nothing woven; 1 class up to date; 1 class refused; 1 class left unwoven because of that",
                run().line());
        assertSameFiles(before, files(target));

        Javac.compile(classes, SHOP);
        assertEquals("Fermata: wove 3 async methods in 3 classes; 1 class up to date", run().line());
    }

    @Test
    void nest_that_becomes_bad_loses_the_frames_of_its_earlier_weaving() throws IOException {
        Javac.compile(classes, BANK);
        run();
        Javac.compile(classes, BANK.replace("fermata", "fermata bad"));
        run();
        assertEquals(
                List.of("classes/com/acme/Bank.class"),
                List.copyOf(files(target).keySet()));
        Javac.compile(classes, BANK);
        assertEquals("Fermata: wove 1 async method in 1 class", run().line());
    }

    @Test
    void failure_of_the_weaver_names_the_class_and_is_called_a_bug_in_fermata() throws IOException {
        Javac.compile(classes, BANK, "package com.acme; class Odd { String s = \"fermata bug\"; }");

        WeaveSummary summary = run();

        assertEquals("Fermata: wove 1 async method in 1 class; 1 class refused", summary.line());
        assertTrue(summary.bugs()
                .get(0)
                .message()
                .startsWith("A bug in Fermata: weaving com.acme.Odd (" + file("com/acme/Odd")
                        + ") failed with java.lang.IllegalStateException: stack underflow at instruction 7."));
    }

    @Test
    void failure_that_the_weaver_calls_a_bug_itself_is_called_so_once() {
        IllegalStateException cause = new IllegalStateException("no state 7");
        String message = new WeaveSummary.Bug(
                        "com.acme.Odd",
                        Path.of("Odd.class"),
                        1,
                        new IllegalStateException(Weaver.BUG + ": weaving com.acme.Odd failed: " + cause, cause))
                .message();
        assertTrue(
                message.startsWith("A bug in Fermata: weaving com.acme.Odd (Odd.class) failed with " + cause + ". Its"),
                message);
    }

    @Test
    void class_that_is_too_much_for_memory_or_stack_is_named_and_the_others_are_woven() throws IOException {
        Javac.compile(
                classes,
                BANK,
                "package com.acme; class Huge { String s = \"fermata large\"; static class In {} }",
                "package com.acme; class Pit { String s = \"fermata deep\"; }");

        WeaveSummary summary = run();

        assertEquals("Fermata: wove 1 async method in 1 class; 2 classes refused", summary.line());
        assertEquals(
                "Memory ran out while weaving com.acme.Huge and its nested classes, 2 together, ("
                        + file("com/acme/Huge")
                        + "): Java heap space. Its classes were not changed. Give Maven more, for example with"
                        + " MAVEN_OPTS=-Xmx2g, or exclude the class with <excludes>",
                summary.bugs().get(0).message());
        assertTrue(summary.bugs()
                .get(1)
                .message()
                .startsWith("The stack overflowed while weaving com.acme.Pit (" + file("com/acme/Pit") + "). "));
    }

    @Test
    void failure_of_the_weaver_on_a_broken_class_file_is_not_called_a_bug() throws IOException {
        Files.writeString(classes.resolve("Broken.class"), "fermata bug");
        WeaveSummary summary = run();
        assertEquals(List.of(), summary.bugs());
        assertEquals(
                Rule.CLASS_CORRUPT.messageAt("Broken", "the file does not start like a class file"),
                summary.violations().get(0).message());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nested_class_that_its_host_no_longer_has_is_told_to_be_left_over(boolean woven) throws IOException {
        Project project = new Project(target);
        Scenario.FRESH.prepare(project, 0);
        if (woven) {
            project.weave();
        }
        byte[] item = project.bytes("com/acme/Shop$Item");
        Scenario.change(project);
        Files.write(project.file("com/acme/Shop$Item"), item);
        assertEquals(
                List.of(Rule.CLASS_LEFT_OVER.messageAt(
                        "com.acme.Shop$Item",
                        "it says that com.acme.Shop is the class it is nested in, and that one does not list it")),
                project.weave().violations().stream().map(Violation::message).toList());
    }

    @Test
    void nested_class_whose_host_comes_back_is_woven_with_it_again() throws IOException {
        Javac.compile(classes, SHOP);
        run();
        SortedMap<String, byte[]> once = files(target);
        Files.delete(file("com/acme/Shop"));
        run();
        Javac.compile(classes, SHOP);
        weaver.calls.clear();

        assertEquals("Fermata: wove 2 async methods in 2 classes", run().line());

        assertEquals(List.of("com/acme/Shop"), weaver.calls, "not by itself as well");
        assertSameFiles(once, files(target));
    }

    @Test
    void class_of_ones_own_is_not_overwritten_by_a_frame_class_of_its_name() throws IOException {
        Javac.compile(classes, BANK, "package com.acme; class Bank$pay$frame { String s = \"mine\"; }");
        byte[] own = bytes("com/acme/Bank$pay$frame");

        WeaveSummary summary = run();

        assertEquals(1, summary.violations().size());
        String message = summary.violations().get(0).message();
        assertTrue(message.startsWith("com.acme.Bank: the class com.acme.Bank$pay$frame is there already: "), message);
        assertArrayEquals(own, bytes("com/acme/Bank$pay$frame"));
    }

    @Test
    void frame_class_of_a_name_that_no_file_can_have_is_refused() throws IOException {
        Javac.compile(classes, BANK.replace("async pay", "async pay//twice"));
        SortedMap<String, byte[]> before = files(target);
        String message = run().violations().get(0).message();
        assertTrue(
                message.startsWith("com.acme.Bank: no file can be named" + " com.acme.Bank$pay..twice$frame here: "),
                message);
        assertSameFiles(before, files(target));
    }

    @Test
    void nest_that_becomes_bad_is_put_back_as_a_whole() throws IOException {
        Javac.compile(classes, SHOP);
        SortedMap<String, byte[]> compiled = files(classes);
        run();
        // One class of it is new and bad, the other is woven still.
        byte[] bad = new String(compiled.get("com/acme/Shop.class"), StandardCharsets.ISO_8859_1)
                .replace("fermata async buy", "fermata bad   buy")
                .getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file("com/acme/Shop"), bad);

        assertEquals(1, run().violations().size());

        assertArrayEquals(compiled.get("com/acme/Shop$Item.class"), bytes("com/acme/Shop$Item"));
        assertFalse(exists("com/acme/Shop$Item$price$frame"));
    }

    @Test
    void class_that_becomes_excluded_is_put_back() throws IOException {
        Javac.compile(classes, SHOP, BANK);
        SortedMap<String, byte[]> compiled = files(classes);
        run();
        excludes = List.of("com.acme.Shop");

        assertEquals("Fermata: nothing woven; 1 class up to date", run().line());

        assertArrayEquals(compiled.get("com/acme/Shop.class"), bytes("com/acme/Shop"));
        assertArrayEquals(compiled.get("com/acme/Shop$Item.class"), bytes("com/acme/Shop$Item"));
        assertFalse(exists("com/acme/Shop$buy$frame"));
    }

    @Test
    void run_that_was_interrupted_is_completed_by_the_next() throws IOException {
        Javac.compile(classes, SHOP);
        SortedMap<String, byte[]> compiled = files(classes);
        run();
        SortedMap<String, byte[]> once = files(target);
        // As if it had stopped between the two classes: Shop is woven, Item not yet.
        Files.write(file("com/acme/Shop$Item"), compiled.get("com/acme/Shop$Item.class"));
        run();
        assertSameFiles(once, files(target));
    }

    @Test
    void class_file_that_is_none_is_handed_to_the_weaver_to_refuse() throws IOException {
        Files.writeString(classes.resolve("Broken.class"), "fermata bad");
        assertEquals(1, run().violations().size());
    }

    private WeaveSummary run() throws IOException {
        ClassNameFilter filter = new ClassNameFilter(List.of(), excludes);
        return WeaveRun.run(
                new WeaveRun.Request(classes, fermata, "classes", List.of(classes), filter, whole),
                weaver,
                Disk.REAL,
                line -> fail(line));
    }

    private Path file(String name) {
        return classes.resolve(name + ".class");
    }

    private boolean exists(String name) {
        return Files.exists(file(name));
    }

    private byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(file(name));
    }

    /** Makes all files old, so that writing one again shows. */
    private SortedMap<String, FileTime> age() throws IOException {
        for (String name : files(target).keySet()) {
            Files.setLastModifiedTime(target.resolve(name), FileTime.fromMillis(1_000_000));
        }
        return times(target);
    }

    private static SortedMap<String, FileTime> times(Path folder) throws IOException {
        SortedMap<String, FileTime> times = new TreeMap<>();
        for (String name : files(folder).keySet()) {
            times.put(name, Files.getLastModifiedTime(folder.resolve(name)));
        }
        return times;
    }

    private static SortedMap<String, byte[]> files(Path folder) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.filter(Files::isRegularFile)
                    .filter(it -> !it.endsWith("lock"))
                    .toList()) {
                files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static void assertSameFiles(SortedMap<String, byte[]> expected, SortedMap<String, byte[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name));
    }

    private static void deleteAll(Path folder) throws IOException {
        for (String name : files(folder).keySet()) {
            Files.delete(folder.resolve(name));
        }
    }
}
