package dev.fermata.processor;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entry for javac: checks the sources and weaves what javac compiles. It starts by itself wherever javac finds it, on the
 * processor path or on the class path, also where no annotation processor runs. {@code -Xplugin:"Fermata no-weaving"} leaves
 * the weaving to somebody else, for example to the Maven plugin.
 */
public final class FermataPlugin implements Plugin {
    static final String NO_WEAVING = "no-weaving";

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

    /**
     * Begins to listen to a compilation.
     *
     * @param arguments {@code no-weaving}, and options for a compilation without annotation processors, such as
     *     {@code fermata.blockingCall=off}
     * @throws IllegalArgumentException for anything else; javac ends then
     * @throws IllegalStateException if classes that it needs are missing
     */
    @Override
    public void init(JavacTask task, String... arguments) {
        Map<String, @Nullable String> options = new LinkedHashMap<>();
        boolean weaves = true;
        for (String argument : arguments) {
            String[] option = argument.split("=", 2);
            if (option.length == 2 && argument.startsWith("fermata.")) {
                options.put(option[0], option[1]);
            } else if (argument.equals(NO_WEAVING)) {
                weaves = false;
            } else {
                throw new IllegalArgumentException("-Xplugin:Fermata takes " + NO_WEAVING
                        + " and options like fermata.blockingCall=off, but not " + argument);
            }
        }
        SourceChecks.startIn(task, options);
        task.addTaskListener(weaves ? listener(task) : forgetting(task));
    }

    /** Takes away what the processor has handed over, which the checks alone have read. */
    private static TaskListener forgetting(JavacTask task) {
        return new TaskListener() {
            @Override
            public void finished(TaskEvent event) {
                if (event.getKind() == TaskEvent.Kind.COMPILATION) {
                    Handover.forget(task.getElements(), task.getTypes());
                }
            }
        };
    }

    private static TaskListener listener(JavacTask task) {
        try {
            return new JavacWeaving(task);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "Fermata's classes on javac's processor path are incomplete. fermata-annotation-processor.jar alone has all"
                            + " that it needs; do not take it apart",
                    e);
        }
    }
}
