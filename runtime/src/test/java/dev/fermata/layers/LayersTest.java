package dev.fermata.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which package of the runtime may know which, how large its knots are, and what of it others see. docs/design.md has the
 * table and the reasons. A knot is a set of top-level classes each of which depends on each other one.
 */
final class LayersTest {
    private static final String ROOT = "dev.fermata";

    /** What users import, and woven code. These may know one another. */
    private static final Set<String> FRONT = Set.of("", "abi", "lowlevel", "internal");

    /** From the bottom to the top. Each may know those listed, what {@link #FRONT} has, and the leaves. */
    private static final Map<String, Set<String>> BEHIND = Map.ofEntries(
            Map.entry("internal.traces", Set.of()),
            Map.entry("internal.engine", Set.of("internal.traces")),
            Map.entry("internal.time", Set.of("internal.engine", "internal.traces")),
            Map.entry("internal.scopes", Set.of("internal.engine", "internal.traces")),
            Map.entry("internal.gathering", Set.of("internal.engine")),
            Map.entry("internal.threads", Set.of("internal.engine", "internal.traces")),
            Map.entry("internal.channels", Set.of("internal.engine")),
            Map.entry("internal.guests", Set.of("internal.engine")),
            Map.entry("internal.inspection", Set.of("internal.engine", "internal.traces")),
            Map.entry("internal.flight", Set.of("internal.engine", "internal.traces", "internal.inspection")),
            Map.entry("internal.signals", Set.of("internal.engine", "internal.threads")),
            Map.entry(
                    "internal.loop",
                    Set.of(
                            "internal.engine",
                            "internal.time",
                            "internal.scopes",
                            "internal.gathering",
                            "internal.threads",
                            "internal.channels",
                            "internal.guests",
                            "internal.inspection",
                            "internal.flight",
                            "internal.signals")));

    /** Know nothing of Fermata; any package may know them. */
    private static final Set<String> LEAVES = Set.of("internal.base", "rules");

    /** How many classes the two biggest knots have at most: what users import, and the engine. */
    private static final int FRONT_KNOT = 25;

