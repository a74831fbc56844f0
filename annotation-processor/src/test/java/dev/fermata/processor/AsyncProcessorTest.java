package dev.fermata.processor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.util.Plugin;
import dev.fermata.rules.Rule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import org.junit.jupiter.api.Test;

/** Compiles with the javac of the JDK that runs the tests. */
class AsyncProcessorTest {
    @Test
    void return_type_other_than_coroutine_or_future_is_an_error_at_the_type() {
        assertErrors("""
                class Shop {
                  @Async static java.util.List<String> buy() { throw new Error(); }
                  @Async <T> T sell() { throw new Error(); }
                  @Async void open() {}
                  @Async int count() { return 1; }
                }
                """, """
                Shop.java:5:31: com.acme.Shop.buy: it returns java.util.List<java.lang.String> … [fermata:async-return-type,
                Shop.java:6:14: com.acme.Shop.sell: it returns T … [fermata:async-return-type,
                Shop.java:7:10: com.acme.Shop.open: it returns void … [fermata:async-return-type,
                Shop.java:8:10: com.acme.Shop.count: it returns int … [fermata:async-return-type,
                """);
    }

    @Test
    void subclass_of_completable_future_is_no_return_type() {
        assertErrors("""
                class Shop extends CompletableFuture<String> {
                  @Async Shop buy() { throw new Error(); }
                }
                """, """
                Shop.java:5:10: com.acme.Shop.buy: it returns com.acme.Shop … [fermata:async-return-type,
                """);
    }

    @Test
    void synchronized_method_is_an_error_at_its_name() {
        assertErrors("""
                class Shop {
                  @Async
                  synchronized Coroutine<String> buy() { throw new Error(); }
                }
                """, """
                Shop.java:6:34: com.acme.Shop.buy: an @Async method cannot be synchronized … [fermata:async-synchronized,
                """);
    }

    @Test
    void method_without_a_body_is_an_error_at_its_name() {
        assertErrors("""
                abstract class Shop {
                  @Async abstract Coroutine<String> buy();
                  @Async native Coroutine<String> sell();
                  interface Till { @Async Coroutine<Void> open(); }
                }
                """, """
                Shop.java:5:37: com.acme.Shop.buy: it is abstract … [fermata:async-without-body,
                Shop.java:6:35: com.acme.Shop.sell: it is native … [fermata:async-without-body,
                Shop.java:7:43: com.acme.Shop.Till.open: it is abstract … [fermata:async-without-body,
                """);
    }

    @Test
    void checked_exception_of_a_hot_method_is_an_error_at_the_exception() {
        assertErrors("""
                class Shop {
                  @Async CompletableFuture<String> buy()
                      throws IllegalStateException, java.io.IOException {
                    throw new Error();
                  }
                  @Async <E extends Exception> CompletionStage<String> sell() throws E { throw new Error(); }
                  @Async <E extends RuntimeException> CompletionStage<String> lend() throws E { throw new Error(); }
                }
                """, """
                Shop.java:6:44: com.acme.Shop.buy: it declares that it throws java.io.IOException … [fermata:async-hot-checked,
                Shop.java:9:70: com.acme.Shop.sell: it declares that it throws E … [fermata:async-hot-checked,
                """);
    }

    @Test
    void test_with_a_wrong_signature_is_an_error_at_its_type_or_name() {
        assertErrors("""
                abstract class Shop {
                  @AsyncTest Coroutine<Void> returns() { throw new Error(); }
                  @AsyncTest static void isStatic() {}
                  @AsyncBeforeEach private void isPrivate() {}
                  @AsyncAfterEach abstract void isAbstract();
                  @AsyncTest synchronized void isSynchronized() {}
                }
                """, """
                Shop.java:5:23: com.acme.Shop.returns: it returns dev.fermata.Coroutine<java.lang.Void> … [fermata:async-test-signature,
                Shop.java:6:26: com.acme.Shop.isStatic: it is static … [fermata:async-test-signature,
                Shop.java:7:33: com.acme.Shop.isPrivate: it is private … [fermata:async-test-signature,
                Shop.java:8:33: com.acme.Shop.isAbstract: it is abstract … [fermata:async-test-signature,
                Shop.java:9:32: com.acme.Shop.isSynchronized: an @Async method cannot be synchronized … [fermata:async-synchronized,
                """);
    }

