package dev.fermata.transformer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/** Java source, compiled in memory and woven. */
final class Woven {
    private static final String IMPORTS = """
            import static dev.fermata.Asyncio.await;
            import static dev.fermata.Asyncio.done;
            import static dev.fermata.transformer.Steps.failing;
            import static dev.fermata.transformer.Steps.step;
            import dev.fermata.*;
            import dev.fermata.testing.*;
            import dev.fermata.transformer.Steps.Injected;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            """;

    final Map<String, byte[]> compiled;
    final Result result;

    private Woven(Map<String, byte[]> compiled, Result result) {
        this.compiled = compiled;
        this.result = result;
    }

    /** The class {@code Fixture} (and what else stands in {@code source}), with the usual imports, as one nest. */
    static Woven source(String source, String... options) {
        return of(compile(source, options));
    }

    /** The same by a certain compiler for a certain level. */
    static Woven source(Level level, String source) {
        return of(compile(level.tool(), IMPORTS + source, level.options()));
    }

    /** Class files by internal name, as one nest. */
    static Woven of(Map<String, byte[]> compiled) {
        List<ClassFile> nest = compiled.entrySet().stream()
                .map(it -> new ClassFile(it.getKey(), it.getValue()))
                .toList();
        return new Woven(compiled, new Weaver(Woven::fact).weave(nest));
    }

    /** The line of {@code source} that a line of the class file is. */
    static int line(int classFileLine) {
        return classFileLine - importedLines();
    }

    /** How many lines stand in front of a source. */
    static int importedLines() {
        return (int) IMPORTS.lines().count();
    }

    List<Violation> violations() {
        return result instanceof Result.Rejected rejected ? rejected.violations() : List.of();
    }

    Result.Woven woven() {
        if (result instanceof Result.Woven woven) {
            return woven;
        }
        throw new AssertionError(violations().stream().map(Violation::message).collect(Collectors.joining("\n")));
    }

    ClassReport.MethodReport report(String method) {
        return woven().reports().stream()
                .flatMap(it -> it.methods().stream())
                .filter(it -> it.name().equals(method))
                .findFirst()
                .orElseThrow();
    }

    /** A fresh loader of the woven classes. */
    ClassLoader load() {
        Map<String, byte[]> all = new HashMap<>(compiled);
        woven().changed().forEach(it -> all.put(it.name(), it.bytes()));
        woven().frames().forEach(it -> all.put(it.name(), it.bytes()));
        return loader(all);
    }

    /** A fresh loader of these classes. */
    static ClassLoader loader(Map<String, byte[]> all) {
        return new ClassLoader(Woven.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                byte[] bytes = all.get(name.replace('.', '/'));
                if (bytes == null) {
                    throw new ClassNotFoundException(name);
                }
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
    }

    /** The classes of {@code source}, with the usual imports, as javac writes them. */
    static Map<String, byte[]> compile(String source, String... options) {
        return compile(ToolProvider.getSystemJavaCompiler(), IMPORTS + source, options);
    }

    private static Map<String, byte[]> compile(JavaCompiler compiler, String source, String... options) {
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try {
            Path out = Files.createTempDirectory("fixture");
            List<String> arguments = new ArrayList<>(List.of("-d", out.toString(), "-proc:none"));
            arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
            arguments.addAll(options.length == 0 || !options[0].startsWith("-g") ? List.of("-g") : List.of());
            arguments.addAll(List.of(options));
            // ECJ reads no source but from a file
            Path file = Files.writeString(Files.createTempDirectory("source").resolve("Fixture.java"), source);
            boolean good;
            try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, UTF_8)) {
                good = compiler.getTask(null, files, problems, arguments, null, files.getJavaFileObjects(file))
                        .call();
            }
            Files.delete(file);
            Files.delete(file.getParent());
            if (!good) {
                throw new AssertionError(problems.getDiagnostics().toString());
            }
            Map<String, byte[]> classes = new TreeMap<>();
            try (Stream<Path> files = Files.walk(out)) {
                for (Path each : files.filter(Files::isRegularFile).toList()) {
                    byte[] bytes = Files.readAllBytes(each);
                    classes.put(new ClassReader(bytes).getClassName(), bytes);
                    Files.delete(each);
                }
            }
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Facts from the class path of the tests and the JDK. */
    static ClassFacts.Fact fact(String name) {
        try (var in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            if (in == null) {
                return null;
            }
            ClassReader reader = new ClassReader(in);
            return new ClassFacts.Fact(
                    reader.getSuperName(),
                    List.of(reader.getInterfaces()),
                    (reader.getAccess() & Opcodes.ACC_INTERFACE) != 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
