package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.harness.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What CONTRIBUTING.md names is there, so that its commands can be copied; and the links of all pages lead somewhere. */
final class ContributingTest {
    private static final Path ROOT = Path.of("..");
    private static final Set<String> PLACEHOLDERS = Set.of("SomeTest");

    private static String page;
    private static List<Path> sources;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
        sources = new ArrayList<>();
        for (String module : modules()) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                files.filter(it -> it.toString().endsWith(".java")).forEach(sources::add);
            }
        }
    }

    private static Set<String> found(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map(it -> it.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> modules() throws IOException {
        return found("<module>(.*?)</module>", Files.readString(ROOT.resolve("pom.xml")));
    }

    private static String poms() throws IOException {
        StringBuilder poms = new StringBuilder(Files.readString(ROOT.resolve("pom.xml")));
        for (String module : modules()) {
            poms.append(Files.readString(ROOT.resolve(module).resolve("pom.xml")));
        }
        return poms.toString();
    }

    @Test
    void its_commands_name_modules_profiles_and_scripts_that_are_there() throws IOException {
        Set<String> named = found("-pl ([\\w,-]+)", page);
        assertFalse(named.isEmpty());
        named.removeAll(modules());
        assertEquals(Set.of(), named, "modules");

        Set<String> profiles = found("-P([\\w-]+)", page);
        assertFalse(profiles.isEmpty());
        profiles.removeAll(found("<profile>\\s*(?:<!--[^>]*-->\\s*)?<id>(.*?)</id>", poms()));
        assertEquals(Set.of(), profiles, "profiles");

        Set<String> scripts = found("`(\\.ci/\\w+)", page);
        assertEquals(Set.of(".ci/reproducible", ".ci/run"), scripts);
        for (String script : scripts) {
            assertTrue(Files.isExecutable(ROOT.resolve(script)), script);
        }
    }

    @Test
    void its_commands_name_tests_that_are_there() throws IOException {
        Set<String> there = sources.stream()
                .map(it -> it.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        Set<String> named = found("-Dtest='?(\\w+)[\\s`']", page);
        named.addAll(found("`(\\w+Test)`", page));
        assertTrue(named.contains("PublicApiTest"), named::toString);
        named.removeAll(there);
        named.removeAll(PLACEHOLDERS);
        assertEquals(Set.of(), named);

        for (String pattern : found("-Dtest='(.*?)'", page)) {
            for (String glob : pattern.split(",")) {
                String folder = "src/test/java/" + glob.replace("/*Test", "/");
                assertTrue(sources.stream().anyMatch(it -> it.toString().contains(folder)), glob);
            }
        }
    }

    @Test
    void its_properties_are_read_by_a_test_or_the_build() throws IOException {
        Set<String> named = found("-D([\\w.]+)", page);
        assertTrue(named.contains("fermata.seed"), named::toString);
        StringBuilder readers = new StringBuilder(poms());
        for (Path source : sources) {
            readers.append(Files.readString(source));
        }
        // Maven's own
        named.removeAll(Set.of("test", "skipTests"));
        named.removeIf(it -> readers.indexOf('"' + it + '"') >= 0
                || readers.indexOf("<" + it) >= 0
                || readers.indexOf("<name>" + it + "</name>") >= 0);
        assertEquals(Set.of(), named);
    }

    @Test
    void a_changed_api_is_accepted_by_the_command_that_the_failure_prints() throws IOException {
        Path test = sources.stream()
                .filter(it -> it.endsWith("PublicApiTest.java"))
                .findFirst()
                .orElseThrow();
        Set<String> printed = found("REGENERATE = \"(.*?)\"", Files.readString(test));
        assertEquals(1, printed.size());
        String command = printed.iterator().next();
        assertTrue(page.contains("`" + command + "`"), command);
        assertTrue(new Page(page).blocks("sh").contains(command), command);
    }

    @Test
    void every_link_between_the_pages_leads_to_a_file_and_a_heading() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path from : pages()) {
            for (MatchResult link : Pattern.compile("]\\(([^)\\s#]*)(?:#([^)\\s]*))?\\)")
                    .matcher(Files.readString(from).replaceAll("(?s)```.*?```", ""))
                    .results()
                    .toList()) {
                if (link.group(1).contains(":")) {
                    continue;
                }
                links++;
                Path to = link.group(1).isEmpty() ? from : from.resolveSibling(link.group(1));
                if (!Files.exists(to) || link.group(2) != null && !headings(to).contains(link.group(2))) {
                    dead.add(from + ": " + link.group());
                }
            }
        }
        assertEquals(List.of(), dead);
        assertTrue(links > 30, "only " + links + " links were found");
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("benchmarks/README.md")));
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(it -> it.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }

    /** The headings as hosts make anchors of them: small letters, no punctuation, hyphens for spaces. */
    private static List<String> headings(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(it -> it.startsWith("#"))
                .map(it -> it.replaceFirst("^#+ ", "")
                        .toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
