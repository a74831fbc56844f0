package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.transformer.ClassReport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes for newer JDKs, under {@code META-INF/versions}. */
class MultiReleaseTest {
    private static final String SHOP = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            public class Shop {
              static class Item {
                @Async Coroutine<String> name() { await(sleep(java.time.Duration.ZERO)); return done("old"); }
              }
              public static String run() { return Asyncio.run(new Item().name()); }
            }
            """;
    private static final String NEWER_SHOP = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            public class Shop {
              static class Item {
                @Async Coroutine<String> title() { await(sleep(java.time.Duration.ZERO)); return done("new"); }
              }
              public static String run() { return Asyncio.run(new Item().title()); }
            }
            """;

    @TempDir
    private Path target;

    private Project project;
    private Path newer;

    @BeforeEach
    void projectForTwoVersions() throws IOException {
        project = new Project(target);
        project.compile(SHOP);
        newer = Files.createDirectories(project.classes.resolve("META-INF/versions/11"));
        Javac.compile(newer, NEWER_SHOP);
    }

    @Test
    void each_version_is_woven_by_itself() throws Exception {
        assertEquals(
                "Fermata: wove 2 async methods in 2 classes", project.weave().line());
        assertTrue(project.has("com/acme/Shop$Item$async$name"));
        assertTrue(Files.exists(newer.resolve("com/acme/Shop$Item$async$title.class")));
        assertEquals(
                "Fermata: nothing woven; 2 classes up to date", project.weave().line());
        assertEquals("old", runFrom(project.classes));
        assertEquals("new", runFrom(jar()));
    }

    @Test
    void version_that_is_gone_takes_its_originals_and_reports_along() throws IOException {
        project.weave();
        Files.move(newer, target.resolve("gone"));
        assertEquals(
                "Fermata: nothing woven; 1 class up to date", project.weave().line());
        assertTrue(
                project.files().keySet().stream().noneMatch(it -> it.contains("META-INF")),
                project.files().keySet().toString());
    }

    @Test
    void refused_version_keeps_all_as_it_was() throws IOException {
        Javac.compile(
                newer,
                NEWER_SHOP.replace("await(", "synchronized (this) { await(").replace("return done", "} return done"));
        WeaveSummary summary = project.weave();
        assertEquals("Fermata: nothing woven; 1 class refused; 1 class left unwoven because of that", summary.line());
        String message = summary.violations().get(0).message();
        assertTrue(message.startsWith("META-INF/versions/11/Shop.java:6: com.acme.Shop$Item.title: "), message);
        assertTrue(message.contains(" [fermata:await-in-synchronized, see "), message);
        assertFalse(project.has("com/acme/Shop$Item$async$name"));
    }

    @Test
    void source_file_that_is_spread_over_versions_is_refused() throws IOException {
        // Its host is for Java 11, and lists a class of which only that for older versions is there.
        Javac.compile(newer, """
                package com.acme;
                public class Shop {
                  static class Item {}
                  @dev.fermata.Async static dev.fermata.Coroutine<Void> m() { return dev.fermata.Asyncio.done(); }
                }
                """);
        Files.delete(newer.resolve("com/acme/Shop$Item.class"));
        String message = project.weave().violations().iterator().next().message();
        assertTrue(
                message.startsWith("META-INF/versions/11/com.acme.Shop: com.acme.Shop: " + "com.acme.Shop$Item is in "),
                message);
        assertTrue(message.contains(" [fermata:nest-scattered, see "), message);
    }

    @Test
    void facts_are_those_of_the_version() throws IOException {
        Javac.compile(newer, """
                package com.acme;
                public class Lock implements dev.fermata.AsyncCloseable {
                  @dev.fermata.Async public dev.fermata.Coroutine<Void> aclose() { return dev.fermata.Asyncio.done(); }
                }
                """, """
                package com.acme;
                public class Door {
                  @dev.fermata.Async static dev.fermata.Coroutine<Void> close() {
                    try (Lock lock = new Lock()) { return dev.fermata.Asyncio.done(); }
                  }
                }
                """);
        project.compile("package com.acme; public class Lock {}");
        assertEquals(
                "Fermata: wove 4 async methods in 4 classes", project.weave().line());
        ClassReport door = KeptReports.of(project.classes, project.fermata, "classes").stream()
                .filter(tree -> tree.release() == 11 && tree.kind().equals("classes/META-INF/versions/11"))
                .flatMap(tree -> tree.classes().stream())
                .map(KeptReports.Kept::report)
                .filter(it -> it.className().equals("com.acme.Door"))
                .findFirst()
                .orElseThrow();
        assertTrue(
                door.methods().get(0).points().stream()
                        .anyMatch(point -> point.what().startsWith("close")),
                door.toString());
    }

    private static String runFrom(Path classPath) throws Exception {
        URL[] urls = {classPath.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, MultiReleaseTest.class.getClassLoader())) {
            return (String) loader.loadClass("com.acme.Shop").getMethod("run").invoke(null);
        }
    }

    private Path jar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        Path jar = target.resolve("shop.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (Map.Entry<String, byte[]> entry : project.files().entrySet()) {
                if (entry.getKey().startsWith("classes/")) {
                    out.putNextEntry(new JarEntry(entry.getKey().substring("classes/".length())));
                    out.write(entry.getValue());
                }
            }
        }
        return jar;
    }
}
