package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.harness.Child;
import dev.fermata.harness.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each section of docs/asyncio-examples.md has a program in Python, the same in Java, and what both print. Here is the Python;
 * {@link PagesTest} runs the Java and compares it with the same block.
 */
final class AsyncioExamplesPageTest {
    private static final Page PAGE = Page.of("docs/asyncio-examples.md");
    private static final Pattern NO_CODE = Pattern.compile("|import .*|from .* import .*|(?:#|//|/\\*|\\*).*");
    private static final Pattern ASYNC_OR_BRACKETS = Pattern.compile("@Async|[})\\];]+");

    private record Example(String title, String python, String java, String text) {
        /** As a row of the table. */
        String row() {
            String anchor =
                    title.toLowerCase(Locale.ROOT).replaceAll("[^a-z ]", "").replace(' ', '-');
            return AsyncioExamplesPageTest.row("[" + title + "](#" + anchor + ")", List.of(this));
        }

        @Override
        public String toString() {
            return title;
        }
    }

    private static Stream<Example> examples() {
        return Arrays.stream(PAGE.text().split("\n## ")).skip(1).map(AsyncioExamplesPageTest::example);
    }

    private static Example example(String section) {
        String title = section.lines().findFirst().orElseThrow();
        List<Page.Block> blocks = new Page(section).blocks();
        assertEquals(
                List.of("python", "java", "text"),
                blocks.stream().map(Page.Block::language).toList(),
                title);
        return new Example(
                title, blocks.get(0).text(), blocks.get(1).text(), blocks.get(2).text());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void the_program_in_python_prints_what_the_one_in_java_does(Example example, @TempDir Path folder)
            throws IOException, InterruptedException {
        assumePython();
        Path file = Files.writeString(folder.resolve("example.py"), example.python);
        Child.Ended ended = Child.run(List.of("python3", "-I", file.toString()));
        assertEquals("", ended.errors());
        assertEquals(example.text.lines().toList(), ended.text().lines().toList());
        assertEquals(0, ended.exitCode());
    }

    /** Skips the test where the programs could not be run. */
    private static void assumePython() throws InterruptedException {
        String missing = "python3 is not here, or older than 3.11";
        try {
            String isOld = "import sys; sys.exit(sys.version_info < (3, 11))";
            assumeTrue(Child.run(List.of("python3", "-I", "-c", isOld)).exitCode() == 0, missing);
        } catch (IOException e) {
            abort(missing + ": " + e.getMessage());
        }
    }

    @Test
    void both_are_compared_with_the_whole_output() {
        examples().forEach(it -> assertFalse(it.text.contains("…"), it.title)); // PagesTest lets it stand for anything
    }

    @Test
    void the_table_has_the_lines_of_each_program() {
        List<Example> examples = examples().toList();
        String rows = examples.stream().map(Example::row).collect(Collectors.joining()) + row("all", examples);
        String table = PAGE.lines().stream()
                .dropWhile(it -> !it.startsWith("|--"))
                .skip(1)
                .takeWhile(it -> it.startsWith("|"))
                .collect(Collectors.joining("\n", "", "\n"));
        assertEquals(rows, table);
    }

    @Test
    void a_line_of_code_is_neither_blank_nor_an_import_nor_a_comment() {
        assertEquals(
                2,
                code("import asyncio\nfrom x import y\n\n# no\nf()  # yes\n    important = 1\n")
                        .count());
        assertEquals(
                2,
                code("import java.util.List;\n\n/** No. */\n/*\n * No.\n */\n// no\nf(); // yes\n}\n")
                        .count());
    }

    private static String row(String title, List<Example> examples) {
        long python = examples.stream().flatMap(it -> code(it.python)).count();
        List<String> java = examples.stream().flatMap(it -> code(it.java)).toList();
        long rest = java.stream()
                .filter(it -> !ASYNC_OR_BRACKETS.matcher(it).matches())
                .count();
        return "| " + title + " | " + python + " | " + java.size() + " | " + rest + " |\n";
    }

    private static Stream<String> code(String source) {
        return source.lines()
                .map(String::strip)
                .filter(it -> !NO_CODE.matcher(it).matches());
    }
}