    private static final int ENGINE_KNOT = 19;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static String shortly(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    private static JavaClass topLevel(JavaClass type) {
        JavaClass top = type;
        while (top.getEnclosingClass().isPresent()) {
            top = top.getEnclosingClass().get();
        }
        return top;
    }

    /** The runtime's own classes that each top-level class depends on. */
    private static Map<JavaClass, Set<JavaClass>> arrows() {
        Map<JavaClass, Set<JavaClass>> arrows = new HashMap<>();
        for (JavaClass type : CLASSES) {
            JavaClass from = topLevel(type);
            Set<JavaClass> known = arrows.computeIfAbsent(from, it -> new HashSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass component = dependency.getTargetClass();
                if (component.getPackageName().startsWith(ROOT)) {
                    known.add(topLevel(component));
                }
            }
            known.remove(from);
        }
        return arrows;
    }

    @Test
    void each_package_knows_only_what_it_may() {
        Set<String> wrong = new TreeSet<>();
        arrows().forEach((from, known) -> known.forEach(to -> {
            if (!mayKnow(shortly(from), shortly(to))) {
                wrong.add(from.getName() + " → " + to.getName());
            }
        }));
        assertEquals(Set.of(), wrong);
    }

    private static boolean mayKnow(String from, String to) {
        if (from.equals(to)) {
            return true;
        }
        if (LEAVES.contains(from)) {
            return false;
        }
        if (LEAVES.contains(to)) {
            return true;
        }
        if (FRONT.contains(from)) {
            return FRONT.contains(to);
        }
        if (from.equals("management")) {
            return to.isEmpty();
        }
        return FRONT.contains(to) || BEHIND.getOrDefault(from, Set.of()).contains(to);
    }

    @Test
    void every_package_has_a_place() {
        Set<String> packages = CLASSES.stream().map(LayersTest::shortly).collect(Collectors.toCollection(TreeSet::new));
        Set<String> placed = new TreeSet<>(FRONT);
        placed.addAll(BEHIND.keySet());
        placed.addAll(LEAVES);
        placed.add("management");
        assertEquals(placed, packages);
    }

    @Test
    void packages_behind_what_users_import_form_no_circle() {
        Map<String, Set<String>> arrows = new TreeMap<>();
        arrows().forEach((from, known) -> {
            if (BEHIND.containsKey(shortly(from))) {
                known.stream()
                        .map(LayersTest::shortly)
                        .filter(it -> BEHIND.containsKey(it) && !it.equals(shortly(from)))
                        .forEach(it -> arrows.computeIfAbsent(shortly(from), key -> new TreeSet<>())
                                .add(it));
            }
        });
        assertEquals(List.of(), knots(arrows));
    }

    @Test
    void knots_do_not_grow() {
        Map<String, Set<String>> arrows = new TreeMap<>();
        arrows().forEach((from, known) -> arrows.put(
                from.getName(), known.stream().map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new))));
        List<Set<String>> knots = knots(arrows);
        assertTrue(knots.get(0).size() <= FRONT_KNOT, () -> "what users import: " + knots.get(0));
        assertTrue(knots.get(1).size() <= ENGINE_KNOT, () -> "the engine: " + knots.get(1));
        assertTrue(knots.get(2).size() <= 3, () -> "another one: " + knots.get(2));
        assertTrue(knots.get(0).stream().noneMatch(it -> it.startsWith(ROOT + ".internal.engine")), knots::toString);
    }

    /** Sets of two and more that depend on each other, biggest first. */
    private static List<Set<String>> knots(Map<String, Set<String>> arrows) {
        Map<String, Set<String>> reached = new TreeMap<>();
        arrows.keySet().forEach(it -> reached.put(it, reachedFrom(it, arrows)));
        List<Set<String>> knots = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        reached.forEach((name, all) -> {
            if (all.contains(name) && seen.add(name)) {
                Set<String> knot = all.stream()
                        .filter(it -> reached.getOrDefault(it, Set.of()).contains(name))
                        .collect(Collectors.toCollection(TreeSet::new));
                seen.addAll(knot);
                knots.add(knot);
            }
        });
        knots.sort((one, other) -> Integer.compare(other.size(), one.size()));
        return knots;
    }

    private static Set<String> reachedFrom(String start, Map<String, Set<String>> arrows) {
        Set<String> reached = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(arrows.getOrDefault(start, Set.of()));
        while (!left.isEmpty()) {
            String next = left.pop();
            if (reached.add(next)) {
                left.addAll(arrows.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    @Test
    void only_what_users_import_and_woven_code_links_to_is_exported() throws IOException {
        try (var descriptor = Files.newInputStream(Path.of("target", "classes", "module-info.class"))) {
            Set<String> exported = ModuleDescriptor.read(descriptor).exports().stream()
                    .filter(it -> !it.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toSet());
            assertEquals(Set.of(ROOT, ROOT + ".abi", ROOT + ".lowlevel", ROOT + ".management"), exported);
        }
    }

    @Test
    void users_see_in_the_first_folder_only_what_they_import() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "main", "java", "dev", "fermata"))) {
            Set<String> written = files.map(it -> it.getFileName().toString())
                    .filter(it -> it.endsWith(".java") && !it.equals("package-info.java"))
                    .map(it -> it.substring(0, it.length() - ".java".length()))
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> visible = CLASSES.stream()
                    .filter(it -> it.getPackageName().equals(ROOT) && it.isTopLevelClass())
                    .filter(it -> it.getModifiers().contains(JavaModifier.PUBLIC))
                    .map(JavaClass::getSimpleName)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(written, visible);
        }
    }

    @Test
    void every_package_says_what_it_is_for_and_on_which_thread() throws IOException {
        Set<String> silent = new TreeSet<>();
        for (String name : CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet())) {
            Path info = Path.of("src", "main", "java")
                    .resolve(name.replace('.', '/'))
                    .resolve("package-info.java");
            if (!Files.exists(info) || !Files.readString(info).contains("thread")) {
                silent.add(name);
            }
        }
        assertEquals(Set.of(), silent);
    }
}
