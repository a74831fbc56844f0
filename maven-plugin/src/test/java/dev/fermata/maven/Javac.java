package dev.fermata.maven;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources given as text. */
final class Javac {
    private Javac() {}

    /** Writes the classes of some sources, each of which begins with its package and has one top-level class. */
    static void compile(Path output, String... sources) {
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
        List<String> options =
                List.of("-d", output.toString(), "-cp", output.toString(), "-g", "--release", "17", "-proc:none");
        boolean good = ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, options, null, files)
                .call();
        if (!good) {
            throw new IllegalArgumentException(messages + Arrays.toString(sources));
        }
    }
}
