package dev.fermata.internal.signals;

import dev.fermata.internal.engine.Ready;
import dev.fermata.internal.threads.LateCalls;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Handles Ctrl-C while a loop runs. The first one cancels the main task; the second one ends the process as if no handler
 * were set. If there is no main task any more, because the loop is ending, the first one ends the process, too.
 * {@link #run} is called on a thread of the JVM, the rest on the loop's thread.
 */
public final class CtrlC implements Runnable, Ready, AutoCloseable {
    /**
     * The name of the thread on which the JVM calls {@code main}, and of its group. The number of that thread differs
     * between JDKs.
     */
    private static final String MAIN = "main";

    private final EndableRun run;
    private final ProcessEnd processEnd;
    private final ProcessSignal signal;
    private final AtomicInteger count = new AtomicInteger();

    /** Set since the first Ctrl-C. On the loop's thread. */
    private @Nullable LateCalls lateCalls;

    private CtrlC(EndableRun run, ProcessEnd processEnd) {
        this.run = run;
        this.processEnd = processEnd;
        this.signal = new ProcessSignal("INT", this);
    }

    /**
     * Handles Ctrl-C until the returned object is closed.
     *
     * @return null if Ctrl-C is not handled: in virtual time, on another thread than the main one, if the program has set a
     *     handler of its own, or if the JVM offers no way to
     */
    public static @Nullable CtrlC watch(EndableRun run, @Nullable ProcessEnd processEnd) {
        if (processEnd == null || !isMainThread(Thread.currentThread())) {
            return null;
        }
        try {
            CtrlC ctrlC = new CtrlC(run, processEnd);
            return ctrlC.signal.installInPlaceOfTheDefault() ? ctrlC : null;
        } catch (LinkageError | IllegalArgumentException e) {
            return null; // without jdk.unsupported, with -Xrs: the JVM ends the process, and ProcessEnd the run
        }
    }

    /**
     * Whether {@code thread} is the program's main thread. A run on another thread may be a small part of a program that is
     * to end as a whole.
     */
    private static boolean isMainThread(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return thread.getName().equals(MAIN) && group != null && group.getName().equals(MAIN);
    }

    /** Handles one Ctrl-C, on a thread that the JVM creates for it. */
    @Override
    public void run() {
        if (count.incrementAndGet() > 1 || processEnd.came() || !run.engine().offer(this)) {
            endProcess();
        }
    }

    /** Handles the first Ctrl-C, on the loop's thread. */
    @Override
    public void runReady() {
        if (!run.cancelMain("Ctrl-C")) {
            endProcess();
        }
        lateCalls =
                LateCalls.watch(run.executor(), () -> "Ctrl-C was pressed; press it again to end the process at once");
    }

    private void endProcess() {
        processEnd.dispense();
        signal.passOn();
    }

    /** Whether there was a Ctrl-C. */
    public boolean came() {
        return count.get() > 0;
    }

    /** Restores the previous handler. */
    @Override
    public void close() {
        if (lateCalls != null) {
            lateCalls.end();
        }
        signal.uninstall();
    }
}
