package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/transformer.md names a fixture for each trap; each one that it names is there. */
class TrapTableTest {
    private static final Pattern FIXTURE = Pattern.compile("`(?:(\\w+Test)\\.)?(\\w+_\\w+)`");

    @Test
    void every_fixture_in_the_table_exists() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("../docs/transformer.md")).stream()
                .filter(it -> it.startsWith("| ") && it.contains("Test."))
                .toList();
        assertTrue(rows.size() > 25, "the table has " + rows.size() + " rows");
        for (String row : rows) {
            String source = "";
            var named = FIXTURE.matcher(row.substring(row.lastIndexOf(" | ")));
            while (named.find()) {
                source = named.group(1) == null ? source : source(named.group(1));
                assertTrue(source.contains(" " + named.group(2) + "("), named.group() + " in: " + row);
            }
        }
    }

    private static String source(String test) throws IOException {
        StringBuilder found = new StringBuilder();
        for (String module : List.of("../transformer", "../integration-tests")) {
            try (Stream<Path> files = Files.walk(Path.of(module, "src", "test", "java"))) {
                for (Path file : files.filter(it -> it.endsWith(test + ".java")).toList()) {
                    found.append(Files.readString(file));
                }
            }
        }
        return found.toString();
    }
}