    @Test
    void test_that_is_async_or_a_test_as_well_is_an_error_at_its_name() {
        assertErrors("""
                class Shop {
                  @Async @AsyncTest void both() {}
                  @Async @AsyncBeforeEach Coroutine<Void> bothToo() { throw new Error(); }
                  @Test @AsyncTest void twice() {}
                  @Explore void explored() {}
                }
                """, """
                Shop.java:5:26: com.acme.Shop.both: @Async and @AsyncTest … [fermata:async-test-async,
                Shop.java:6:43: com.acme.Shop.bothToo: @Async and @AsyncTest … [fermata:async-test-async,
                Shop.java:7:25: com.acme.Shop.twice: @AsyncTest already makes the method a test … [fermata:async-test-twice,
                Shop.java:8:17: com.acme.Shop.explored: @Explore says how an @AsyncTest is run … [fermata:explore-without-async-test,
                """);
    }

    @Test
    void async_method_that_junit_would_not_run_is_an_error_at_its_type() {
        assertErrors("""
                class Shop {
                  @Test @Async Coroutine<Void> test() { throw new Error(); }
                  @RepeatedTest(2) @Async CompletableFuture<Void> repeated() { throw new Error(); }
                  @BeforeEach @Async Coroutine<Void> before() { throw new Error(); }
                  @Slow @Async Coroutine<Void> composed() { throw new Error(); }
                  @Test @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) @interface Slow {}
                }
                """, """
                Shop.java:5:25: com.acme.Shop.test: JUnit does not run a test that returns a value … [fermata:test-returns-coroutine,
                Shop.java:6:44: com.acme.Shop.repeated: JUnit does not run a test that returns a value … [fermata:test-returns-coroutine,
                Shop.java:7:31: com.acme.Shop.before: JUnit does not run a test that returns a value … [fermata:test-returns-coroutine,
                Shop.java:8:25: com.acme.Shop.composed: JUnit does not run a test that returns a value … [fermata:test-returns-coroutine,
                """);
    }

    @Test
    void good_tests_compile_without_a_word_under_all_lints() {
        assertErrors("""
                class Shop {
                  @AsyncBeforeEach void before() {}
                  @AsyncTest public void test() throws java.io.IOException {}
                  @AsyncTest(realTime = true) protected <T extends Number> void generic(T number) {}
                  @AsyncTest @Explore(schedules = 7, cancels = true) void explored() {}
                  interface Contract { @AsyncTest default void test() {} }
                }
                """, "");
    }

    @Test
    void every_rule_that_is_broken_is_reported() {
        assertErrors("""
                class Shop {
                  @Async synchronized String buy() { throw new Error(); }
                }
                """, """
                Shop.java:5:23: com.acme.Shop.buy: it returns java.lang.String … [fermata:async-return-type,
                Shop.java:5:30: com.acme.Shop.buy: an @Async method cannot be synchronized … [fermata:async-synchronized,
                """);
    }

    @Test
    void message_is_the_whole_entry_of_the_rule_catalogue() {
        Diagnosed error = compile("class Shop { @Async String buy() { throw new Error(); } }")
                .said()
                .get(0);
        assertEquals(
                Rule.ASYNC_RETURN_TYPE.messageAt("com.acme.Shop.buy", "it returns java.lang.String"), error.message());
    }

    @Test
    void constructor_is_refused_by_the_annotation_itself() {
        List<Diagnosed> errors = compile("class Shop { @Async Shop() {} }").said();
        assertEquals(1, errors.size());
        assertTrue(errors.get(0).message().contains("annotation"), errors.get(0).message());
    }

