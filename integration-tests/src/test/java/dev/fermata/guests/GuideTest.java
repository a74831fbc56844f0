package dev.fermata.guests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.Asyncio;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.harness.ClassPath;
import dev.fermata.harness.Javac;
import dev.fermata.harness.Page;
import java.awt.GraphicsEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The programs of docs/guest-loops.md are those of this package, to the letter, and the class for JavaFX compiles: against
 * the real one and with a run of it in the profile {@code javafx}, else against the few methods of it that it calls.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GuideTest {
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

    private static List<String> blocks() {
        List<String> blocks = Page.of("docs/guest-loops.md").blocks("java");
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

    /** Compiles the guide's class, with a public face for the test. */
    private static Map<String, byte[]> compileJavaFxHost() throws IOException, Javac.Uncompilable {
        Map<String, String> sources = new HashMap<>(hasJavaFx() ? Map.of() : JAVAFX);
        sources.put("JavaFxHost", blocks().get(2));
        sources.put(
                "Hosts",
                "public class Hosts { public static dev.fermata.GuestHost javaFx() { return new JavaFxHost(); } }");
        String classPath = System.getProperty("java.class.path") + File.pathSeparator + ClassPath.of(Asyncio.class);
        return Javac.compile(sources, List.of("-cp", classPath));
    }

    @Test
    void the_class_for_javafx_compiles() throws Exception {
        assertTrue(compileJavaFxHost().containsKey("JavaFxHost"));
    }

    @Test
    void the_class_for_javafx_works_where_there_is_one() throws Exception {
        assumeTrue(hasJavaFx(), "only in the profile javafx");
        assumeFalse(GraphicsEnvironment.isHeadless());
        ClassLoader loader = Javac.loader(compileJavaFxHost(), GuideTest.class.getClassLoader());
        CountDownLatch started = new CountDownLatch(1);
        Class<?> platform = Class.forName("javafx.application.Platform");
        platform.getMethod("startup", Runnable.class).invoke(null, (Runnable) started::countDown);
        assertTrue(started.await(30, TimeUnit.SECONDS));
        try {
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
