package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Beside what others put on the processor path, before Fermata and behind it, in the {@code javac} of each JDK at hand. */
class OtherProcessorsTest {
    /** What Error Prone asks for; nothing here is for Fermata. */
    private static final List<String> OPENED = Stream.of(
                    "api", "code", "comp", "file", "main", "model", "parser", "processing", "tree", "util")
            .flatMap(it -> Stream.of("exports", "opens")
                    .map(how -> "-J--add-" + how + "=jdk.compiler/com.sun.tools.javac." + it + "=ALL-UNNAMED"))
            .toList();

    @TempDir
    private Path folder;

    private Workshop shop;

    static Stream<Arguments> jdks() throws IOException {
        List<Tools.Jdk> jdks = Tools.jdks().toList();
        return Stream.concat(
                Stream.of(Arguments.of(jdks.get(0), false)), jdks.stream().map(jdk -> Arguments.of(jdk, true)));
    }

    @BeforeEach
    void workshop() throws IOException {
        shop = new Workshop(folder);
    }

    private void beside(String others, boolean first) {
        shop.processorPath = first
                ? shop.processorPath + File.pathSeparator + others
                : others + File.pathSeparator + shop.processorPath;
    }

    private void assertRuns(Tools.Jdk jdk, String expected) throws Exception {
        String path = shop.classes + File.pathSeparator + shop.classPath;
        List<String> command = List.of(jdk.tool("java"), "-cp", path, "com.acme.Shop");
        assertEquals(expected + "\nexit code 0", Workshop.run(folder, command).replace("\r", ""));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void lombok(Tools.Jdk jdk, boolean first) throws Exception {
        String lombok = Tools.classPath("/lombok-[^/]*jar");
        beside(lombok, first);
        shop.classPath += File.pathSeparator + lombok;
        shop.source("""
                package com.acme;
                import static dev.fermata.Asyncio.*;
                import dev.fermata.*;
                public class Shop {
                  @lombok.Value static class Item { String name; int price; }
                  @lombok.SneakyThrows
                  @Async static Coroutine<Item> buy(String s) {
                    await(sleep(java.time.Duration.ZERO));
                    return done(new Item(s, 3));
                  }
                  public static void main(String[] a) { System.out.println(run(buy("egg")).getName()); }
                }
                """);
        String said = shop.javac(jdk);
        assertTrue(said.endsWith("exit code 0"), said);
        assertRuns(jdk, "egg");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void mapstruct(Tools.Jdk jdk, boolean first) throws Exception {
        beside(Tools.classPath("/mapstruct-processor-[^/]*jar"), first);
        shop.classPath += File.pathSeparator + Tools.classPath("/mapstruct-[0-9][^/]*jar");
        shop.source("""
                package com.acme;
                import static dev.fermata.Asyncio.*;
                import dev.fermata.*;
                import org.mapstruct.Mapper;
                import org.mapstruct.factory.Mappers;
                public class Shop {
                  public record Egg(String name) {}
                  public record Dish(String name) {}
                  @Mapper public interface Cook { Dish cook(Egg egg); }
                  @Async static Coroutine<Dish> buy(String s) {
                    await(sleep(java.time.Duration.ZERO));
                    return done(Mappers.getMapper(Cook.class).cook(new Egg(s)));
                  }
                  public static void main(String[] a) { System.out.println(run(buy("egg")).name()); }
                }
                """);
        assertEquals("exit code 0", shop.javac(jdk, "-Xlint:all,-processing", "-Werror"));
        assertRuns(jdk, "egg");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void error_prone_and_nullaway(Tools.Jdk jdk, boolean first) throws Exception {
        // All that they depend on, and none of the tests' own libraries that would be processors.
        beside(
                Tools.classPath(
                        "/(com/google|com/uber|org/checkerframework|javax/inject|io/github|com/github/ben-manes|"
                                + "com/github/kevinstern|org/jspecify|org/pcollections)/"),
                first);
        shop.options.addAll(List.of(
                "-XDcompilePolicy=simple",
                "--should-stop=ifError=FLOW",
                "-Xplugin:ErrorProne -Xep:NullAway:ERROR -XepOpt:NullAway:AnnotatedPackages=com.acme"));
        shop.source(JavacWeavingTest.SHOP);
        String said = shop.javac(jdk, OPENED.toArray(new String[0]));
        assertTrue(said.endsWith("exit code 0"), said);
        assertRuns(jdk, "egg!");

        shop.source("package com.acme; class Wrong { Object o = null; }");
        said = shop.javac(jdk, OPENED.toArray(new String[0]));
        assertTrue(said.contains("[NullAway]"), said);
        assertTrue(said.endsWith("exit code 1"), said);
        assertFalse(said.contains("fermata"), said);
    }
}
