package dev.fermata.processor;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;
import com.sun.source.util.TaskListener;

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
     * @param arguments {@code no-weaving}, or nothing
     * @throws IllegalArgumentException for anything else; javac ends then
     * @throws IllegalStateException if classes that it needs are missing
     */
    @Override
    public void init(JavacTask task, String... arguments) {
        SourceChecks.startIn(task);
        boolean weaves = true;
        for (String argument : arguments) {
            if (!argument.equals(NO_WEAVING)) {
                throw new IllegalArgumentException(
                        "-Xplugin:Fermata takes " + NO_WEAVING + " or nothing, but not " + argument);
            }
            weaves = false;
        }
        if (weaves) {
            task.addTaskListener(listener(task));
        }
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
