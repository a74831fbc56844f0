package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Asyncio;
import dev.fermata.harness.ClassPath;
import dev.fermata.harness.Javac;
import dev.fermata.harness.Page;
import dev.fermata.harness.Weaving;
import dev.fermata.processor.AsyncProcessor;
import dev.fermata.rules.Rule;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testkit.Launched;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Violation;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;

/** docs/rules.md has the rules of the catalogue, in its words, and its listings are refused and accepted as it says. */
final class RulesPageTest {
    private static final Page PAGE = Page.of("docs/rules.md");
    private static final Pattern ID = Pattern.compile("\\[(fermata:[a-z0-9-]+), see \\S+]");

    /** Rules that no listing can break, because what breaks them is not in a source file. */
    private static final Map<Rule, String> WITHOUT_LISTING = Map.ofEntries(
            Map.entry(Rule.SCOPE_CLOSED_BY_HELPER, "only javac 9 and 10 write such code"),
            Map.entry(Rule.METHOD_NEVER_COMPILED, "it takes hundreds of lines"),
            Map.entry(Rule.UNSUPPORTED_SHAPE, "neither javac nor ECJ writes such code"),
            Map.entry(Rule.METHOD_TOO_LARGE, "it takes thousands of lines"),
            Map.entry(Rule.CLASS_TOO_LARGE, "it takes thousands of members"),
            Map.entry(Rule.CLASS_VERSION, "no javac that runs here compiles for Java 7"),
            Map.entry(Rule.CLASS_CORRUPT, "a class file was damaged"),
            Map.entry(Rule.CLASS_LEFT_OVER, "of two sources, one after the other"),
            Map.entry(Rule.OUT_OF_MEMORY, "it depends on the JVM of the build"),
            Map.entry(Rule.CLASS_MISPLACED, "a class file was moved"),
            Map.entry(Rule.WOVEN_ELSEWHERE, "a class file was woven before"),
            Map.entry(Rule.NEST_SCATTERED, "a matter of folders"),
            Map.entry(Rule.FRAME_NAME_UNUSABLE, "a matter of files"),
            Map.entry(Rule.ABI_MISMATCH, "the jars are of different versions"));

    /** What the page has below one heading. */
    private record Section(String heading, String text) {
        Set<String> reporters() {
            List<MatchResult> found = Pattern.compile("^Reported by (.*)\\.$", Pattern.MULTILINE)
                    .matcher(text)
                    .results()
                    .toList();
            assertEquals(1, found.size(), heading);
            String reporters = found.get(0).group(1);
            Set<String> known = Stream.of("javac", "weaver", "run", "JUnit")
                    .filter(reporters::contains)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertTrue(!known.isEmpty(), heading);
            return known;
        }

        List<String> listings() {
            return new Page(text).blocks("java");
        }
    }

    /** What stands before the first rule. */
    private static Page introduction() {
        return new Page(PAGE.text().split("\n## ", 2)[0]);
    }

    private static List<Section> sections() {
        return Arrays.stream(PAGE.text().split("\n## "))
                .skip(1)
                .map(it -> it.split("\n", 2))
                .map(it -> new Section(it[0], it[1]))
                .toList();
    }

    private static Section section(Rule rule) {
        return sections().stream()
                .filter(it -> it.heading().equals(rule.anchor()))
                .findFirst()
                .orElseThrow();
    }

    private static List<Rule> rulesWithListings() {
        return Stream.of(Rule.values())
                .filter(it -> !WITHOUT_LISTING.containsKey(it))
                .toList();
    }

    @Test
    void page_has_the_rules_of_the_catalogue_in_its_order() {
        assertEquals(
                Stream.of(Rule.values()).map(Rule::anchor).toList(),
                sections().stream().map(Section::heading).toList());
    }

