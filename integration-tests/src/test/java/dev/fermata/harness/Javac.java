package dev.fermata.harness;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles in memory. File managers are kept, because opening the JDK's modules costs more than a program. */
public final class Javac {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    private static final Map<List<String>, JavaFileManager> FILES = new HashMap<>();

    private Javac() {}

    /** The source has errors. */
    @SuppressWarnings("serial")
    public static final class Uncompilable extends Exception {
        Uncompilable(String errors) {
            super(errors);
        }
    }

    /**
     * The class files, by binary names. No annotation processor runs and no plugin, and warnings are not shown.
     *
     * @param sources by the names of their top-level classes
     * @param paths options that say what the sources see, such as {@code --release} and {@code -cp}
     * @param options other options
     * @throws Uncompilable if the sources have errors
     * @throws RuntimeException if javac itself fails
     */
    public static Map<String, byte[]> compile(Map<String, String> sources, List<String> paths, String... options)
            throws Uncompilable {
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> written = new TreeMap<>();
        JavaFileManager files = FILES.computeIfAbsent(paths, it -> COMPILER.getStandardFileManager(null, null, null));
        List<String> all = new ArrayList<>(List.of("-proc:none", "-nowarn", "-XDrawDiagnostics"));
        all.addAll(paths);
        all.addAll(List.of(options));
        List<Source> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(new Source(name, text)));
        StringWriter output = new StringWriter();
        boolean good = COMPILER.getTask(output, new WithoutPlugins(files, written), problems, all, null, units)
                .call();
        if (!good) {
            String errors = problems.getDiagnostics().stream()
                    .filter(it -> it.getKind() == Diagnostic.Kind.ERROR)
                    .map(it -> it.getLineNumber() + ": " + it.getMessage(null))
                    .collect(Collectors.joining("\n"));
            if (errors.isEmpty()) {
                throw new IllegalStateException("javac failed: " + output);
            }
            throw new Uncompilable(errors);
        }
        Map<String, byte[]> classes = new TreeMap<>();
        written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }

    /**
     * What javac says while a processor runs, in the order of the source: errors, warnings and notes. Writes nothing.
     *
     * @param sources by the names of their top-level classes
     * @param paths options that say what the sources see
     */
    public static List<String> messages(Map<String, String> sources, List<String> paths, Processor processor) {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaFileManager files = FILES.computeIfAbsent(paths, it -> COMPILER.getStandardFileManager(null, null, null));
        List<Source> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(new Source(name, text)));
        List<String> options = new ArrayList<>(paths);
        options.add("-Xplugin:Fermata no-weaving"); // there are no files to weave
        JavaCompiler.CompilationTask task =
                COMPILER.getTask(null, new InMemory(files, new TreeMap<>()), found, options, null, units);
        task.setProcessors(List.of(processor));
        boolean good = task.call();
        List<String> messages = found.getDiagnostics().stream()
                .sorted(Comparator.comparingLong(Diagnostic::getPosition))
                .map(it -> it.getMessage(null))
                .toList();
        if (!good && messages.isEmpty()) {
            throw new IllegalStateException("javac failed and said nothing");
        }
        return messages;
    }

    /**
     * What comes of sources as a user compiles them.
     *
     * @param printed all that javac prints
     * @param classes the class files, by binary names; none if there are errors
     */
    public record Compiled(String printed, Map<String, byte[]> classes) {}

    /**
     * Compiles with a processor, and with the plugin, which checks and does not weave.
     *
     * @param sources by the names of their top-level classes
     * @param options such as {@code --release} and {@code -cp}
     */
    public static Compiled compileChecked(Map<String, String> sources, List<String> options, Processor processor) {
        Map<String, ByteArrayOutputStream> written = new TreeMap<>();
        JavaFileManager files = FILES.computeIfAbsent(options, it -> COMPILER.getStandardFileManager(null, null, null));
        List<String> all = new ArrayList<>(options);
        all.add("-Xplugin:Fermata no-weaving"); // there are no files to weave
        List<Source> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(new Source(name, text)));
        StringWriter printed = new StringWriter();
        JavaCompiler.CompilationTask task =
                COMPILER.getTask(printed, new InMemory(files, written), null, all, null, units);
        task.setProcessors(List.of(processor));
        Map<String, byte[]> classes = new TreeMap<>();
        if (task.call()) {
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        }
        return new Compiled(printed.toString(), classes);
    }

    /** A fresh loader of these classes, by binary names, and of what {@code parent} has. */
    public static ClassLoader loader(Map<String, byte[]> classes, ClassLoader parent) {
        return new ClassLoader(parent) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                byte[] bytes = classes.get(name);
                if (bytes == null) {
                    throw new ClassNotFoundException(name);
                }
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        /** As javac prints it for a file that is in its folder. */
        @Override
        public String getName() {
            return super.getName().substring(1);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written;

        InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> written) {
            super(files);
            this.written = written;
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

    /** javac looks for plugins in the class path of this JVM too, where Fermata's is. */
    private static final class WithoutPlugins extends InMemory {
        WithoutPlugins(JavaFileManager files, Map<String, ByteArrayOutputStream> written) {
            super(files, written);
        }

        @Override
        public ClassLoader getClassLoader(Location location) {
            return ClassLoader.getPlatformClassLoader();
        }
    }
}
