package dev.fermata.tour;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.Asyncio;
import dev.fermata.harness.Child;
import dev.fermata.harness.ClassPath;
import dev.fermata.harness.Javac;
import dev.fermata.harness.VirtualTime;
import dev.fermata.harness.Weaving;
import dev.fermata.net.Net;
import dev.fermata.processor.AsyncProcessor;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testkit.Launched;
import dev.fermata.tour.Listing.Kind;
import dev.fermata.transformer.Result;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.EventConsumer;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micrometer.context.ThreadLocalAccessor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import jakarta.ws.rs.GET;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.opentest4j.AssertionFailedError;
import org.reactivestreams.Publisher;
import org.slf4j.MDC;
import org.springframework.scheduling.annotation.Async;
import reactor.core.publisher.Mono;

/**
 * The listings of some pages do what the pages say. A program prints what the {@code text} block after it shows; a test
 * passes, or fails with the message in that block; what is said not to compile does not. In such a block a line {@code …}
 * stands for any lines, and {@code …} in a line for any characters. {@link Listing.Kind} has the remarks that a page may make
 * about a listing.
 */
final class PagesTest {
    private static final List<String> PAGES = List.of(
            "../README.md",
            "tutorial.md",
            "cookbook.md",
            "checked-exceptions.md",
            "concurrency-mistakes.md",
            "coming-from.md",
            "asyncio-examples.md",
            "frameworks.md",
            "context.md",
            "streams.md",
            "simulated-network.md");
    private static final Pattern RULE = Pattern.compile("\\[(fermata:[a-z0-9-]+), see \\S+]");
    private static final List<String> OPTIONS = List.of(
            "--release",
            "17",
            "-g",
            "-cp",
            ClassPath.of(
                    Asyncio.class,
                    Net.class,
                    AsyncTest.class,
                    Test.class,
                    ParameterizedTest.class,
                    Testable.class,
                    API.class,
                    Mono.class,
                    Publisher.class,
                    AssertionFailedError.class,
                    GET.class,
                    StreamObserver.class,
                    Status.class,
                    CircuitBreaker.class,
                    EventConsumer.class,
                    Async.class));

    /** The jars of {@link Kind#FRAMEWORKS}. Three are not on this class path, or they would change all other tests. */
    private static final String FRAMEWORKS = System.getProperty("fermata.frameworks")
            + File.pathSeparator
            + ClassPath.of(
                    ThreadLocalAccessor.class,
                    MDC.class,
                    Span.class,
                    Context.class,
                    ComponentLoader.class,
                    Clock.class,
                    SdkTracerProvider.class);

    static {
        System.setProperty("slf4j.internal.verbosity", "ERROR"); // Reactor asks for a logger, and here it needs none
    }

    private static Stream<Listing> listings() {
        return PAGES.stream().flatMap(it -> Listing.of(it).stream());
    }

    @ParameterizedTest
    @MethodSource("listings")
    void listing_does_what_the_page_says(Listing listing, @TempDir Path folder) throws Exception {
        assertShows(listing, outputOf(listing, folder));
    }

    @Test
    void text_after_a_listing_that_prints_nothing_is_refused(@TempDir Path folder) {
        String type = "class Silent {}\n";
        for (Listing each : List.of(
                new Listing("page", 1, Kind.FRAGMENT, "", type, "fragment", Map.of(), "shown\n"),
                new Listing("page", 1, Kind.BUILT, "with-spring-boot/pom.xml", "", "built", Map.of(), "shown\n"),
                new Listing("page", 1, Kind.FRAMEWORKS, "", type, "Silent", Map.of("Silent", type), "shown\n"))) {
            AssertionFailedError refused =
                    assertThrows(AssertionFailedError.class, () -> listing_does_what_the_page_says(each, folder));
            assertEquals("shown\n", refused.getExpected().getValue(), each::toString);
        }
    }

    /**
     * Checks a listing, and returns what the {@code text} block after it has to show. Where that is empty, there must not be
     * such a block.
     */
    private static String outputOf(Listing listing, Path folder) throws Exception {
        return switch (listing.kind()) {
            case FRAGMENT -> {
                assertTrue(listing.source().lines().count() <= 3, listing + ": too long to be left unchecked");
                yield "";
            }
            case BUILT -> {
                Path file = Path.of("src/it", listing.detail());
                assertTrue(
                        Files.readString(file).contains(listing.source()), () -> listing + ": " + file + " has it not");
                yield "";
            }
            case PREVIEW -> printedByPreview(listing, folder);
            case REFUSED, JAVAC -> printedByRefusal(listing);
            case PLAIN, REAL_TIME, WARNED, DEBUG_MODE, FRAMEWORKS -> printedByClasses(listing, folder);
        };
    }

