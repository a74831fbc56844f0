package dev.fermata.processor;

import dev.fermata.Async;
import dev.fermata.testing.AsyncTest;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

/**
 * What the javac of the JDK that runs the tests made of sources, in memory.
 *
 * @param said errors, warnings and notes, in the order of the source
 * @param classes by their binary names; empty if there were errors
 */
record Compiling(boolean good, List<Diagnosed> said, Map<String, byte[]> classes) {
    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

    /** With the processor path of a build, where javac finds the plugin and the processor as services. */
    static Compiling checked(Map<String, String> sources, String... options) {
        String plugin = "-Xplugin:Fermata " + FermataPlugin.NO_WEAVING; // there are no files to weave
        List<String> all = new ArrayList<>();
        for (String option : options) {
            all.add(option.replaceFirst("^-Xplugin:Fermata(?= |$)", plugin));
        }
        if (!all.toString().contains(plugin)) {
            all.add(plugin);
        }
        all.addAll(List.of("-processorpath", Tools.jar(AsyncProcessor.class) + File.pathSeparator + Tools.runtime()));
        return compile(sources, all, true);
    }

    /** As a build does that has only the weaver. */
    static Compiling unchecked(Map<String, String> sources, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("-proc:none");
        return compile(sources, all, false);
    }

    private static Compiling compile(Map<String, String> sources, List<String> options, boolean plugins) {
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> written = new TreeMap<>();
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-cp", classPath(), "-g"));
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(source(name, text)));
        JavaFileManager files = new InMemory(JAVAC.getStandardFileManager(null, null, null), written, plugins);
        boolean good = JAVAC.getTask(null, files, diagnostics, all, null, units).call();
        List<Diagnosed> said = diagnostics.getDiagnostics().stream()
                .filter(it -> !isOfOthers(it))
                .sorted(Comparator.comparingLong(Diagnostic::getPosition))
                .map(it -> new Diagnosed(
                        it.getLineNumber(), it.getColumnNumber(), it.getKind().name(), it.getMessage(null)))
                .toList();
        Map<String, byte[]> classes = new TreeMap<>();
        if (good) {
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        }
        return new Compiling(good, said, classes);
    }

    /** Annotations of JUnit, of Spring and of fixtures are not ours to claim. */
    private static boolean isOfOthers(Diagnostic<?> diagnostic) {
        String message = diagnostic.getMessage(null);
        return message.startsWith("No processor claimed")
                && (message.contains("org.junit") || message.contains("com.acme") || message.contains("org.spring"))
                && !message.contains("dev.fermata");
    }

    static String classPath() {
        return Stream.of(
                        Async.class,
                        AsyncTest.class,
                        Test.class,
                        Testable.class,
                        API.class,
                        NullMarked.class,
                        Compiling.class)
                .map(Tools::jar)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(
                URI.create("memory:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written;
        private final boolean plugins;

        InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> written, boolean plugins) {
            super(files);
            this.written = written;
            this.plugins = plugins;
        }

        /** javac looks for plugins in the class path of this JVM too, where Fermata's is. */
        @Override
        public ClassLoader getClassLoader(Location location) {
            return plugins ? super.getClassLoader(location) : ClassLoader.getPlatformClassLoader();
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    written.put(className, bytes);
                    return bytes;
                }
            };
        }
    }
}
