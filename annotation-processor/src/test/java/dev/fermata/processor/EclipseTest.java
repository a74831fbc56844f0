package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.rules.Rule;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import org.eclipse.jdt.internal.compiler.tool.EclipseCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ECJ says of the fixtures: all about signatures, and about awaits what needs no types. */
class EclipseTest {
    private static final Set<Rule> AWAITS = EnumSet.of(
            Rule.ASYNC_CONSTRUCTOR,
            Rule.ASYNC_STATIC_INITIALISER,
            Rule.AWAIT_OUTSIDE_ASYNC,
            Rule.AWAIT_IN_SYNCHRONIZED,
            Rule.AWAIT_METHOD_REFERENCE);

    private static final Set<Rule> SIGNATURES = EnumSet.of(
            Rule.ASYNC_RETURN_TYPE,
            Rule.ASYNC_SYNCHRONIZED,
            Rule.ASYNC_WITHOUT_BODY,
            Rule.ASYNC_HOT_CHECKED,
            Rule.ASYNC_BODY_TAKEN,
            Rule.ASYNC_TEST_SIGNATURE,
            Rule.ASYNC_TEST_ASYNC,
            Rule.ASYNC_TEST_TWICE,
            Rule.EXPLORE_WITHOUT_ASYNC_TEST,
            Rule.TEST_RETURNS_COROUTINE);

    @TempDir
    private Path output;

    private static List<Fixture> awaits() throws IOException {
        return wrong(AWAITS);
    }

    private static List<Fixture> signatures() throws IOException {
        return wrong(SIGNATURES);
    }

    private static List<Fixture> wrong(Set<Rule> rules) throws IOException {
        List<Fixture> wrong = Fixture.all("Wrong").stream()
                .filter(it -> rules.contains(it.rule())
                        && it.file().getFileName().toString().equals("Wrong.java")) // closes are a matter of types
                .toList();
        assertEquals(rules, wrong.stream().map(Fixture::rule).collect(Collectors.toSet()));
        return wrong;
    }

    private static List<Fixture> right() throws IOException {
        return Fixture.all("Right");
    }

    @ParameterizedTest
    @MethodSource("awaits")
    void await_in_the_wrong_place_is_reported_with_its_line(Fixture fixture) throws IOException {
        List<String> expected = fixture.expected().stream()
                .filter(it -> !it.message().contains(Body.IN_LAMBDA) || fixture.rule() == Rule.AWAIT_METHOD_REFERENCE)
                .filter(it -> !it.message().contains("Wrong$1")) // it may inherit what the call means
                .filter(it -> !it.message().contains("and its @Async is")) // whose annotation it is, types say
                .map(it -> it.line() + " " + placeAndId(it.message()))
                .sorted()
                .toList();
        List<String> actual = said(fixture).stream()
                .map(it -> it.replaceFirst(".* in line (\\d+), column \\d+: .*", "$1") + " " + placeAndId(it))
                .sorted()
                .toList();
        assertEquals(expected, actual);
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void wrong_signature_is_reported(Fixture fixture) throws IOException {
        List<String> expected =
                fixture.expected().stream().map(Diagnosed::message).sorted().toList();
        assertEquals(expected, said(fixture).stream().sorted().toList());
    }

    @ParameterizedTest
    @MethodSource("right")
    void right_source_compiles_without_a_word(Fixture fixture) throws IOException {
        assertEquals(List.of(), said(fixture));
    }

    /** ECJ writes no code for it, so that the weaver has nothing to refuse. */
    @Test
    void await_that_a_constant_may_exclude_is_left_to_the_weaver() throws IOException {
        String source = """
                import static dev.fermata.Asyncio.*;
                import dev.fermata.Task;
                class Till {
                  static final boolean DEBUG = false;
                  boolean open = true;
                  @dev.fermata.Async static dev.fermata.Coroutine<Integer> one(Task<Integer> task) {
                    return done(await(task));
                  }
                  int pay(Task<Integer> task, boolean more, int n) {
                    final boolean wait = false;
                    if (false) { await(task); }
                    if (DEBUG && more) { await(task); }
                    while (more && Till.DEBUG) { await(task); }
                    for (int i = 0; wait && i < n; i++) { await(task); }
                    boolean done = DEBUG && await(task) > 0 || (!wait ? true : await(task) > 0);
                    MORE
                    if (!DEBUG) { return 1; }
                    return await(task);
                  }
                }
                """;
        Path file = output.resolve("Till.java");
        assertEquals(List.of(), said(Files.writeString(file, source.replace("MORE", ""))));
        for (String runs : List.of(
                "if (more) { await(task); }",
                "if (open) { await(task); }",
                "if (n > 3 && task != null) { await(task); }",
                "if (more) { return 2; } await(task);",
                "while (more) { await(task); }")) {
            List<String> said = said(Files.writeString(file, source.replace("MORE", runs)));
            assertEquals(1, said.size(), () -> runs + " " + said);
        }
    }

    private static String placeAndId(String message) {
        return message.replaceFirst(": .*\\[", " [");
    }

    /** The errors. ECJ's own warnings do not matter. */
    private List<String> said(Fixture fixture) throws IOException {
        return said(fixture.file());
    }

    private List<String> said(Path file) throws IOException {
        JavaCompiler compiler = new EclipseCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<String> said = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null)) {
            JavaCompiler.CompilationTask task = compiler.getTask(
                    new StringWriter(), // it prints the diagnostics too
                    files,
                    diagnostics,
                    List.of("-d", output.toString(), "-cp", Compiling.classPath(), "--release", "17", "-nowarn"),
                    null,
                    files.getJavaFileObjects(file));
            task.setProcessors(List.of(new AsyncProcessor()));
            boolean good = task.call();
            for (Diagnostic<?> each : diagnostics.getDiagnostics()) {
                if (each.getKind() == Diagnostic.Kind.ERROR) {
                    said.add(each.getMessage(null));
                }
            }
            assertEquals(said.isEmpty(), good);
        }
        return said;
    }
}
