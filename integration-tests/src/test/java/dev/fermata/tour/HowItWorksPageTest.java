package dev.fermata.tour;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.harness.Page;
import dev.fermata.transformer.inspect.Inspection;
import dev.fermata.transformer.inspect.Inspection.Sources;
import dev.fermata.transformer.inspect.InspectionText;
import dev.fermata.transformer.inspect.MethodFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The listings of docs/how-it-works.md are the tour's method, and what inspect prints of it. */
class HowItWorksPageTest {
    private static final Path SOURCES = Path.of("src/main/java");

    private static String listing(String language) {
        return String.join("\n\n", Page.of("docs/how-it-works.md").blocks(language));
    }

    @Test
    void the_method_is_that_of_the_tour() throws IOException {
        String source = Files.readString(SOURCES.resolve("dev/fermata/tour/CancelWithCleanup.java"));
        assertTrue(source.contains(listing("java").indent(4)), source);
    }

    @Test
    void the_text_is_what_inspect_prints() throws IOException {
        MethodFilter work = MethodFilter.ofMethod("CancelWithCleanup.work");
        Sources sources = new Sources(List.of(SOURCES), UTF_8);
        String printed =
                Inspection.of(Path.of("target/classes"), Path.of("target/fermata"), "classes", sources)
                        .classes()
                        .stream()
                        .filter(work::isChosen)
                        .map(it -> InspectionText.of(it, work, false))
                        .collect(Collectors.joining());
        assertEquals(printed.strip(), listing("text").strip());
    }
}
