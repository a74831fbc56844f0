package dev.fermata.internal.threads;

import dev.fermata.Handle;
import dev.fermata.internal.base.OneLine;
import dev.fermata.internal.traces.OwnFrames;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Logs which calls on threads keep a run from ending that was asked to end. Otherwise a user who has pressed Ctrl-C would
 * see nothing happen. It logs once, when the calls have had a second. On the loop's thread, in real time.
 */
public final class LateCalls implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final LoopExecutor executor;

    /** Why the run is to end, and what the user can do. Called when the message is logged. */
    private final Supplier<String> what;

    private @Nullable Handle timer;

    private LateCalls(LoopExecutor executor, Supplier<String> what) {
        this.executor = executor;
        this.what = what;
    }

    /** Starts to watch: looks after a second, and again each second until there are some calls. */
    public static LateCalls watch(LoopExecutor executor, Supplier<String> what) {
        LateCalls watch = new LateCalls(executor, what);
        watch.lookLater();
        return watch;
    }

    /** Called when the run has ended. */
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
            lookLater(); // cleanup may still make calls
            return;
        }
        StringBuilder text = new StringBuilder(what.get()).append("; the run still waits for ");
        text.append(calls.size()).append(calls.size() == 1 ? " call on a thread:" : " calls on threads:");
        calls.forEach(it -> describe(it, text));
        System.getLogger("dev.fermata").log(System.Logger.Level.WARNING, text.toString());
    }

    /** Describes what a call is doing by its stack. The callable itself would only show the name of a lambda's class. */
    private static void describe(ExecutorCall<?> call, StringBuilder text) {
        Thread thread = call.thread();
        if (thread == null) {
            text.append("\n  one that has not started");
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

    /** Returns the element as the trace of an exception has it: without the class loader. */
    private static StackTraceElement plain(StackTraceElement element) {
        return new StackTraceElement(
                element.getClassName(), element.getMethodName(), element.getFileName(), element.getLineNumber());
    }
}