    private static Javac.Compiled compiled(Listing listing) throws Exception {
        return Javac.compileChecked(listing.files(), optionsOf(listing), new AsyncProcessor());
    }

    /** Compiles and weaves a listing and returns what it prints, or how its test fails. */
    private static String printedByClasses(Listing listing, Path folder) throws Exception {
        Javac.Compiled compiled = compiled(listing);
        Supplier<String> printed = () -> listing + ": javac prints:\n" + compiled.printed();
        assertEquals(
                listing.kind() == Kind.WARNED ? Set.of(listing.detail()) : Set.of(),
                rulesIn(ofFile(listing.file(), compiled.printed())),
                printed);
        assertTrue(compiled.classes().containsKey(listing.file()), printed);
        Map<String, byte[]> woven = woven(listing, compiled.classes());
        if (!listing.isProgram() && !listing.isTest()) {
            return printedByJavac(listing, compiled);
        }
        if (listing.kind() == Kind.DEBUG_MODE) {
            return printedByJvm(listing, List.of("-Dfermata.debug=true", "-Duser.language=en"), woven, folder);
        }
        if (listing.kind() == Kind.FRAMEWORKS) {
            return printedByJvm(listing, List.of(), woven, folder);
        }
        if (listing.kind() != Kind.REAL_TIME) {
            woven.replaceAll((name, bytes) -> inVirtualTime(bytes));
        }
        Class<?> type = Javac.loader(woven, PagesTest.class.getClassLoader()).loadClass(listing.file());
        return listing.isProgram() ? printedBy(type) : failureOf(listing, type);
    }

    /** What javac prints. A page may leave it out. */
    private static String printedByJavac(Listing listing, Javac.Compiled compiled) {
        return listing.text() == null ? "" : compiled.printed();
    }

    private static List<String> optionsOf(Listing listing) {
        List<String> options = new ArrayList<>(OPTIONS);
        if (listing.kind() == Kind.FRAMEWORKS) {
            int path = options.indexOf("-cp") + 1;
            options.set(path, options.get(path) + File.pathSeparator + FRAMEWORKS);
        }
        return options;
    }

    private static String printedByPreview(Listing listing, Path folder) throws Exception {
        String jdk = listing.detail();
        assumeTrue(jdk.equals("" + Runtime.version().feature()), "it needs JDK " + jdk);
        Map<String, byte[]> classes = Javac.compile(listing.files(), List.of("--release", jdk, "--enable-preview"));
        return printedByJvm(listing, List.of("--enable-preview"), classes, folder);
    }

    private static String printedByRefusal(Listing listing) throws Exception {
        Javac.Compiled compiled = compiled(listing);
        Supplier<String> printed = () -> listing + ": javac prints:\n" + compiled.printed();
        assertEquals(Set.of(), compiled.classes().keySet(), listing + ": it compiles");
        if (listing.kind() == Kind.REFUSED) {
            assertEquals(Set.of(listing.detail()), rulesIn(compiled.printed()), printed);
        } else {
            assertEquals(Set.of(), rulesIn(compiled.printed()), printed);
            assertTrue(compiled.printed().contains(listing.detail()), printed);
        }
        return printedByJavac(listing, compiled);
    }

    /** What javac says of one file: those of earlier blocks may have warnings. */
    private static String ofFile(String file, String printed) {
        return printed.lines()
                .filter(it -> it.matches(".*\\b" + file + "\\.java:\\d+: .*"))
                .collect(Collectors.joining("\n"));
    }

