package dev.fermata.processor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A source with the messages that it gets. Each stands in a comment above its line, with the id of the rule and all that a
 * message says before the rule's own words. The caret is in the column:
 *
 * <pre>
 *     //   ^ async-return-type: com.acme.Wrong.buy: it returns java.lang.String
 *     &#64;Async String buy()
 * </pre>
 *
 * @param rule the folder that it is in
 */
record Fixture(Rule rule, Path file) {
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
    private static final Pattern EXPECTATION = Pattern.compile("\\s*// *\\^ ([a-z-]+): (.*)");

    /** The folders, by the id of a rule each. */
    static List<Rule> rules() throws IOException {
        try (Stream<Path> folders = Files.list(FIXTURES)) {
            return folders.map(it -> it.getFileName().toString())
                    .map(Fixture::rule)
                    .sorted()
                    .toList();
        }
    }

    /** The sources of all rules whose names begin with {@code kind}, Wrong or Right. */
    static List<Fixture> all(String kind) throws IOException {
        List<Fixture> all = new ArrayList<>();
        for (Rule rule : rules()) {
            try (Stream<Path> files = Files.list(FIXTURES.resolve(rule.anchor()))) {
                files.filter(it -> it.getFileName().toString().startsWith(kind))
                        .sorted()
                        .forEach(it -> all.add(new Fixture(rule, it)));
            }
        }
        return all;
    }

    private static Rule rule(String anchor) {
        return Rule.valueOf(anchor.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String source() throws IOException {
        return Files.readString(file, UTF_8);
    }

    /** What the comments ask for, as {@link Diagnosed}, in the order of the source. */
    List<Diagnosed> expected() throws IOException {
        List<Diagnosed> expected = new ArrayList<>();
        List<Diagnosed> ofNextLine = new ArrayList<>();
        int number = 0;
        for (String line : source().lines().toList()) {
            number++;
            Matcher expectation = EXPECTATION.matcher(line);
            if (expectation.matches()) {
                Rule expectedRule = rule(expectation.group(1));
                String[] place = expectation.group(2).split(": ", 2);
                ofNextLine.add(new Diagnosed(
                        0,
                        line.indexOf('^') + 1,
                        expectedRule.severity().name(),
                        expectedRule.messageAt(place[0], place.length == 1 ? "" : place[1])));
            } else {
                for (Diagnosed each : ofNextLine) {
                    expected.add(new Diagnosed(number, each.column(), each.kind(), each.message()));
                }
                ofNextLine.clear();
            }
        }
        return expected;
    }

    /** The rules that its comments name. */
    SortedSet<Rule> expectedRules() throws IOException {
        SortedSet<Rule> rules = new TreeSet<>();
        for (String line : source().lines().toList()) {
            Matcher expectation = EXPECTATION.matcher(line);
            if (expectation.matches()) {
                rules.add(rule(expectation.group(1)));
            }
        }
        return rules;
    }

    @Override
    public String toString() {
        return rule.anchor() + "/" + file.getFileName();
    }
}
