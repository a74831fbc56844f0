package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import dev.fermata.rules.Rule;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the checks run, and what they are quiet about. */
class FermataPluginTest {
    private static final String AWAIT_IN_A_METHOD = """
            class Fixture {
              static Object m(dev.fermata.Task<?> task) { return dev.fermata.Asyncio.await(task); }
            }""";

    /** Ids of Fermata's rules, and keys of the other messages by their beginnings. */
    private static List<String> said(Map<String, String> sources, String... options) {
        return Compiling.checked(sources, options).said().stream()
                .map(it -> it.message().replaceFirst("(?s).*\\[(fermata:[a-z-]+), .*", "$1"))
                .toList();
    }

    @Test
    void plugin_checks_where_no_annotation_processor_runs() {
        assertEquals(List.of("fermata:await-outside-async"), said(Map.of("Fixture", AWAIT_IN_A_METHOD), "-proc:none"));
    }

    @Test
    void plugin_and_processor_tell_a_mistake_once() {
        String source = AWAIT_IN_A_METHOD.replace("}\n}", "}\n@dev.fermata.Async static void n() {} }");
        assertEquals(
                List.of("fermata:await-outside-async", "fermata:async-return-type"), said(Map.of("Fixture", source)));
    }

    @Test
    void class_with_errors_of_javac_is_left_to_javac() {
        String source = AWAIT_IN_A_METHOD.replace("}\n}", "}\nint i = \"\"; }");
        assertEquals(
                List.of("incompatible types: java.lang.String cannot be converted to int"),
                said(Map.of("Fixture", source)));
        String missing = AWAIT_IN_A_METHOD.replace("}\n}", "}\nNowhere n() { return null; } }");
        List<String> said = said(Map.of("Fixture", missing));
        assertEquals(1, said.size());
        assertTrue(said.get(0).startsWith("cannot find symbol"), said.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "void n() {} void n() { Asyncio.await(c); }",
                "int i; int i = Asyncio.await(c);",
                "class In {} class In { int i = Asyncio.await(c); }",
                "void n() { Coroutine<Integer> d = Asyncio.done(1); Coroutine<Integer> d = Asyncio.done(2); }",
                "@Async Coroutine<Integer> n() { return }",
                "@Async Coroutine<Integer> n() { try (var g = ) { g.close(); } }",
                "@Async n() { return null; }",
                "Runnable r = () -> { nowhere(() -> Asyncio.await(c)); };",
                "Runnable r = Asyncio::nowhere; Runnable s = Nowhere::await;",
                "Object o = (x) -> Asyncio.await(c);",
                "interface F { Coroutine<Void> a(); int b(); } F f = () -> null;",
                "Coroutine<Void> n() { return switch (1) { case 1 -> null; case nowhere -> { yield null; } }; }",
                "@Nowhere Coroutine<Void> n() { return null; }",
                "record R(int i) { R { Asyncio.await(nowhere); } }",
                "enum E { A(nowhere) { int i = Asyncio.await(c); } }",
                "void n() { new Nowhere() { void o() { Asyncio.await(c); } }; }",
                "void n(Nowhere... some) throws Nowhere { for (var each : some) { each.wait(); } }"
            })
    void broken_source_is_not_taken_for_a_bug_in_a_check(String members) {
        String source = "import dev.fermata.*; class Fixture { Coroutine<Integer> c; " + members + " }";
        List<String> said = said(Map.of("Fixture", source));
        assertFalse(said.isEmpty());
        assertEquals(
                List.of(),
                said.stream().filter(it -> it.contains("bug in Fermata")).toList());
    }

    @Test
    void other_class_with_errors_hides_nothing() {
        List<String> said = said(Map.of("Fixture", AWAIT_IN_A_METHOD, "Other", "class Other { int i = \"\"; }"));
        assertEquals(2, said.size());
        assertTrue(said.contains("fermata:await-outside-async"), said::toString);
    }

    @Test
    void packages_and_modules_have_nothing_to_check() {
        assertEquals(List.of(), said(Map.of("p.package-info", "package p;")));
        assertEquals(List.of(), said(Map.of("module-info", "module m {}")));
    }