    private static Set<String> rulesIn(String printed) {
        return RULE.matcher(printed)
                .results()
                .map((MatchResult it) -> it.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertShows(Listing listing, String actual) {
        String expected = listing.text() == null ? "" : listing.text();
        String lines = actual.lines().map(it -> it.stripTrailing() + "\n").collect(Collectors.joining());
        String pattern = expected.lines()
                .map(it -> it.strip().equals("…")
                        ? "(?:.*\n)*?"
                        : Stream.of(it.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")) + "\n")
                .collect(Collectors.joining());
        if (!Pattern.matches(pattern, lines)) {
            assertEquals(expected, lines, listing::toString);
        }
    }

    private static Map<String, byte[]> woven(Listing listing, Map<String, byte[]> compiled) {
        if (Weaving.of(compiled) instanceof Result.Rejected rejected) {
            fail(listing + ": the weaver refuses it: " + rejected.violations());
        }
        return Weaving.woven(compiled);
    }

    /** The class, with {@link VirtualTime#virtually} in place of {@link Asyncio#run}. */
    private static byte[] inVirtualTime(byte[] bytes) {
        String asyncio = Type.getInternalName(Asyncio.class);
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return new MethodVisitor(Opcodes.ASM9, method) {
                            @Override
                            public void visitMethodInsn(
                                    int opcode, String owner, String name, String descriptor, boolean isInterface) {
                                boolean isRun = owner.equals(asyncio)
                                        && name.equals("run")
                                        && Type.getArgumentCount(descriptor) == 1; // others choose their loop
                                super.visitMethodInsn(
                                        opcode,
                                        isRun ? Type.getInternalName(VirtualTime.class) : owner,
                                        isRun ? "virtually" : name,
                                        descriptor,
                                        isInterface);
                            }
                        };
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** What a program prints to either stream on the main thread, its uncaught exception too. */
    private static String printedBy(Class<?> program) throws ReflectiveOperationException {
        var main = program.getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        return printedBy(() -> {
            try {
                main.invoke(null, (Object) new String[0]);
            } catch (InvocationTargetException e) {
                leaveOutCallers(e.getCause(), program);
                System.err.print("Exception in thread \"main\" ");
                e.getCause().printStackTrace();
            }
        });
    }

    private interface Body {
        void run() throws ReflectiveOperationException;
    }

    private static String printedBy(Body body) throws ReflectiveOperationException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(bytes, true, UTF_8);
        PrintStream out = System.out;
        PrintStream err = System.err;
        String thread = Thread.currentThread().getName();
        System.setOut(printed);
        System.setErr(printed);
        Thread.currentThread().setName("main");
        try {
            body.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
            Thread.currentThread().setName(thread);
        }
        return inAJvmOfItsOwn(bytes.toString(UTF_8));
    }

    /** What a program prints to either stream in a JVM of its own. */
    private static String printedByJvm(Listing listing, List<String> options, Map<String, byte[]> classes, Path folder)
            throws Exception {
        for (Map.Entry<String, byte[]> each : classes.entrySet()) {
            Files.write(folder.resolve(each.getKey() + ".class"), each.getValue());
        }
        List<String> command = new ArrayList<>();
        command.add(Child.tool("java"));
        command.addAll(options);
        String path = folder + File.pathSeparator + ClassPath.of(Asyncio.class);
        command.addAll(List.of(
                "-cp",
                listing.kind() == Kind.FRAMEWORKS ? path + File.pathSeparator + FRAMEWORKS : path,
                listing.file()));
        try (Child child = new Child(command)) {
            String printed = String.join("\n", child.rest());
            assertEquals(0, child.exitCode(), () -> listing + ": prints:\n" + printed);
            return printed;
        }
    }

    /** The first loop of a JVM has the number 1. */
    private static String inAJvmOfItsOwn(String printed) {
        return printed.replaceAll("event loop \\d+", "event loop 1");
    }

    /** Leaves out of its trace, and of those in it, what is not there if a JVM calls the main method. */
    private static void leaveOutCallers(Throwable thrown, Class<?> program) {
        List<StackTraceElement> trace = new ArrayList<>();
        for (StackTraceElement element : thrown.getStackTrace()) {
            if (!element.getClassName().equals(VirtualTime.class.getName())) {
                trace.add(element);
            }
            if (element.getClassName().equals(program.getName())
                    && element.getMethodName().equals("main")) {
                break;
            }
        }
        thrown.setStackTrace(trace.toArray(new StackTraceElement[0]));
        Stream.concat(Stream.ofNullable(thrown.getCause()), Arrays.stream(thrown.getSuppressed()))
                .forEach(it -> leaveOutCallers(it, program));
    }

    /** The message of the one failure; empty if there is none. */
    private static String failureOf(Listing listing, Class<?> test) throws ReflectiveOperationException {
        List<Launched.Outcome> outcomes = new ArrayList<>();
        printedBy(() -> outcomes.addAll(Launched.all(test))); // what a test prints is not on the page
        assertTrue(!outcomes.isEmpty(), listing + ": nothing was tested");
        List<Launched.Outcome> failed =
                outcomes.stream().filter(it -> !it.passed()).toList();
        assertEquals(listing.text() == null ? 0 : 1, failed.size(), () -> listing + ": " + failed);
        return failed.isEmpty() ? "" : inAJvmOfItsOwn(failed.get(0).message());
    }
}
