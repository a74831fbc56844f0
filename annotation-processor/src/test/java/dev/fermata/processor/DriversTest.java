package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.processor.Workshop.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import javax.annotation.processing.Completion;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compilations as build tools and IDEs drive them through {@code javax.tools}. */
class DriversTest {
    @TempDir
    private Path folder;

    private Workshop shop;

    @BeforeEach
    void workshop() throws IOException {
        shop = new Workshop(folder);
    }

    /**
     * Gradle loads processors itself, apart from what javac loads from the same path, and hands them an environment of its own
     * around javac's. The output folder it names by an option.
     */
    @Test
    void processor_that_the_driver_loads_and_wraps_finds_its_plugin_and_its_options() throws Exception {
        shop.source(JavacWeavingTest.SHOP);
        shop.options.add("-Afermata.state=" + folder.resolve("kept"));
        compileAsGradleDoes().assertGood();
        assertEquals("egg!", shop.main("com.acme.Shop"));
        assertTrue(Files.exists(folder.resolve("kept/originals/classes/com/acme/Shop.class")));
        assertFalse(Files.exists(shop.fermata));
    }

    @Test
    void options_of_a_processor_that_the_driver_wraps_configure_the_warnings() throws Exception {
        shop.source("""
                package com.acme;
                import dev.fermata.*;
                class Slow {
                  @Async Coroutine<Void> sell() throws InterruptedException {
                    Thread.sleep(1);
                    Asyncio.await(Asyncio.sleep(java.time.Duration.ZERO));
                    return Asyncio.done();
                  }
                }
                """);
        assertEquals(List.of("WARNING"), kinds());
        assertEquals(List.of("ERROR"), kinds("-Afermata.blockingCall=error"));
        assertEquals(List.of(), kinds("-Afermata.blockingCall=off"));
        assertEquals(List.of("ERROR", "WARNING"), kinds("-Afermata.blockingCal=off"));
    }

    private List<String> kinds(String... options) throws Exception {
        shop.options.clear();
        shop.options.addAll(List.of(options));
        return compileAsGradleDoes().said().stream()
                .filter(it -> it.getMessage(null).contains("see docs/rules.md")) // javac has a word on options too
                .map(it -> it.getKind().name())
                .sorted()
                .toList();
    }