    @Test
    void calls_of_mocks_are_not_dropped() {
        String mockito = """
                package org.mockito;
                public class Mockito {
                  public static <T> T verify(T mock) { return mock; }
                  public static Mockito doReturn(Object o) { return null; }
                  public <T> T when(T mock) { return mock; }
                  public interface Verification { void apply(); }
                  public static void verify(Verification v) {}
                }""";
        String source = """
                import static org.mockito.Mockito.*;
                import dev.fermata.*;
                class Fixture {
                  Coroutine<Void> sell() { return Asyncio.done(); }
                  static Coroutine<Void> buy() { return Asyncio.done(); }
                  void test(Fixture mock) {
                    verify(mock).sell();
                    doReturn(Asyncio.done()).when(mock).sell();
                    verify(() -> buy());
                    verify(Fixture::buy);
                    %s
                  }
                }""";
        assertEquals(List.of(), said(Map.of("org.mockito.Mockito", mockito, "Fixture", source.formatted(""))));
        assertEquals(
                List.of("fermata:coroutine-dropped"),
                said(Map.of("org.mockito.Mockito", mockito, "Fixture", source.formatted("mock.sell();"))));
    }

    @Test
    void bug_in_a_check_is_a_warning_that_names_the_file_and_the_compilation_goes_on() {
        List<Diagnostic<? extends JavaFileObject>> said = saidOf(() -> {
            throw new IllegalStateException("broken");
        });
        assertEquals(1, said.size(), said::toString);
        assertEquals(Diagnostic.Kind.WARNING, said.get(0).getKind());
        assertEquals(FIXTURE.toUri(), said.get(0).getSource().toUri());
        assertTrue(
                Pattern.matches(
                        "a bug in Fermata: this file could not be checked completely, because of java.lang.IllegalStateException: broken at .*FermataPluginTest.*",
                        said.get(0).getMessage(null)),
                said.get(0).getMessage(null));
    }

    @Test
    void what_another_check_finds_is_said_all_the_same() {
        List<Diagnostic<? extends JavaFileObject>> said = saidOf(
                () -> {
                    throw new AssertionError("broken");
                },
                Rule.ASYNC_SYNCHRONIZED);
        assertEquals(
                List.of(Diagnostic.Kind.WARNING, Diagnostic.Kind.ERROR),
                said.stream().map(Diagnostic::getKind).toList(),
                said::toString);
        assertTrue(said.get(1).getMessage(null).contains(Rule.ASYNC_SYNCHRONIZED.id()), said::toString);
    }

    @Test
    void class_that_has_nothing_to_do_with_fermata_is_not_checked() {
        Runnable bug = () -> {
            throw new IllegalStateException("broken");
        };
        assertEquals(List.of(), saidOf(fixture("class Fixture { void broken() {} String task; }"), bug));
    }

    private static final JavaFileObject FIXTURE =
            fixture("class Fixture { void broken() {} dev.fermata.Task<String> task; }");

    private static JavaFileObject fixture(String text) {
        return new SimpleJavaFileObject(URI.create("memory:///Fixture.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    /** What javac says where one check runs into {@code bug} and the next one finds each of {@code found}. */
    private static List<Diagnostic<? extends JavaFileObject>> saidOf(Runnable bug, Rule... found) {
        return saidOf(FIXTURE, bug, found);
    }

    private static List<Diagnostic<? extends JavaFileObject>> saidOf(
            JavaFileObject source, Runnable bug, Rule... found) {
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(
                        null,
                        null,
                        diagnostics,
                        List.of(
                                "-proc:none",
                                "-cp",
                                Compiling.classPath(),
                                "-d",
                                System.getProperty("java.io.tmpdir"),
                                "-XDshould-stop.ifNoError=FLOW"),
                        null,
                        List.of(source));
        task.addTaskListener(new SourceChecks(
                SourceModel.of(task),
                new Settings(),
                (model, findings, blocking) -> List.of(
                        new BodyScanner(model, findings) {
                            @Override
                            public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
                                bug.run();
                                return super.visitMethod(tree, null);
                            }
                        },
                        new BodyScanner(model, findings) {
                            @Override
                            public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
                                if (tree.getName().contentEquals("broken")) {
                                    List.of(found).forEach(it -> findings.add(it, tree, "Fixture.broken", ""));
                                }
                                return super.visitMethod(tree, null);
                            }
                        })));
        assertEquals(found.length == 0, task.call());
        return diagnostics.getDiagnostics();
    }
}