    @Test
    void messages_lead_to_the_page() {
        for (Rule rule : Rule.values()) {
            assertTrue(rule.page().endsWith("#" + section(rule).heading()), rule.page());
        }
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    void page_quotes_the_rule_to_the_letter(Rule rule) {
        String quote = "> `" + rule.message() + ". " + rule.remedy() + ".`";
        assertTrue(section(rule).text().startsWith("\n" + quote + "\n\n"), () -> "the page should say: " + quote);
    }

    @Test
    void message_at_the_top_of_the_page_is_one_that_the_weaver_prints() {
        String place = "src/main/java/com/acme/Shop.java:15: com.acme.Shop.sell";
        String message = Rule.AWAIT_IN_SYNCHRONIZED.messageAt(place, "");
        assertTrue(introduction().blocks("text").contains(message), message);
    }

    @Test
    void rules_without_a_listing_are_those_that_have_a_reason() {
        Set<Rule> without = Stream.of(Rule.values())
                .filter(it -> section(it).listings().isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(WITHOUT_LISTING.keySet()), without);
    }

    @ParameterizedTest
    @MethodSource("rulesWithListings")
    void wrong_listing_breaks_this_rule_alone_and_is_reported_by_whom_the_page_says(Rule rule) throws Exception {
        Section section = section(rule);
        String source = source(section.listings().get(0));
        Map<String, byte[]> compiled = compiled(source);
        Map<String, List<String>> actual = new LinkedHashMap<>();
        Map<String, List<String>> expected = new LinkedHashMap<>();
        for (String reporter : List.of("javac", "weaver", "run", "JUnit")) {
            List<String> reported = switch (reporter) {
                case "javac" -> reportedByJavac(source, optionsOf(rule));
                case "weaver" -> reportedByTheWeaver(compiled);
                case "run" ->
                    section.reporters().contains("run")
                            ? reportedByTheRun(rule == Rule.NOT_WOVEN ? compiled : Weaving.woven(compiled))
                            : List.of();
                // beside it JUnit reports that the class is not woven
                default ->
                    section.reporters().contains("JUnit")
                            ? reportedByJUnit(compiled).stream()
                                    .filter(rule.id()::equals)
                                    .toList()
                            : List.of();
            };
            actual.put(reporter, reported);
            expected.put(reporter, section.reporters().contains(reporter) ? List.of(rule.id()) : List.of());
        }
        assertEquals(expected, actual);
    }

    @ParameterizedTest
    @MethodSource("rulesWithListings")
    void right_listing_breaks_no_rule(Rule rule) throws Exception {
        List<String> listings = section(rule).listings();
        assertEquals(rule == Rule.NOT_WOVEN ? 1 : 2, listings.size());
        String source = source(listings.get(listings.size() - 1));
        assertEquals(List.of(), reportedByJavac(source, optionsOf(rule)));
        Map<String, byte[]> compiled = compiled(source);
        assertEquals(List.of(), reportedByTheWeaver(compiled));
        Map<String, byte[]> woven = Weaving.woven(compiled);
        ClassLoader loader = Javac.loader(woven, RulesPageTest.class.getClassLoader());
        for (String name : woven.keySet()) {
            Class.forName(name, true, loader);
        }
        if (section(rule).reporters().contains("run")) {
            assertEquals(List.of(), reportedByTheRun(woven));
        }
    }

    @Test
    void plugin_that_weaves_is_the_one_of_the_readme() {
        List<String> xml = new Page(section(Rule.NOT_WOVEN).text()).blocks("xml");
        assertEquals(1, xml.size());
        assertTrue(Page.of("docs/getting-started.md").text().contains(xml.get(0).indent(6)));
    }

    private static String source(String listing) {
        List<String> imports = introduction().blocks("java");
        assertEquals(1, imports.size());
        return "package com.acme;\n" + imports.get(0) + "\nclass Shop {\n" + listing + "\n}\n";
    }

    private static List<String> paths() {
        return List.of(
                "-cp",
                ClassPath.of(
                        Asyncio.class, AsyncTest.class, Test.class, Testable.class, API.class, RulesPageTest.class));
    }

    private static Map<String, byte[]> compiled(String source) throws Javac.Uncompilable {
        return Javac.compile(Map.of("com.acme.Shop", source), paths(), "-g");
    }

    /** What the section says to ask for. */
    private static List<String> optionsOf(Rule rule) {
        if (!rule.isOnRequest()) {
            return paths();
        }
        String option = Pattern.compile("if `(-A\\S+)` asks for it")
                .matcher(section(rule).text())
                .results()
                .map(it -> it.group(1))
                .findFirst()
                .orElseThrow();
        return Stream.concat(paths().stream(), Stream.of(option)).toList();
    }

    private static List<String> reportedByJavac(String source, List<String> options) {
        return Javac.messages(Map.of("com.acme.Shop", source), options, new AsyncProcessor()).stream()
                .map(RulesPageTest::idIn)
                .toList();
    }

    /** The id with which a message ends, or the whole message. */
    private static String idIn(String message) {
        var id = ID.matcher(message);
        return id.find() && id.end() == message.length() ? id.group(1) : message;
    }

    private static List<String> reportedByTheWeaver(Map<String, byte[]> compiled) {
        return Weaving.of(compiled) instanceof Result.Rejected rejected
                ? rejected.violations().stream()
                        .map(Violation::message)
                        .map(RulesPageTest::idIn)
                        .toList()
                : List.of();
    }

    private static Class<?> shop(Map<String, byte[]> classes) throws ReflectiveOperationException {
        return Javac.loader(classes, RulesPageTest.class.getClassLoader()).loadClass("com.acme.Shop");
    }

    private static List<String> reportedByTheRun(Map<String, byte[]> classes) throws ReflectiveOperationException {
        var main = shop(classes).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        try {
            main.invoke(null, (Object) new String[0]);
            return List.of();
        } catch (InvocationTargetException e) {
            return List.of(idIn(String.valueOf(e.getCause().getMessage())));
        }
    }

    private static List<String> reportedByJUnit(Map<String, byte[]> classes) throws ReflectiveOperationException {
        List<String> reported = new ArrayList<>();
        Launched.all(shop(classes)).forEach(it -> reported.add(idIn(it.message())));
        return reported;
    }
}