    private Outcome compileAsGradleDoes() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : shop.processorPath.split(Pattern.quote(File.pathSeparator))) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (URLClassLoader own = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                StandardJavaFileManager standard = compiler.getStandardFileManager(said, null, null)) {
            Class<?> type = own.loadClass(AsyncProcessor.class.getName());
            assertNotEquals(AsyncProcessor.class, type);
            JavaFileManager manager = new ForwardingJavaFileManager<>(standard) {};
            JavaCompiler.CompilationTask task = compiler.getTask(
                    null,
                    manager,
                    said,
                    shop.arguments(),
                    null,
                    standard.getJavaFileObjectsFromPaths(shop.allSources()));
            task.setProcessors(
                    List.of(new Wrapping((Processor) type.getConstructor().newInstance())));
            boolean good = task.call();
            return new Outcome(good, List.copyOf(said.getDiagnostics()), "");
        }
    }

    /** Hands on what it is given, the environment wrapped. */
    private record Wrapping(Processor processor) implements Processor {
        @Override
        public Set<String> getSupportedOptions() {
            return processor.getSupportedOptions();
        }

        @Override
        public Set<String> getSupportedAnnotationTypes() {
            return processor.getSupportedAnnotationTypes();
        }

        @Override
        public SourceVersion getSupportedSourceVersion() {
            return processor.getSupportedSourceVersion();
        }

        @Override
        public void init(ProcessingEnvironment environment) {
            processor.init((ProcessingEnvironment) Proxy.newProxyInstance(
                    Wrapping.class.getClassLoader(),
                    new Class<?>[] {ProcessingEnvironment.class},
                    (proxy, method, arguments) -> method.invoke(environment, arguments)));
        }

        @Override
        public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
            return processor.process(annotations, round);
        }

        @Override
        public Iterable<? extends Completion> getCompletions(
                Element element, AnnotationMirror annotation, ExecutableElement member, String userText) {
            return processor.getCompletions(element, annotation, member, userText);
        }
    }

    @Test
    void output_folder_may_be_set_on_the_file_manager() throws Exception {
        shop.source(JavacWeavingTest.SHOP);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(said, null, null)) {
            manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(shop.classes));
            manager.setLocationFromPaths(StandardLocation.CLASS_PATH, List.of(Path.of(Tools.runtime())));
            manager.setLocationFromPaths(
                    StandardLocation.ANNOTATION_PROCESSOR_PATH,
                    Arrays.stream(shop.processorPath.split(File.pathSeparator))
                            .map(Path::of)
                            .toList());
            boolean good = compiler.getTask(
                            null, manager, said, null, null, manager.getJavaFileObjectsFromPaths(shop.allSources()))
                    .call();
            new Outcome(good, List.copyOf(said.getDiagnostics()), "").assertGood();
        }
        assertEquals("egg!", shop.main("com.acme.Shop"));
    }

    @Test
    void compilations_of_one_process_know_nothing_of_each_other() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Workshop> shops = new ArrayList<>();
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Workshop each = new Workshop(folder.resolve("shop" + i));
                each.source(JavacWeavingTest.SHOP.replace("\"egg\"", "\"egg" + i + "\""));
                if (i % 4 == 3) {
                    each.source(JavacWeavingTest.BAD);
                }
                shops.add(each);
                outcomes.add(threads.submit(() -> each.compile()));
            }
            for (int i = 0; i < 8; i++) {
                Outcome outcome = outcomes.get(i).get();
                if (i % 4 == 3) {
                    outcome.assertError("Bad.java:6:11: com.acme.Bad$Item.name: it would be ");
                    assertFalse(shops.get(i).has("com/acme/Shop"));
                } else {
                    outcome.assertGood();
                    assertEquals("egg" + i + "!", shops.get(i).main("com.acme.Shop"));
                }
            }
        } finally {
            threads.shutdownNow();
        }
        shop.source(JavacWeavingTest.SHOP);
        shop.options.add("-Xplugin:Fermata no-weaving");
        shop.compile().assertGood();
        assertEquals(
                List.of(),
                System.getProperties().stringPropertyNames().stream()
                        .filter(name -> name.startsWith("dev.fermata.processor."))
                        .toList());
    }

    @Test
    void classes_in_memory_are_refused_if_they_have_to_be_woven() throws Exception {
        inMemory(JavacWeavingTest.SHOP, true)
                .assertError(
                        "Shop.java:6:5: This code has to be woven when its class files are written, and they are not"
                                + " written to one folder of the file system: classes are written to memory:");
        inMemory(JavacWeavingTest.SHOP, false)
                .assertError(
                        "Shop.java:6:5: This code has to be woven when its class files are written, and they are not"
                                + " written to one folder of the file system: they were not found in ");
        inMemory("package com.acme; public class Shop { dev.fermata.Task<String> task; }", true)
                .assertGood();
    }

    /** As in the builds of some IDEs. */
    @Test
    void classes_that_are_written_later_are_not_taken_for_those_that_are_there() throws Exception {
        Path source = shop.source(JavacWeavingTest.SHOP);
        shop.compile().assertGood();
        for (String file : Workshop.files(shop.classes).keySet()) {
            Files.setLastModifiedTime(
                    shop.classes.resolve(file), FileTime.from(Instant.now().minusSeconds(60)));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(said, null, null)) {
            boolean good = compiler.getTask(
                            null,
                            new InMemory(standard, false),
                            said,
                            shop.arguments(),
                            null,
                            standard.getJavaFileObjectsFromPaths(List.of(source)))
                    .call();
            new Outcome(good, List.copyOf(said.getDiagnostics()), "")
                    .assertError("Shop.java:6:5: This code has to be woven when its class files are written");
        }
    }

    private Outcome inMemory(String text, boolean resourcesToo) throws IOException {
        Path source = shop.source(text);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(said, null, null)) {
            JavaFileManager manager = new InMemory(standard, resourcesToo);
            List<String> options = List.of("-cp", shop.classPath, "--processor-path", shop.processorPath);
            boolean good = compiler.getTask(
                            null, manager, said, options, null, standard.getJavaFileObjectsFromPaths(List.of(source)))
                    .call();
            return new Outcome(good, List.copyOf(said.getDiagnostics()), "");
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final boolean resourcesToo;
        private final Map<String, ByteArrayOutputStream> files = new HashMap<>();

        InMemory(StandardJavaFileManager standard, boolean resourcesToo) {
            super(standard);
            this.resourcesToo = resourcesToo;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return file(className + kind.extension, kind);
        }

        @Override
        public FileObject getFileForOutput(Location location, String inPackage, String name, FileObject sibling)
                throws IOException {
            return resourcesToo
                    ? file(name, JavaFileObject.Kind.OTHER)
                    : super.getFileForOutput(location, inPackage, name, sibling);
        }

        private JavaFileObject file(String name, JavaFileObject.Kind kind) {
            return new SimpleJavaFileObject(URI.create("memory:/" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return files.computeIfAbsent(name, it -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
