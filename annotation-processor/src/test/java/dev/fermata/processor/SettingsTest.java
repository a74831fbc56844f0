package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.rules.Rule;
import dev.fermata.rules.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Warnings are made errors, switched off by options, and suppressed in the source. */
class SettingsTest {
    private static final String SLEEPS = """
            package com.acme;
            import dev.fermata.*;
            %s
            class Shop {
              Client client;
              %s
              @Async
              Coroutine<Integer> sell() throws Exception {
                %s
                int price = sleep();
                client.call();
                return Asyncio.done(price + Asyncio.await(new Cheap().price()));
              }

              @SuppressWarnings("fermata:async-without-await")
              @Async Coroutine<Integer> price() throws Exception { Thread.sleep(2); return Asyncio.done(2); }
              static int sleep() { return 1; }

              class Cheap extends Shop {
                @Async Coroutine<Integer> price() throws Exception { Thread.sleep(3); return Asyncio.done(3); }
              }
            }
            class Client {
              void call() {}
              void call(String item) {}
            }
            class Special extends Client {
              @Override void call() {}
              void call(int item) {}
            }
            """;

    private static final Map<String, String> SOURCE =
            Map.of("com.acme.Shop", SLEEPS.formatted("", "", "Thread.sleep(1);"), "com.acme.Calling", """
            package com.acme;
            import dev.fermata.*;
            class Calling {
              @Async
              Coroutine<Void> calls(Client client, Special special) {
                client.call();
                client.call("tea");
                special.call();
                special.call(1);
                Asyncio.await(Asyncio.sleep(Asyncio.FOREVER));
                return Asyncio.done();
              }
            }
            """);

    private static List<Rule> warnings() {
        return Arrays.stream(Rule.values())
                .filter(it -> it.severity() == Severity.WARNING)
                .toList();
    }

    private static List<Fixture> wrong() throws IOException {
        return Fixture.all("Wrong").stream()
                .filter(it -> it.rule().severity() == Severity.WARNING)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void warning_is_an_error_or_off_as_the_option_says(Fixture fixture) throws IOException {
        String name = Settings.nameOf(fixture.rule());
        assertEquals(fixture.rule().isOnRequest() ? List.of() : List.of("WARNING"), kinds(fixture));
        assertEquals(List.of("WARNING"), kinds(fixture, "-A" + name + "=warning"));
        assertEquals(List.of("ERROR"), kinds(fixture, "-A" + name + "=error"));
        assertEquals(List.of(), kinds(fixture, "-A" + name + "=off"));
    }

    /** What the rule of a fixture is reported as. */
    private static List<String> kinds(Fixture fixture, String... options) throws IOException {
        return compile(Map.of("com.acme.Fixture", fixture.source()), options).said().stream()
                .filter(it -> it.message().contains("[" + fixture.rule().id() + ","))
                .map(Diagnosed::kind)
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void warning_is_suppressed_on_the_class_by_its_id_or_for_all(Fixture fixture) throws IOException {
        for (String token : List.of(fixture.rule().id(), "fermata:all")) {
            String suppressed = fixture.source()
                    .replaceFirst("(?m)^class ", "@SuppressWarnings({\"serial\", \"" + token + "\"}) class ");
            assertFalse(suppressed.equals(fixture.source()));
            List<String> said = compile(Map.of("com.acme.Fixture", suppressed), "-Xlint:all,-try").said().stream()
                    .map(Diagnosed::message)
                    .filter(it -> it.contains("[" + fixture.rule().id() + ",") || !it.contains("[fermata:"))
                    .toList();
            assertEquals(List.of(), said);
        }
    }

    @Test
    void warning_is_suppressed_on_the_variable_the_method_and_the_class() {
        String suppress = "@SuppressWarnings(\"fermata:blocking-call\")";
        assertEquals(3, sleepsIn("", "", "Thread.sleep(1);"));
        assertEquals(2, sleepsIn("", suppress, "Thread.sleep(1);"));
        assertEquals(0, sleepsIn(suppress, "", "Thread.sleep(1);"));
        String variable =
                "boolean late = new java.util.concurrent.CountDownLatch(1).await(1, java.util.concurrent.TimeUnit.DAYS);";
        assertEquals(3, sleepsIn("", "", variable));
        assertEquals(2, sleepsIn("", "", suppress + " " + variable));
        assertEquals(2, sleepsIn("", suppress.replace("\"f", "{\"unused\", \"f").replace(")", "})"), variable));
        assertEquals(3, sleepsIn("", suppress.replace("blocking-call", "task-dropped"), variable));
        assertEquals(3, sleepsIn("", "@Deprecated", variable));
    }

    private static long sleepsIn(String onClass, String onMethod, String statement) {
        Compiling compiled =
                compile(Map.of("com.acme.Shop", SLEEPS.formatted(onClass, onMethod, statement)), "-Xlint:all,-try");
        assertTrue(compiled.good());
        assertTrue(compiled.said().stream().allMatch(it -> it.message().contains("[fermata:blocking-call,")));
        return compiled.said().size();
    }

    @Test
    void suppressed_warnings_leave_nothing_for_javac_to_complain_of() {
        String source = SLEEPS.formatted("@SuppressWarnings(\"fermata:all\")", "", "Thread.sleep(1);");
        Compiling compiled = compile(Map.of("com.acme.Shop", source), "-Xlint:all", "-Werror");
        assertEquals(List.of(), compiled.said());
        assertTrue(compiled.good());
    }

    @Test
    void warning_fails_a_compilation_where_warnings_are_errors() {
        assertTrue(compile(SOURCE).good());
        assertFalse(compile(SOURCE, "-Werror").good());
        assertTrue(compile(SOURCE, "-Werror", "-Afermata.blockingCall=off").good());
        assertFalse(compile(SOURCE, "-Afermata.blockingCall=error").good());
    }

    @Test
    void calls_of_a_users_list_are_reported_beside_those_of_ours() {
        assertEquals(List.of("Thread.sleep", "Thread.sleep", "Thread.sleep"), blocking());
        assertEquals(
                List.of(
                        "Client.call",
                        "Client.call",
                        "Client.call",
                        "Special.call",
                        "Thread.sleep",
                        "Thread.sleep",
                        "Thread.sleep"),
                blocking("-Afermata.blocking=com.acme.Client#call"));
        assertEquals(
                List.of("Client.call", "Thread.sleep", "Thread.sleep", "Thread.sleep"),
                blocking("-Afermata.blocking= com.acme.Client#call(String), com.acme.Nowhere#call"));
        assertEquals(
                List.of("Thread.sleep", "Thread.sleep", "Thread.sleep", "new Cheap"),
                blocking("-Afermata.blocking=,com.acme.Shop.Cheap#new,"));
        assertEquals(
                List.of("Special.call", "Thread.sleep", "Thread.sleep", "Thread.sleep"),
                blocking("-Afermata.blocking=com.acme.Special#call(int)"));
    }

    private static List<String> blocking(String... options) {
        Compiling compiled = compile(SOURCE, options);
        assertTrue(compiled.good());
        return compiled.said().stream()
                .filter(it -> it.message().contains("[fermata:blocking-call,"))
                .map(it -> it.message().split(": ")[1])
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fermata.blockingCalls=off|there is no option fermata.blockingCalls. The options are fermata.asyncWithoutAwait, ",
                "fermata.blockingCall=never|the option fermata.blockingCall cannot be \"never\". Set it to error, warning or off.",
                "fermata.blockingCall|the option fermata.blockingCall cannot be \"\". Set it to error, warning or off.",
                "fermata.awaitInLambda=off|the option fermata.awaitInLambda has no effect: what this rule refuses cannot work. Remove the option.",
                "fermata.blocking=com.acme.Client.call|the option fermata.blocking cannot contain \"com.acme.Client.call\". Write each call as com.acme.Client#call, and separate them by commas.",
                "fermata.blocking=com.acme.Client#cal|the option fermata.blocking names com.acme.Client#cal, and there is no such method."
            })
    void wrong_option_is_an_error(String option) {
        String[] parts = option.split("\\|", 2);
        List<Diagnosed> errors = compile(SOURCE, "-A" + parts[0]).said().stream()
                .filter(it -> it.kind().equals("ERROR"))
                .toList();
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.get(0).message().startsWith(parts[1]), errors.toString());
    }

