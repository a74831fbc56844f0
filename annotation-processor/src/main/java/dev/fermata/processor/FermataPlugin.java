package dev.fermata.processor;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;

/**
 * The entry for javac. It starts by itself where this jar is on the processor path or the class path, also where no
 * annotation processor runs.
 */
public final class FermataPlugin implements Plugin {
    /** For {@link java.util.ServiceLoader}. */
    public FermataPlugin() {}

    @Override
    public String getName() {
        return "Fermata";
    }

    @Override
    public boolean autoStart() {
        return true;
    }

    @Override
    public void init(JavacTask task, String... arguments) {
        SourceChecks.startIn(task);
    }
}
