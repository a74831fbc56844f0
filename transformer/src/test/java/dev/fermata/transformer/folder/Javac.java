package dev.fermata.transformer.folder;

import dev.fermata.Async;
import java.io.File;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources given as text. */
public final class Javac {
    private Javac() {}

    /** Where Fermata's runtime is. */
    static Path runtime() {
        try {
            return Path.of(Async.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the classes of some sources, each of which begins with its package and has one top-level class. */
    public static void compile(Path output, String... sources) {
        compile(17, output, sources);
    }

    /** The same for a version of Java. */
    static void compile(int release, Path output, String... sources) {
        List<JavaFileObject> files = new ArrayList<>();
        for (String source : sources) {
            String name = source.replaceAll("(?s).*?(?:class|interface|record|enum) (\\w+).*", "$1");
            files.add(new SimpleJavaFileObject(URI.create("memory:/" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return source;
                }
            });
        }
        StringWriter messages = new StringWriter();
        String classPath = output + File.pathSeparator + runtime();
        List<String> options = List.of(
                "-d", output.toString(), "-cp", classPath, "-g", "--release", String.valueOf(release), "-proc:none");
        boolean good = ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, options, null, files)
                .call();
        if (!good) {
            throw new IllegalArgumentException(messages + Arrays.toString(sources));
        }
    }
}
