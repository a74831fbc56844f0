package dev.fermata.processor;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /** The arguments are options, for a compilation without annotation processors: {@code fermata.blockingCall=off}. */
    @Override
    public void init(JavacTask task, String... arguments) {
        Map<String, @Nullable String> options = new LinkedHashMap<>();
        for (String argument : arguments) {
            String[] option = argument.split("=", 2);
            options.put(option[0], option.length == 1 ? "" : option[1]);
        }
        SourceChecks.startIn(task, options);
    }
}
