package dev.fermata.transformer.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.Reports;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Javac;
import dev.fermata.transformer.folder.KeptReports.Problem;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import dev.fermata.transformer.inspect.Inspection.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InspectionTest {
    private static final String SHOP = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            public class Shop {
              /** Adds up. */
              @Async
              static Coroutine<Integer> total(String left, String right) {
                int sum = await(price(left)) + await(price(right));
                return done(sum <
                    await(price(
                        left)) ? 1 : 2);
              }
              @Async
              static Coroutine<Integer> price(String item) { return done(item.length()); }
            }
            """;

    @TempDir
    private Path target;

    @Test
    void a_test_has_its_own_way_of_being_called() {
        MethodReport test = Reports.method("rings", "(I)V", Kind.TEST, false, 3, point(1, 3, "await sleep()"));
        String text = text(Reports.report("com.acme.BellTest", "BellTest.java", test), false);
        assertTrue(
                text.contains("  rings(int)\n    test: a call runs it to completion on the test's event loop\n"), text);
    }

    @Test
    void marks_are_coloured_where_there_are_colours() {
        MethodReport test = Reports.method("rings", "(I)V", Kind.TEST, false, 3, point(1, 3, "await sleep()"));
        ClassReport report = Reports.report("com.acme.BellTest", "BellTest.java", test);
        assertTrue(text(report, true).contains("\u001b[1;33m1  \u001b[0mline 3: await sleep()"), text(report, true));
        assertEquals(text(report, false), text(report, true).replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    @ParameterizedTest
    @CsvSource({"true, '', xterm, true", "false, '', xterm, false", "true, 1, xterm, false", "true, '', dumb, false"})
    void colours_are_for_terminals_whose_user_did_not_refuse_them(
            boolean terminal, String noColor, String term, boolean coloured) {
        assertEquals(coloured, Terminal.isColoured(Map.of("NO_COLOR", noColor, "TERM", term), terminal));
    }

    @ParameterizedTest
    @CsvSource({
        "Shop.total, true",
        "com.acme.Shop.total, true",
        "total, true",
        "price, false",
        "Bank.total, false",
    })
    void method_is_chosen_by_its_name_with_or_without_its_class(String name, boolean chosen) {
        Inspected shop = inspected(report(), null);
        MethodFilter filter = MethodFilter.ofMethod(name);
        assertEquals(chosen, filter.isChosen(shop));
        MethodReport lambda = Reports.method("lambda$total$0", "()V", Kind.COLD, true, 9);
        assertTrue(MethodFilter.ofMethod("Shop.total").isChosen(lambda));
        assertFalse(MethodFilter.ofMethod("Shop.tot").isChosen(lambda));
    }

    private static String text(ClassReport report, boolean coloured) {
        return InspectionText.of(inspected(report, null), MethodFilter.ofClass(null), coloured);
    }

    private static Inspected inspected(ClassReport report, @Nullable SourceFile source) {
        return new Inspected(report, "classes", source, null, null);
    }

    @Test
    void each_await_is_marked_at_its_columns_with_its_state() {
        SourceMarks marks = SourceMarks.of(SHOP, report());
        SourceMarks.Excerpt excerpt = marks.excerpts().get(report().methods().get(0));
        assertEquals("static Coroutine<Integer> total(String left, String right)", excerpt.signature());
        assertEquals(
                List.of(
                        new SourceMarks.Mark(8, 15, 8, 32, List.of(1)),
                        new SourceMarks.Mark(8, 36, 8, 54, List.of(2)),
                        new SourceMarks.Mark(10, 9, 11, 18, List.of(3))),
                excerpt.marks());
    }

    @Test
    void inner_await_is_evaluated_first() {
        assertEquals(
                List.of(List.of(1), List.of(2)),
                states("@Async C f() {\n  await(g(await(h())));\n}", point(1, 2, "await"), point(2, 2, "await g()")));
    }

    @Test
    void awaits_of_a_lambda_are_not_those_of_its_method() {
        String source = "@Async C f() {\n  var c = (A) () -> await(g()); await(c);\n}";
        assertEquals(List.of(List.of(1)), states(source, point(1, 2, "await")));
        MethodReport lambda = method("lambda$f$0", true, 2, point(1, 2, "await g()"));
        List<SourceMarks.Mark> marks = marks(source, lambda);
        assertEquals(1, marks.size());
        assertEquals(21, marks.get(0).firstColumn());
    }

    @Test
    void lambda_may_have_a_parameter_without_a_type() {
        String source = "@Async C f() {\n  A c = it -> await(g(it)); await(c);\n}";
        assertEquals(
                List.of(List.of(1)),
                marks(source, method("lambda$f$0", true, 2, point(1, 2, "await g()"))).stream()
                        .map(SourceMarks.Mark::states)
                        .toList());
    }

    @Test
    void copies_of_a_finally_block_share_one_mark() {
        assertEquals(
                List.of(List.of(1), List.of(2, 3)),
                states(
                        "@Async C f() {\n  try { await(g()); }\n  finally { await(h()); }\n}",
                        point(1, 2, "await g()"),
                        point(2, 3, "await h()"),
                        point(3, 3, "await h()")));
    }

    @Test
    void await_of_another_class_is_not_marked() {
        assertEquals(
                List.of(List.of(1)),
                states("@Async C f() {\n  latch.await(1); dev.fermata.Asyncio.await(g());\n}", point(1, 2, "await")));
    }

    @Test
    void overloads_are_told_apart_by_their_lines() {
        String source = "@Async C f() {\n  await(g());\n}\n@Async C f(int i) {\n  await(h());\n}";
        assertEquals(
                5,
                marks(source, method("f", false, 5, point(1, 5, "await h()")))
                        .get(0)
                        .firstLine());
    }

    @Test
    void without_lines_overloads_are_not_told_apart() {
        String source = "@Async C f() {\n  await(g());\n}\n@Async C f(int i) {\n  await(h());\n}";
        MethodReport method = method("f", false, 0, point(1, 0, "await h()"));
        ClassReport report = Reports.report("Shop", "Shop.java", method);
        assertEquals(
                Map.of(), SourceMarks.of("class Shop { " + source + "}", report).excerpts());
    }

    @Test
    void copies_of_a_finally_on_the_line_of_its_try_are_those_of_its_await() {
        assertEquals(
                List.of(List.of(1), List.of(2, 3)),
                states(
                        "@Async C f() {\n  try { await(g()); } finally { await(g()); }\n}",
                        point(1, 2, "await g()"),
                        point(2, 2, "await g()"),
                        point(3, 2, "await g()")));
    }

    @Test
    void source_that_cannot_be_parsed_is_said_to_be_so() {
        SourceMarks marks = SourceMarks.of("class {", report());
        assertTrue(marks.excerpts().isEmpty());
        assertFalse(marks.problem() == null);
    }

    private static String page(Inspected inspected) {
        return InspectionPage.page(inspected, InspectionJson.of(inspected));
    }

    @Test
    void page_holds_its_document_and_asks_for_nothing_else() throws IOException {
        Path source = Files.writeString(target.resolve("Shop.java"), SHOP);
        Inspected shop = inspected(report(), SourceFile.read(source, StandardCharsets.UTF_8));
        String page = PageShell.read().page("A <b> & c", page(shop));
        assertTrue(page.contains("<title>A &lt;b> &amp; c</title>"), page);
        assertFalse(page.contains("@TITLE@") || page.contains("@DOCUMENT@"), page);
        assertTrue(page.contains("default-src 'none'"), page);
        assertFalse(page.matches("(?is).*<(link|img|iframe|script src|base) .*"), page);
        assertTrue(page.contains("\"index\":\"../../../index.html\""), page);
        assertTrue(page.contains("\"firstLine\":8,\"firstColumn\":15,\"lastLine\":8"), page);
        assertTrue(page.contains("return done(sum \\u003c"), page);
    }

    @Test
    void source_cannot_end_the_script_that_holds_it() {
        String page = PageShell.read().page("", "{\"a\":\"</script><script>alert(1)</script><!--\"}");
        assertTrue(page.contains("{\"a\":\"\\u003c/script>\\u003cscript>alert(1)\\u003c/script>\\u003c!--\"}"), page);
    }

    @Test
    void index_has_what_it_is_sorted_by() {
        String index = InspectionPage.index(List.of(inspected(report(), null)), List.of());
        assertTrue(
                index.contains(
                        "\"methods\":[\"total(String, String)\"],\"awaits\":3,\"neverInlined\":0,\"warnings\":1"),
                index);
    }

    @Test
    void source_in_the_project_s_encoding_is_read_in_it() throws IOException {
        Path source = target.resolve("Shop.java");
        Files.write(source, SHOP.replace("/** Adds", "/** Zählt").getBytes(StandardCharsets.ISO_8859_1));
        SourceFile read = SourceFile.read(source, StandardCharsets.ISO_8859_1);
        assertEquals(null, read.problem());
        assertTrue(read.text().contains("Zählt"));
    }

    @Test
    void source_that_is_not_in_that_encoding_is_shown_nevertheless() throws IOException {
        Path source = target.resolve("Shop.java");
        String umlaut = SHOP.replace("sum <", "\"ä\".length() + sum <");
        Files.write(source, umlaut.getBytes(StandardCharsets.ISO_8859_1));
        SourceFile read = SourceFile.read(source, StandardCharsets.UTF_8);
        String page = page(inspected(report(), read));
        assertTrue(page.contains("\"is not UTF-8; what could not be read is shown as \uFFFD\""), page);
        assertTrue(page.contains("return done(\\\"\uFFFD\\\".length() + sum <"), page);
        assertTrue(page.contains("\"firstLine\":8,\"firstColumn\":15,\"lastLine\":8"), page);
    }

    @ParameterizedTest
    @CsvSource({"'', ' + 1'", "'- ', ''", "'~(', ')'"})
    void deep_expression_is_read(String before, String behind) {
        MethodReport method = method("f", false, 1, point(1, 2, "await g()"));
        ClassReport report = Reports.report("Shop", "Shop.java", method);
        SourceMarks marks = SourceMarks.of(deep(before, behind), report);
        assertEquals(null, marks.problem());
        assertEquals(1, marks.excerpts().get(method).marks().size());
    }

    @Test
    void expression_that_is_too_deep_for_any_stack_is_said_to_be_so() {
        ClassReport report = Reports.report("Shop", "Shop.java");
        SourceMarks marks = SourceMarks.of(deep("- ", ""), report, 256 << 10);
        assertEquals("its expressions are nested too deeply.", marks.problem());
    }

    private static String deep(String before, String behind) {
        return "class Shop { @Async C f() {\n  await(g());\n  int i = " + before.repeat(10_000) + "1"
                + behind.repeat(10_000) + ";\n}\n}";
    }

    @ParameterizedTest
    @CsvSource({
        "index, classes, classes/index.html",
        "Index, classes, classes/Index.html",
        "com.acme.Shop$Item, test-classes, test-classes/com/acme/Shop$Item.html",
    })
    void page_of_a_class_takes_nobody_s_place(String className, String kind, String path) {
        Inspected inspected = new Inspected(Reports.report(className, "Shop.java"), kind, null, null, null);
        assertEquals(path, InspectionPage.path(inspected));
        String upwards = "../".repeat((int) path.chars().filter(c -> c == '/').count());
        String page = page(inspected);
        assertTrue(page.contains("\"index\":\"" + upwards + "index.html\""), page);
        String index = InspectionPage.index(List.of(inspected), List.of());
        assertTrue(index.contains("\"href\":\"" + path.replace("$", "%24") + "\""), index);
    }

    @Test
    void class_for_newer_jdks_says_so_and_has_a_page_of_its_own() {
        ClassReport door = Reports.report("com.acme.Door", "Door.java");
        Inspected inspected = new Inspected(door, "classes/META-INF/versions/11", null, null, null);
        assertEquals("com.acme.Door (for Java 11)", inspected.title());
        assertEquals("classes/META-INF/versions/11/com/acme/Door.html", InspectionPage.path(inspected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../Shop.java", "x\0.java", "a\\b.java"})
    void source_file_s_name_that_is_none_is_not_looked_for(String name) throws IOException {
        Files.createDirectories(target.resolve("com/acme"));
        Files.writeString(target.resolve("com/Shop.java"), SHOP);
        assertEquals(Optional.empty(), SourceFile.find(List.of(target), "com.acme.Shop", name));
    }

    @Test
    void woven_class_without_a_report_is_named() throws IOException {
        Path classes = Files.createDirectories(target.resolve("classes"));
        Javac.compile(classes, "package com.acme; @dev.fermata.abi.Woven(abi = 1, version = \"\") class Alien {}");
        Inspection inspection = Inspection.of(
                classes, target.resolve("fermata"), "classes", new Sources(List.of(), StandardCharsets.UTF_8));
        assertEquals(
                List.of(new Problem(
                        "com.acme.Alien",
                        "com.acme.Alien is woven, but there is no report of it, because this build did not weave it")),
                inspection.problems());
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Shop, true",
        "com.acme.Shop.Item, true",
        "com.acme.Shop$Item, true",
        "**.Item, true",
        "com.acme.**, true",
        "com.acme.Item, false",
        "com.acme.Shop.Other, false",
    })
    void nested_class_goes_by_its_own_name_and_by_those_around_it(String glob, boolean named) {
        ClassReport item = Reports.report("com.acme.Shop$Item", "Shop.java");
        ClassNameFilter filter = new ClassNameFilter(List.of(glob), List.of());
        assertEquals(named, inspected(item, null).isNamedBy(filter));
    }

    private static List<List<Integer>> states(String body, Point... points) {
        return marks(body, method("f", false, 1, points)).stream()
                .map(SourceMarks.Mark::states)
                .toList();
    }

    /** The first line of {@code body} is line 1. */
    private static List<SourceMarks.Mark> marks(String body, MethodReport method) {
        ClassReport report = Reports.report("Shop", "Shop.java", method);
        SourceMarks marks = SourceMarks.of("class Shop { " + body + "\n}", report);
        assertEquals(null, marks.problem());
        return marks.excerpts().get(method).marks();
    }

    private static ClassReport report() {
        MethodReport total = Reports.method(
                "total",
                "(Ljava/lang/String;Ljava/lang/String;)Ldev/fermata/Coroutine;",
                Kind.COLD,
                false,
                8,
                Reports.point(
                        1,
                        8,
                        "await price()",
                        List.of(
                                Reports.saved("left", "java.lang.String", "a0", "read later at line 11"),
                                Reports.saved("right", "java.lang.String", "a1", "read later at line 8"))),
                Reports.point(
                        2,
                        8,
                        "await price()",
                        List.of(Reports.saved(
                                "operand stack 0", "int", "i0", "on the operand stack, used after the await")),
                        "right"),
                point(3, 10, "await price()"));
        return Reports.report("com.acme.Shop", "Shop.java", total);
    }

    private static MethodReport method(String name, boolean lambda, int line, Point... points) {
        assertEquals(
                IntStream.rangeClosed(1, points.length).boxed().toList(),
                List.of(points).stream().map(Point::state).toList());
        return Reports.method(name, "()Ldev/fermata/Coroutine;", Kind.COLD, lambda, line, points);
    }

    private static Point point(int state, int line, String what) {
        return Reports.point(state, line, what, List.of());
    }
}
