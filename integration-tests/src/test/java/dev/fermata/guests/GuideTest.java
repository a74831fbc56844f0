package dev.fermata.guests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.Asyncio;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import java.awt.GraphicsEnvironment;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of docs/guest-loops.md are those of this package, to the letter, and the class for JavaFX compiles: against
 * the real one and with a run of it in the profile {@code javafx}, else against the few methods of it that it calls.
 */
@Timeout(60)
final class GuideTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);

    private static final Map<String, String> JAVAFX = Map.of(
            "javafx.application.Platform",
            """
            package javafx.application;
            public final class Platform {
                public static void runLater(Runnable runnable) {}
                public static boolean isFxApplicationThread() { return false; }
            }
            """,
            "javafx.animation.PauseTransition",
            """
            package javafx.animation;
            public final class PauseTransition {
                public PauseTransition(javafx.util.Duration duration) {}
                public void setOnFinished(javafx.event.EventHandler<javafx.event.ActionEvent> value) {}
                public void play() {}
            }
            """,
            "javafx.util.Duration",
            """
            package javafx.util;
            public class Duration {
                public static Duration millis(double ms) { return null; }
            }
            """,
            "javafx.event.ActionEvent",
            "package javafx.event; public class ActionEvent {}",
            "javafx.event.EventHandler",
            "package javafx.event; public interface EventHandler<T> { void handle(T event); }");

    @TempDir
    private Path classes;

    private static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        var found = BLOCK.matcher(Files.readString(Path.of("../docs/guest-loops.md")));
        while (found.find()) {
            blocks.add(found.group(1));
        }
        assertEquals(3, blocks.size());
        return blocks;
    }

    private static String program(Class<?> program) throws IOException {
        return Files.readString(Path.of("src/main/java", program.getName().replace('.', '/') + ".java"))
                .replaceFirst("package .*;\\s*", "")
                .strip();
    }

    @Test
    void the_guide_shows_the_programs() throws IOException {
        assertEquals(program(InSwing.class), blocks().get(0));
        assertEquals(program(OnAnExecutor.class), blocks().get(1));
    }

    @Test
    void the_program_on_an_executor_prints_its_greeting_and_ends() throws Exception {
        var before = System.out;
        var printed = new java.io.ByteArrayOutputStream();
        System.setOut(new java.io.PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            OnAnExecutor.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        assertEquals(
                "Hello main, from host",
                printed.toString(StandardCharsets.UTF_8).strip());
    }

    private static boolean hasJavaFx() {
        try {
            Class.forName("javafx.animation.PauseTransition");
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static JavaFileObject source(String className, String text) {
        return new SimpleJavaFileObject(
                URI.create("source:///" + className.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    /** Compiles the guide's class, with a public face for the test. */
    private void compileJavaFxHost() throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        sources.add(source("JavaFxHost", blocks().get(2)));
        sources.add(source(
                "Hosts",
                "public class Hosts { public static dev.fermata.GuestHost javaFx() { return new JavaFxHost(); } }"));
        if (!hasJavaFx()) {
            JAVAFX.forEach((name, text) -> sources.add(source(name, text)));
        }
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of(
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + runtime());
        StringBuilder messages = new StringBuilder();
        boolean compiled = javac.getTask(null, null, it -> messages.append(it).append('\n'), options, null, sources)
                .call();
        assertTrue(compiled, messages::toString);
    }

    private static Path runtime() {
        try {
            return Path.of(Asyncio.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void the_class_for_javafx_compiles() throws IOException {
        compileJavaFxHost();
        assertTrue(Files.exists(classes.resolve("JavaFxHost.class")));
    }

    @Test
    void the_class_for_javafx_works_where_there_is_one() throws Exception {
        assumeTrue(hasJavaFx(), "only in the profile javafx");
        assumeFalse(GraphicsEnvironment.isHeadless());
        compileJavaFxHost();
        CountDownLatch started = new CountDownLatch(1);
        Class<?> platform = Class.forName("javafx.application.Platform");
        platform.getMethod("startup", Runnable.class).invoke(null, (Runnable) started::countDown);
        started.await();
        try (URLClassLoader loader =
                new URLClassLoader(new java.net.URL[] {classes.toUri().toURL()})) {
            GuestHost host =
                    (GuestHost) loader.loadClass("Hosts").getMethod("javaFx").invoke(null);
            EventLoop loop = EventLoop.guest(host);
            CompletableFuture<Boolean> onItsThread = loop.runThreadsafe(() -> JavaFxProgram.isOnThreadOf(host));
            assertTrue(onItsThread.get());
            CompletableFuture<List<String>> nested =
                    loop.runThreadsafe(() -> JavaFxProgram.nested(Duration.ofMillis(5)));
            assertEquals(List.of("opens", "another task", "closed"), nested.get());
            CompletableFuture<Boolean> closed = new CompletableFuture<>();
            host.execute(() -> {
                loop.close();
                closed.complete(loop.isClosed());
            });
            assertTrue(closed.get());
        } finally {
            platform.getMethod("exit").invoke(null);
        }
    }
}
