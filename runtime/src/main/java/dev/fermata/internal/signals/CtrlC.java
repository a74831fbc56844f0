package dev.fermata.internal.signals;

import dev.fermata.internal.engine.Ready;
import dev.fermata.internal.threads.LateCalls;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C while a loop runs: the first cancels the main task, the second ends the process as if nobody had handled it. So
 * does the first when there is no main task any more, while the loop ends.
 */
public final class CtrlC implements Runnable, Ready, AutoCloseable {
    /** The name of the thread that the JVM calls {@code main} on, and of its group. Its number differs from JDK to JDK. */
    private static final String MAIN = "main";

    private final EndableRun run;
    private final ProcessEnd processEnd;
    private final ProcessSignal signal;
    private final AtomicInteger count = new AtomicInteger();

    /** Since the first. On the loop's thread. */
    private @Nullable LateCalls lateCalls;

    private CtrlC(EndableRun run, ProcessEnd processEnd) {
        this.run = run;
        this.processEnd = processEnd;
        this.signal = new ProcessSignal("INT", this);
    }

    /**
     * Handles Ctrl-C until it is closed.
     *
     * @return null if it is not handled: in virtual time, on another thread than the main one, where a program has set a
     *     handler of its own, and where there is no way to
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

    /** A run elsewhere may be a small part of a program that is to end as a whole. */
    private static boolean isMainThread(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return thread.getName().equals(MAIN) && group != null && group.getName().equals(MAIN);
    }

    /** A Ctrl-C, on a thread that the JVM makes for it. */
    @Override
    public void run() {
        if (count.incrementAndGet() > 1 || processEnd.came() || !run.engine().offer(this)) {
            endProcess();
        }
    }

    /** The first, on the loop's thread. */
    @Override
    public void runReady() {
        if (!run.cancelMain("Ctrl-C")) {
            endProcess();
        }
        lateCalls = LateCalls.watch(run.executor(), () -> "Ctrl-C, and a second one will end the process at once");
    }

    private void endProcess() {
        processEnd.dispense();
        signal.passOn();
    }

    /** Whether there was one. */
    public boolean came() {
        return count.get() > 0;
    }

    /** The handler there was before is back. */
    @Override
    public void close() {
        if (lateCalls != null) {
            lateCalls.end();
        }
        signal.uninstall();
    }
}
