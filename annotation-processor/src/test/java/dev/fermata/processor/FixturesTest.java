package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.rules.Rule;
import dev.fermata.rules.Severity;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fixture gets the messages that it asks for, at their characters, and no others; also under all lints of javac. */
class FixturesTest {
    private static List<Fixture> wrong() throws IOException {
        return Fixture.all("Wrong");
    }

    private static List<Fixture> right() throws IOException {
        return Fixture.all("Right");
    }

    private static List<Rule> rules() throws IOException {
        return Fixture.rules();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrong_source_gets_its_messages_where_the_mistakes_are(Fixture fixture) throws IOException {
        List<Diagnosed> expected = fixture.expected();
        assertTrue(expected.stream()
                .anyMatch(it -> it.message().contains("[" + fixture.rule().id() + ",")));
        assertEquals(expected.toString(), compiled(fixture).said().toString());
    }

    @ParameterizedTest
    @MethodSource("right")
    void right_source_compiles_without_a_word(Fixture fixture) throws IOException {
        assertEquals(List.of(), fixture.expected());
        assertEquals("[]", compiled(fixture).said().toString());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rule_has_a_wrong_and_a_right_source(Rule rule) throws IOException {
        assertTrue(wrong().stream().anyMatch(it -> it.rule() == rule));
        assertTrue(right().stream().anyMatch(it -> it.rule() == rule));
    }

    /** Warnings that the fixture does not ask for are off, so that it need not be a good program in all respects. */
    private static Compiling compiled(Fixture fixture) throws IOException {
        // As arguments of the plugin: an annotation in a method body alone runs no processor that -A would be for.
        StringBuilder plugin = new StringBuilder("-Xplugin:Fermata");
        String expected = fixture.expected().toString();
        for (Rule rule : Rule.values()) {
            if (rule.severity() == Severity.WARNING
                    && rule != fixture.rule()
                    && !expected.contains("[" + rule.id() + ",")) {
                plugin.append(' ').append(Settings.nameOf(rule)).append("=off");
            } else if (rule.isOnRequest()) {
                plugin.append(' ').append(Settings.nameOf(rule)).append("=warning");
            }
        }
        return Compiling.checked(Map.of("com.acme.Fixture", fixture.source()), "-Xlint:all,-try", plugin.toString());
    }
}
