package dev.fermata.internal.threads;

import dev.fermata.Handle;
import dev.fermata.internal.base.OneLine;
import dev.fermata.internal.traces.OwnFrames;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says which calls on threads keep a run from ending that was told to end: whoever has pressed Ctrl-C sees nothing happen
 * otherwise. Once, when they have had a second. On the loop's thread, in real time.
 */
public final class LateCalls implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final LoopExecutor executor;

    /** Why the run is to end, and what can be done. Asked for when it is said. */
    private final Supplier<String> what;

    private @Nullable Handle timer;

    private LateCalls(LoopExecutor executor, Supplier<String> what) {
        this.executor = executor;
        this.what = what;
    }

    /** Looks after a second, and then until there are some. */
    public static LateCalls watch(LoopExecutor executor, Supplier<String> what) {
        LateCalls watch = new LateCalls(executor, what);
        watch.lookLater();
        return watch;
    }

    /** The run has ended. */
    public void end() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void lookLater() {
        timer = executor.engine.face.callLater(PATIENCE, this);
    }

    @Override
    public void run() {
        List<ExecutorCall<?>> calls = executor.calls();
        if (calls.isEmpty()) {
            lookLater(); // cleaning up may still make some
            return;
        }
        StringBuilder text = new StringBuilder(what.get()).append("; the run waits for the end of ");
        text.append(calls.size()).append(calls.size() == 1 ? " call on a thread:" : " calls on threads:");
        calls.forEach(it -> describe(it, text));
        System.getLogger("dev.fermata").log(System.Logger.Level.WARNING, text.toString());
    }

    /** What it is doing: of the callable only the name of a lambda's class is known. */
    private static void describe(ExecutorCall<?> call, StringBuilder text) {
        Thread thread = call.thread();
        if (thread == null) {
            text.append("\n  one that has not begun");
            return;
        }
        text.append("\n  on thread ")
                .append(OneLine.of(thread.getName().isEmpty() ? thread.toString() : thread.getName()));
        for (StackTraceElement element : thread.getStackTrace()) {
            if (OwnFrames.isOfRuntime(element.getClassName())) {
                return;
            }
            if (!isOfLambda(element)) {
                text.append("\n      at ").append(plain(element));
            }
        }
    }

    private static boolean isOfLambda(StackTraceElement element) {
        return element.getFileName() == null && element.getClassName().contains("$$Lambda");
    }

    /** As in the trace of an exception: without the class loader. */
    private static StackTraceElement plain(StackTraceElement element) {
        return new StackTraceElement(
                element.getClassName(), element.getMethodName(), element.getFileName(), element.getLineNumber());
    }
}
