package dev.fermata.transformer;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.eclipse.jdt.internal.compiler.tool.EclipseCompiler;

/** A compiler, and the version of Java whose class files it is told to write. */
record Level(String compiler, int release) {
    /** Each compiler at each level at which the running JVM can run the outcome. */
    static Stream<Level> all() {
        return Stream.of("javac", "ecj").flatMap(Level::of);
    }

    private static Stream<Level> of(String compiler) {
        return IntStream.of(8, 9, 10, 11, 17, 21, 25)
                .filter(it -> it <= Runtime.version().feature())
                .mapToObj(it -> new Level(compiler, it));
    }

    JavaCompiler tool() {
        return compiler.equals("ecj") ? new EclipseCompiler() : ToolProvider.getSystemJavaCompiler();
    }

    String[] options() {
        return new String[] {"-g", "--release", String.valueOf(release), "-nowarn"};
    }

    @Override
    public String toString() {
        return compiler + " for Java " + release;
    }
}
