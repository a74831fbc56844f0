package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/tools.md says of the files of a clone. */
final class ToolsPageTest {
    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/tools.md"));
    }

    @Test
    void the_tests_that_hold_it_are_named_once_and_there() throws IOException {
        List<String> named = Pattern.compile("`(\\w+Test)`")
                .matcher(page())
                .results()
                .map(MatchResult::group)
                .map(it -> it.replace("`", "") + ".java")
                .toList();
        assertEquals(named.stream().distinct().toList(), named);
        for (String module :
                List.of("src/test/java", "../transformer/src/test/java", "../annotation-processor/src/test/java")) {
            try (Stream<Path> files = Files.walk(Path.of(module))) {
                List<String> there =
                        files.map(it -> it.getFileName().toString()).toList();
                named = named.stream().filter(it -> !there.contains(it)).toList();
            }
        }
        assertEquals(List.of(), named);
    }

    @Test
    void blockhound_has_the_version_and_the_option_with_which_it_is_tested() throws IOException {
        String page = page();
        String version = Pattern.compile("<blockhound.version>(.*?)</blockhound.version>")
                .matcher(Files.readString(Path.of("../pom.xml")))
                .results()
                .map(it -> it.group(1))
                .findFirst()
                .orElseThrow();
        String artifact = "<artifactId>blockhound-junit-platform</artifactId>\n  <version>" + version + "</version>";
        assertTrue(page.contains(artifact), artifact);
        String test = Files.readString(Path.of("src/test/java/dev/fermata/testkit/BlockHoundTest.java"));
        String option = "-XX:+AllowRedefinitionToAddDeleteMethods";
        assertTrue(page.contains("<argLine>" + option + "</argLine>") && test.contains("\"" + option + "\""), option);
    }

    @Test
    void the_jar_with_the_dump_command_is_the_one_that_a_build_leaves() throws IOException {
        String pom = Files.readString(Path.of("../runtime/pom.xml"));
        String version = Pattern.compile("<version>(.*?)</version>")
                .matcher(pom)
                .results()
                .map(it -> it.group(1))
                .findFirst()
                .orElseThrow();
        String page = page();
        assertTrue(
                page.contains("`java -jar runtime/target/fermata-runtime-" + version + ".jar PID`"),
                () -> page.lines().filter(it -> it.contains("java -jar")).collect(Collectors.joining()));
        assertTrue(!pom.contains("<finalName>") && pom.contains("<mainClass>dev.fermata.management.Dump</mainClass>"));
    }
}
