package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.harness.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/testing.md shows is in the project that is built in {@code src/it/tests-that-await}, to the letter. */
final class TestingPageTest {
    private static final Page PAGE = Page.of("docs/testing.md");
    private static final Path PROJECT = Path.of("src/it/tests-that-await");

    @Test
    void its_code_is_in_files_that_are_built() throws IOException {
        List<String> files = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(PROJECT.resolve("src"))) {
            for (Path file : sources.filter(Files::isRegularFile).toList()) {
                files.add(Files.readString(file));
            }
        }
        List<String> java = PAGE.blocks("java");
        assertEquals(4, java.size());
        for (String block : java) {
            assertTrue(files.stream().anyMatch(it -> it.contains(block)), block);
        }
    }

    @Test
    void its_dependency_is_in_the_pom() throws IOException {
        String pom = Files.readString(PROJECT.resolve("pom.xml"));
        List<String> xml = PAGE.blocks("xml");
        assertEquals(1, xml.size());
        assertTrue(pom.contains(xml.get(0)));
    }

    @Test
    void its_messages_are_those_that_are_checked_there() throws IOException {
        String checks = Files.readString(PROJECT.resolve("verify.groovy"));
        List<String> texts = PAGE.blocks("text");
        assertEquals(2, texts.size());
        for (String text : texts) {
            text.lines().forEach(it -> assertTrue(checks.contains(it), it));
        }
    }
}
