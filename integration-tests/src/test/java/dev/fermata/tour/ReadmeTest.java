package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.harness.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What README.md and docs/getting-started.md show is what the tour and the build in {@code src/it/your-own-project} run, to
 * the letter.
 */
final class ReadmeTest {
    private static final Page GETTING_STARTED = Page.of("docs/getting-started.md");
    private static final Path PROJECT = Path.of("src/it/your-own-project");

    @Test
    void hello_is_the_first_program_of_the_tour() throws IOException {
        String program = Files.readString(Path.of("src/main/java/dev/fermata/tour/Hello.java"));
        assertEquals(
                program.replaceFirst("package .*;\\s*", "").strip(),
                Page.of("README.md").blocks("java").get(0));
    }

    @Test
    void the_project_of_ones_own_is_one_that_is_built() throws IOException {
        List<String> java = GETTING_STARTED.blocks("java");
        assertEquals(2, java.size());
        assertEquals(source("src/main/java/com/acme/Kitchen.java"), java.get(0));
        assertEquals(source("src/test/java/com/acme/KitchenTest.java"), java.get(1));
        String pom = GETTING_STARTED.blocks("xml").get(0);
        assertEquals(source("pom.xml").replace("@project.version@", version()), pom);
    }

    @Test
    void its_commands_are_those_that_are_run() throws IOException {
        String run = source("invoker.properties");
        List<String> commands = GETTING_STARTED.blocks("sh").get(1).lines().toList();
        assertEquals(3, commands.size());
        for (String command : commands) {
            String goals = command.replaceFirst("^mvn (-q )?", "");
            assertTrue(run.lines().anyMatch(it -> it.endsWith("= " + goals)), command);
        }
    }

    @Test
    void the_index_names_every_page() throws IOException {
        String index = Files.readString(Path.of("../docs/README.md"));
        try (Stream<Path> pages = Files.list(Path.of("../docs"))) {
            List<String> missing = pages.map(it -> it.getFileName().toString())
                    .filter(it -> it.endsWith(".md") && !it.equals("README.md"))
                    .filter(it -> !index.contains("](" + it + ")"))
                    .toList();
            assertEquals(List.of(), missing);
        }
    }

    private static String source(String file) throws IOException {
        return Files.readString(PROJECT.resolve(file)).strip();
    }

    private static String version() throws IOException {
        var version = Pattern.compile("<version>(.*?)</version>").matcher(Files.readString(Path.of("../pom.xml")));
        assertTrue(version.find());
        return version.group(1);
    }
}
