package dev.fermata.generated;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
final class Javac {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    private static final Map<Integer, JavaFileManager> FILES = new HashMap<>();

    private Javac() {}

    /** The source has errors. */
    @SuppressWarnings("serial")
    static final class Uncompilable extends Exception {
        Uncompilable(String errors) {
            super(errors);
        }
    }

    /**
     * The class files, by binary names.
     *
     * @throws Uncompilable if the source has errors
     * @throws RuntimeException if javac itself fails
     */
    static Map<String, byte[]> compile(String source, Setting setting) throws Uncompilable {
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> written = new TreeMap<>();
        JavaFileManager files =
                FILES.computeIfAbsent(setting.release(), it -> COMPILER.getStandardFileManager(null, null, null));
        List<String> options = List.of(
                "-proc:none",
                "-nowarn",
                "-XDrawDiagnostics",
                "--release",
                "" + setting.release(),
                setting.debug() ? "-g" : "-g:none");
        StringWriter output = new StringWriter();
        boolean good = COMPILER.getTask(
                        output, new InMemory(files, written), problems, options, null, List.of(new Source(source)))
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

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Program.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
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
}
