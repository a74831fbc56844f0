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
import org.junit.jupiter.params.provider.MethodSource;

/** The {@code javac} of each JDK at hand, as one types it. */
class JdksTest {
    @TempDir
    private Path folder;

    private Workshop shop;

    static Stream<Tools.Jdk> jdks() throws IOException {
        return Tools.jdks();
    }

    @BeforeEach
    void workshop() throws IOException {
        shop = new Workshop(folder);
        shop.source(JavacWeavingTest.SHOP);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void javac_weaves_what_it_compiles(Tools.Jdk jdk) throws Exception {
        assertEquals("exit code 0", shop.javac(jdk, "-Xlint:all", "-Werror"));
        String path = shop.classes + File.pathSeparator + shop.classPath;
        List<String> command = List.of(jdk.tool("java"), "-cp", path, "com.acme.Shop");
        assertEquals("egg!\nexit code 0", Workshop.run(folder, command).replace("\r", ""));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void javac_ends_with_an_error_where_weaving_does(Tools.Jdk jdk) throws Exception {
        shop.source(JavacWeavingTest.BAD);
        String said = shop.javac(jdk).replace('\\', '/');
        assertTrue(said.startsWith("src/com/acme/Bad.java:6: error: com.acme.Bad$Item.name: it would be "), said);
        assertTrue(said.contains("\n          ^\n"), said);
        assertTrue(said.endsWith("exit code 1"), said);
        assertFalse(shop.has("com/acme/Bad"));
        assertFalse(shop.has("com/acme/Bad$Item"));
        assertFalse(shop.has("com/acme/Shop"));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void options_of_the_command_line_configure_the_warnings(Tools.Jdk jdk) throws Exception {
        shop.source("""
                package com.acme;
                class Slow {
                  @dev.fermata.Async dev.fermata.Coroutine<Void> sell() throws InterruptedException {
                    Thread.sleep(1);
                    dev.fermata.Asyncio.await(dev.fermata.Asyncio.sleep(java.time.Duration.ZERO));
                    return dev.fermata.Asyncio.done();
                  }
                }
                """);
        String place = "src/com/acme/Slow.java:4: ";
        String found = "com.acme.Slow.sell: Thread.sleep: a blocking call in async code: ";
        String warned = shop.javac(jdk, "-Xlint:all").replace('\\', '/');
        assertTrue(warned.startsWith(place + "warning: " + found), warned);
        assertTrue(warned.contains("\n    Thread.sleep(1);\n          ^\n"), warned);
        assertTrue(warned.endsWith("1 warning\nexit code 0"), warned);
        assertTrue(shop.javac(jdk, "-Xlint:all", "-Werror").endsWith("exit code 1"));
        String refused = shop.javac(jdk, "-Afermata.blockingCall=error").replace('\\', '/');
        assertTrue(refused.startsWith(place + "error: " + found), refused);
        assertTrue(refused.endsWith("1 error\nexit code 1"), refused);
        assertEquals("exit code 0", shop.javac(jdk, "-Xlint:all", "-Werror", "-Afermata.blockingCall=off"));
        assertEquals("exit code 0", shop.javac(jdk, "-Werror", "-Xplugin:Fermata fermata.blockingCall=off"));
        String unknown = shop.javac(jdk, "-Afermata.blockingCalls=off");
        assertTrue(unknown.contains("error: there is no option fermata.blockingCalls. The options are "), unknown);
        assertTrue(unknown.endsWith("exit code 1"), unknown);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void processor_on_the_class_path_weaves_or_says_why_not(Tools.Jdk jdk) throws Exception {
        shop.classPath = shop.processorPath;
        shop.processorPath = "";
        String said = shop.javac(jdk);
        if (jdk.feature() < 23) {
            assertTrue(said.endsWith("exit code 0"), said);
            assertTrue(shop.has("com/acme/Shop$async$buy"));
        } else {
            assertTrue(said.contains("Shop.java:2: error: Fermata's annotation processor did not run"), said);
            assertTrue(said.endsWith("exit code 1"), said);
            assertFalse(shop.has("com/acme/Shop"));
            assertEquals("exit code 0", shop.javac(jdk, "-proc:full"));
            assertTrue(shop.has("com/acme/Shop$async$buy"));
        }
    }

    // Both in other processes, because in this one javac finds the classes that are missing here.

    @ParameterizedTest
    @MethodSource("jdks")
    void what_breaks_in_the_weaver_is_an_error_that_says_so_and_leaves_no_class(Tools.Jdk jdk) throws Exception {
        shop.processorPath = Tools.classPath(
                "/annotation-processor/|fermata-annotation-processor|/transformer/|fermata-transformer|/runtime/|fermata-runtime");
        String said = shop.javac(jdk);
        assertTrue(
                said.contains("Shop.java:1: error: A bug in Fermata: weaving in javac failed with"
                        + " java.lang.NoClassDefFoundError: org/objectweb/asm/"),
                said);
        assertEquals(said.indexOf("A bug in Fermata"), said.lastIndexOf("A bug in Fermata"), said);
        assertTrue(said.endsWith("exit code 1"), said);
        assertEquals("{}", Workshop.files(shop.classes).toString());
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void incomplete_processor_path_is_told_before_anything_is_compiled(Tools.Jdk jdk) throws Exception {
        shop.processorPath =
                Tools.classPath("/annotation-processor/|fermata-annotation-processor|/runtime/|fermata-runtime");
        String said = shop.javac(jdk);
        assertTrue(said.contains("Fermata's classes on javac's processor path are incomplete"), said);
        assertFalse(said.endsWith("exit code 0"), said);
        assertEquals("{}", Workshop.files(shop.classes).toString());
    }
}