    @Test
    void good_methods_compile_without_a_word_under_all_lints() {
        assertErrors("""
                class Shop {
                  @Async static Coroutine<String> cold() throws java.io.IOException { throw new Error(); }
                  @Async final CompletableFuture<String> hot() { throw new Error(); }
                  @Async private CompletionStage<? extends Number> stage() { throw new Error(); }
                  @Async protected <E extends Exception> Coroutine<E[]> generic(int... more) throws E { throw new Error(); }
                  interface Till { @Async default Coroutine<Void> open() { throw new Error(); } }
                  enum Kind { A { @Async Coroutine<Void> open() { throw new Error(); } } }
                }
                """, "");
    }

    @Test
    void class_without_async_methods_compiles_without_a_word() {
        assertErrors(
                "class Shop { @Deprecated Coroutine<String> cold; CompletableFuture<?> f; CompletionStage<?> s;"
                        + " @Override public String toString() { return Async.class.getName(); } }",
                "");
    }

    @Test
    void type_that_cannot_be_resolved_is_left_to_javac() {
        List<Diagnosed> errors = compile("class Shop { @Async Nowhere buy() { throw new Error(); } }")
                .said();
        assertEquals(1, errors.size());
        assertTrue(
                errors.get(0).message().startsWith("cannot find symbol"),
                errors.get(0).message());
    }

    @Test
    void processor_is_found_as_a_service() {
        Stream<ServiceLoader.Provider<Processor>> found =
                ServiceLoader.load(Processor.class, AsyncProcessor.class.getClassLoader()).stream();
        assertTrue(found.anyMatch(provider -> provider.type() == AsyncProcessor.class));
    }

    @Test
    void plugin_is_found_as_a_service_and_starts_by_itself() {
        Stream<ServiceLoader.Provider<Plugin>> found =
                ServiceLoader.load(Plugin.class, FermataPlugin.class.getClassLoader()).stream();
        assertTrue(found.anyMatch(provider ->
                provider.type() == FermataPlugin.class && provider.get().autoStart()));
    }

    @Test
    void processor_is_declared_incremental_for_gradle() throws IOException {
        try (var in = AsyncProcessor.class.getResourceAsStream("/META-INF/gradle/incremental.annotation.processors")) {
            assertInstanceOf(java.io.InputStream.class, in);
            assertEquals(AsyncProcessor.class.getName() + ",isolating", new String(in.readAllBytes(), UTF_8).strip());
        }
    }

    /** Each line of {@code expected}: file, line, column, how the message begins, and the id near its end. */
    private void assertErrors(String source, String expected) {
        List<Diagnosed> diagnostics = compile(source).said();
        List<String> lines = expected.lines().toList();
        StringBuilder actual = new StringBuilder();
        for (int i = 0; i < diagnostics.size(); i++) {
            Diagnosed found = diagnostics.get(i);
            String text = "Shop.java:" + found.line() + ":" + found.column() + ": " + found.message();
            boolean asExpected = i < lines.size()
                    && text.startsWith(lines.get(i).replaceFirst(" … .*", ""))
                    && text.contains(lines.get(i).replaceFirst(".* … ", ". "));
            actual.append(asExpected ? lines.get(i) : text).append('\n');
        }
        assertEquals(expected, actual.toString());
    }

    private static Compiling compile(String body) {
        String source = "package com.acme;\nimport dev.fermata.*; import dev.fermata.testing.*;"
                + " import org.junit.jupiter.api.*; import java.util.concurrent.CompletableFuture;"
                + " import java.util.concurrent.CompletionStage;\n\n" + body;
        Compiling compiled = Compiling.checked(Map.of("com.acme.Shop", source), "-Xlint:all");
        assertEquals(compiled.said().isEmpty(), compiled.good());
        return compiled;
    }
}
