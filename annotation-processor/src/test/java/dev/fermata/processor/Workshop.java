package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A project of sources and the compilations of it. */
final class Workshop {
    final Path folder;
    final Path sources;
    final Path classes;
    /** Where everything is kept between builds. */
    final Path fermata;

    /** What the next compilations are given beside the output folder and the paths. */
    final List<String> options = new ArrayList<>();

    String classPath = Tools.runtime();
    String processorPath = Tools.processorPath();

    Workshop(Path folder) throws IOException {
        this.folder = folder;
        sources = Files.createDirectories(folder.resolve("src"));
        classes = Files.createDirectories(folder.resolve("target/classes"));
        fermata = folder.resolve("target/fermata");
    }

    /** What javac said, with an error or without. */
    record Outcome(boolean good, List<Diagnostic<? extends JavaFileObject>> said, String out) {
        /** {@code Shop.java:5:20: message}, one each. */
        List<String> lines() {
            return said.stream().map(Outcome::line).toList();
        }

        private static String line(Diagnostic<? extends JavaFileObject> said) {
            JavaFileObject source = said.getSource();
            String file = source == null
                    ? ""
                    : Path.of(source.toUri().getSchemeSpecificPart()).getFileName() + ":" + said.getLineNumber() + ":"
                            + said.getColumnNumber() + ": ";
            return file + said.getMessage(Locale.ROOT);
        }

        void assertGood() {
            assertEquals(List.of(), lines());
            assertEquals(true, good, out);
        }

        /** Nothing but one error that begins so. */
        void assertError(String beginning) {
            assertEquals(1, said.size(), () -> lines().toString());
            String line = lines().get(0);
            assertEquals(beginning, line.substring(0, Math.min(beginning.length(), line.length())), line);
            assertEquals(Diagnostic.Kind.ERROR, said.get(0).getKind());
            assertEquals(false, good);
        }
    }

    /** Writes a source that begins with its package. */
    Path source(String text) {
        String type = Pattern.compile("(?:class|interface|record|enum) (\\w+)")
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        String inPackage =
                text.replaceFirst("(?s)\\s*package ([\\w.]+);.*", "$1").replace('.', '/');
        return file("src/" + inPackage + "/" + type + ".java", text);
    }

    Path file(String path, String text) {
        try {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Path> allSources() throws IOException {
        try (Stream<Path> walk = Files.walk(sources)) {
            return walk.filter(it -> it.toString().endsWith(".java")).sorted().toList();
        }
    }

    List<String> arguments() {
        List<String> all =
                new ArrayList<>(List.of("-d", classes.toString(), "-cp", classes + File.pathSeparator + classPath));
        if (!processorPath.isEmpty()) {
            all.addAll(List.of("--processor-path", processorPath));
        }
        all.addAll(options);
        return all;
    }

    /** Compiles all sources, in this process. */
    Outcome compile() throws IOException {
        return compile(allSources());
    }

    Outcome compile(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager =
                compiler.getStandardFileManager(said, Locale.ROOT, StandardCharsets.UTF_8)) {
            StringWriter out = new StringWriter();
            boolean good = compiler.getTask(
                            out, manager, said, arguments(), null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            return new Outcome(good, List.copyOf(said.getDiagnostics()), out.toString());
        }
    }

    /** What a command printed, and its exit code in the last line. */
    static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return out + "exit code " + process.waitFor();
    }

    /** Compiles all sources by a JDK's own command. */
    String javac(Tools.Jdk jdk, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(jdk.tool("javac"), "-J-Duser.language=en"));
        command.addAll(List.of(more));
        command.addAll(arguments());
        allSources().forEach(it -> command.add(folder.relativize(it).toString()));
        return run(folder, command);
    }

    /** What {@code main} of a class printed, in this process. */
    String main(String className) throws Exception {
        return main(className, List.of(classes));
    }

    static String main(String className, List<Path> classPath) throws Exception {
        URL[] urls = new URL[classPath.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = classPath.get(i).toUri().toURL();
        }
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(urls, Workshop.class.getClassLoader());
                PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            System.setOut(stream);
            loader.loadClass(className).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    boolean has(String name) {
        return Files.exists(classes.resolve(name + ".class"));
    }

    /** All files below a folder but the lock, with the time of their last change. */
    static SortedMap<String, String> files(Path folder) throws IOException {
        return files(folder, file -> Files.getLastModifiedTime(file).toString());
    }

    /** All files below a folder but the lock, with what is in them. */
    static SortedMap<String, String> digests(Path folder) throws IOException {
        return files(folder, file -> Arrays.toString(Files.readAllBytes(file)));
    }

    private interface Description {
        String of(Path file) throws IOException;
    }

    private static SortedMap<String, String> files(Path folder, Description description) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path file : walk.filter(Files::isRegularFile).toList()) {
                    if (!file.endsWith("lock")) {
                        files.put(folder.relativize(file).toString(), description.of(file));
                    }
                }
            }
        }
        return files;
    }
}