    @Test
    void options_are_arguments_of_the_plugin_where_no_processor_runs() {
        assertFalse(compile(SOURCE, "-proc:none", "-Xplugin:Fermata fermata.blockingCall=error")
                .good());
        assertEquals(
                List.of(),
                compile(SOURCE, "-proc:none", "-Xplugin:Fermata fermata.blockingCall=off")
                        .said());
    }

    @Test
    void wrong_argument_of_the_plugin_is_an_error_too() {
        List<Diagnosed> errors = compile(SOURCE, "-Xplugin:Fermata fermata.blokingCall=off").said().stream()
                .filter(it -> it.kind().equals("ERROR"))
                .toList();
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.get(0).message().startsWith("there is no option fermata.blokingCall. The options are "));
        assertTrue(errors.get(0).message().contains(" fermata.blockingCall, "), errors.toString());
    }

    @Test
    void all_options_are_known_to_javac_so_that_it_does_not_warn() {
        String[] options = Stream.concat(
                        Stream.of("-Xlint:all,-try,-auxiliaryclass", "-Afermata.blocking=com.acme.Client#call"),
                        warnings().stream().map(it -> "-A" + Settings.nameOf(it) + "=off"))
                .toArray(String[]::new);
        assertEquals(List.of(), compile(SOURCE, options).said());
    }

    @Test
    void each_call_of_the_built_in_list_is_one_of_the_jdk() throws ClassNotFoundException {
        List<String> unknown = new ArrayList<>();
        for (CallPattern call : BlockingTable.builtIn()) {
            Class<?> owner = Class.forName(call.owner());
            boolean known = Stream.concat(Arrays.stream(owner.getMethods()), Arrays.stream(owner.getConstructors()))
                    .anyMatch(it -> (call.method().equals("new")
                                    ? it instanceof java.lang.reflect.Constructor
                                    : it.getName().equals(call.method()))
                            && (call.parameters() == null || parametersOf(it).equals(call.parameters())));
            if (!known) {
                unknown.add(call.toString());
            }
        }
        // Since Java 19.
        unknown.remove("java.util.concurrent.ExecutorService#close()");
        assertEquals(List.of(), unknown);
        assertTrue(BlockingTable.builtIn().size() > 80);
    }

    @Test
    void page_lists_the_calls_of_the_built_in_list_in_its_order() throws IOException {
        String page = Files.readString(Path.of("../docs/rules.md"));
        String section = page.split("\n### Calls that block\n", 2)[1].split("\n### ", 2)[0];
        List<String> documented = Pattern.compile("```text\n(.*?)\n```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .flatMap(it -> it.group(1).lines())
                .toList();
        assertEquals(
                String.join(
                        "\n",
                        BlockingTable.builtIn().stream()
                                .map(CallPattern::toString)
                                .toList()),
                String.join("\n", documented));
    }

    private static String parametersOf(java.lang.reflect.Executable method) {
        return String.join(
                ",",
                Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .toList());
    }

    private static Compiling compile(Map<String, String> sources, String... options) {
        return Compiling.checked(sources, options);
    }
}
