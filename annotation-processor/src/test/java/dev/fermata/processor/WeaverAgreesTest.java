package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.rules.Rule;
import dev.fermata.rules.Severity;
import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Violation;
import dev.fermata.transformer.Weaver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/** Where nothing has looked at the sources, the weaver refuses what is wrong in them, by the same rules, and nothing else. */
class WeaverAgreesTest {
    /** What a class file does not show: with these rules a class is woven. */
    private static final Set<Rule> SOURCE_ONLY =
            EnumSet.of(Rule.COROUTINE_DROPPED, Rule.COROUTINE_UNUSED, Rule.COROUTINE_NULL, Rule.CLOSE_NOT_WOVEN);

    private static List<Fixture> wrong() throws IOException {
        return Fixture.all("Wrong");
    }

    private static List<Fixture> right() throws IOException {
        return Fixture.all("Right");
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void weaver_refuses_a_wrong_source_by_the_same_rules(Fixture fixture) throws IOException {
        Set<Rule> expected = fixture.expectedRules();
        expected.removeIf(it -> SOURCE_ONLY.contains(it) || it.severity() == Severity.WARNING);
        assertEquals(
                expected,
                refused(fixture).stream().map(Violation::rule).collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @MethodSource("right")
    void weaver_accepts_a_right_source(Fixture fixture) throws IOException {
        assertEquals(List.of(), refused(fixture));
    }

    private static List<Violation> refused(Fixture fixture) throws IOException {
        Compiling compiled = Compiling.unchecked(Map.of("com.acme.Fixture", fixture.source()));
        assertTrue(compiled.good(), () -> compiled.said().toString());
        Result result = new Weaver(WeaverAgreesTest::fact)
                .weave(compiled.classes().entrySet().stream()
                        .map(it -> new ClassFile(it.getKey().replace('.', '/'), it.getValue()))
                        .toList());
        return result instanceof Result.Rejected rejected ? rejected.violations() : List.of();
    }

    private static ClassFacts.@Nullable Fact fact(String name) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            if (in == null) {
                return null;
            }
            ClassReader reader = new ClassReader(in);
            return new ClassFacts.Fact(
                    reader.getSuperName(),
                    List.of(reader.getInterfaces()),
                    (reader.getAccess() & Opcodes.ACC_INTERFACE) != 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
