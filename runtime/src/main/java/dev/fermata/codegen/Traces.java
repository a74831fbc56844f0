package dev.fermata.codegen;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the stack trace of an exception read as if nothing had ever been suspended: instead of Fermata's own frames it
 * shows the callers that wait as {@link Frame}s. Works on the text of traces alone, and only when something is thrown.
 *
 * <p>A trace that holds a frame of the trampoline, {@link Carrier#resume}, is not finished; one that was spliced holds
 * none, so nothing is spliced twice.
 */
final class Traces {
    /** What the JVM's own traces are cut at, by default. A suspended chain may be much deeper. */
    private static final int MOST_ELEMENTS = 1024;

    /** Of an exception, its causes and what they suppress, how many are looked at. */
    private static final int MOST_EXCEPTIONS = 64;

    private static final String TRAMPOLINE = Carrier.class.getName();
    private static final String RESUME = "resume";
    private static final String FACADE_PACKAGE = "dev.fermata";
    private static final String CODEGEN_PACKAGE = "dev.fermata.codegen";
    private static final String INTERNAL_PACKAGE = "dev.fermata.internal";
    private static final String TESTING_PACKAGE = "dev.fermata.testing";

    private Traces() {}

    /**
     * {@code thrown} leaves {@code left}, which the trampoline has resumed: puts the logical callers in the place of the
     * trampoline, in it and in what it carries with it. What was handed in and leaves again is spliced already, or of another
     * task; but it may suppress more than before.
     */
    static void splice(Throwable thrown, @Nullable Throwable handedIn, Frame<?> left) {
        if (thrown != handedIn) {
            rewrite(thrown, trace -> spliced(trace, left));
            return;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            rewrite(suppressed, trace -> spliced(trace, left));
        }
    }

    /** {@code thrown} leaves a chain that was not resumed: nothing is missing in its trace, Fermata's frames are too much. */
    static void settle(Throwable thrown) {
        // in a trampoline's trace this is an eager start inside of a resumed frame, which the exception may leave next
        rewrite(thrown, trace -> trampolineIn(trace) < 0 ? tidied(trace) : null);
    }

    /** {@code made} was made by the event loop to be thrown into {@code leaf}: it shows where that waits. */
    static void place(Throwable made, Frame<?> leaf) {
        List<StackTraceElement> places = new ArrayList<>();
        addWaiting(leaf, places);
        if (!places.isEmpty()) {
            made.setStackTrace(places.toArray(StackTraceElement[]::new));
        }
    }

    /**
     * The running activation holds {@code caught} while it suspends. The callers that stand in the trace below it become
     * frames now, and are put back in when the exception leaves: the trampoline moves up to right below the activation.
     */
    static void caught(Throwable caught) {
        StackTraceElement[] now = new Throwable().getStackTrace();
        int running = 0;
        while (running < now.length && isOfPackage(now[running].getClassName(), CODEGEN_PACKAGE)) {
            running++;
        }
        int catching = running;
        rewrite(caught, trace -> withoutCallers(trace, now, catching));
    }

    private static @Nullable List<StackTraceElement> withoutCallers(
            StackTraceElement[] trace, StackTraceElement[] now, int running) {
        int at = trace.length - (now.length - running);
        if (at < 0 || running == now.length || !isSameMethod(trace[at], now[running])) {
            return null; // not thrown in this step
        }
        int trampoline = trampolineIn(trace);
        if (trampoline < at || isResumedHere(trace, at, trampoline)) {
            return null;
        }
        for (int i = at + 1; i < trace.length; i++) {
            if (!trace[i].equals(now[i - at + running]) || (i < trampoline && isFirstStep(trace[i]))) {
                return null;
            }
        }
        List<StackTraceElement> moved = new ArrayList<>(trace.length);
        moved.addAll(Arrays.asList(trace).subList(0, at + 1));
        moved.addAll(Arrays.asList(trace).subList(trampoline, trace.length));
        return moved;
    }

    private static boolean isResumedHere(StackTraceElement[] trace, int at, int trampoline) {
        return trampoline == at + 2 && isFrameClass(trace[at + 1]);
    }

    /** Of a chain that was started inside of another's resumed frame. */
    private static boolean isFirstStep(StackTraceElement element) {
        return element.getMethodName().equals("begin")
                && isOurs(element)
                && element.getClassName().endsWith("Carrier");
    }

    private static boolean isSameMethod(StackTraceElement one, StackTraceElement other) {
        return one.getMethodName().equals(other.getMethodName())
                && one.getClassName().equals(other.getClassName());
    }

    /** An exception's own methods may throw, and the heap may be full: the traces then stay as they are. */
    private static void rewrite(Throwable thrown, Rewriting rewriting) {
        try {
            if (thrown.getCause() == null && thrown.getSuppressed().length == 0) {
                rewriteOne(thrown, rewriting);
            } else {
                rewriteAll(thrown, rewriting);
            }
        } catch (Throwable unwritable) {
            return; // what is thrown is thrown on, with the trace it has
        }
    }

    private static void rewriteAll(Throwable thrown, Rewriting rewriting) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> work = new ArrayDeque<>();
        work.add(thrown);
        while (!work.isEmpty() && seen.size() < MOST_EXCEPTIONS) {
            Throwable next = work.remove();
            if (seen.add(next)) {
                rewriteOne(next, rewriting);
                if (next.getCause() != null) {
                    work.add(next.getCause());
                }
                work.addAll(Arrays.asList(next.getSuppressed()));
            }
        }
    }

    private static void rewriteOne(Throwable thrown, Rewriting rewriting) {
        List<StackTraceElement> rewritten = rewriting.of(thrown.getStackTrace());
        if (rewritten != null) {
            List<StackTraceElement> cut = rewritten.subList(0, Math.min(rewritten.size(), MOST_ELEMENTS));
            thrown.setStackTrace(cut.toArray(StackTraceElement[]::new));
        }
    }

    /**
     * The frame that the topmost trampoline had resumed is called by it, so its name stands above, or that of its method,
     * see {@link #caught}. It is {@code left} or a caller of that, since what was caught there may be thrown again further
     * in. In another chain it is neither, and the trace is that chain's.
     */
    private static @Nullable List<StackTraceElement> spliced(StackTraceElement[] trace, Frame<?> left) {
        int trampoline = trampolineIn(trace);
        if (trampoline < 0) {
            return tidied(trace); // from a first step, or of old
        }
        if (trampoline == 0) {
            return null;
        }
        StackTraceElement called = trace[trampoline - 1];
        Frame<?> resumed = left;
        while (resumed != null && !isResumeOf(called, resumed)) {
            resumed = resumed.caller;
        }
        if (resumed == null) {
            return null;
        }
        List<StackTraceElement> whole = new ArrayList<>(trace.length + 16);
        addTidy(trace, 0, isFrameClass(called) ? trampoline - 1 : trampoline, whole);
        addWaiting(resumed.caller, whole);
        addTidy(trace, trampoline, trace.length, whole);
        return whole;
    }

    private static @Nullable List<StackTraceElement> tidied(StackTraceElement[] trace) {
        List<StackTraceElement> tidy = new ArrayList<>(trace.length);
        addTidy(trace, 0, trace.length, tidy);
        return tidy.size() == trace.length ? null : tidy;
    }

    private static int trampolineIn(StackTraceElement[] trace) {
        for (int i = 0; i < trace.length; i++) {
            if (trace[i].getMethodName().equals(RESUME)
                    && trace[i].getClassName().equals(TRAMPOLINE)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isResumeOf(StackTraceElement element, Frame<?> frame) {
        if (!element.getMethodName().equals(RESUME) || !isOurs(element)) {
            StackTraceElement where = frame.where();
            return where != null && isSameMethod(element, where);
        }
        Class<?> declaring = frame.getClass();
        while (declaring != null && !declaring.getName().equals(element.getClassName())) {
            declaring = declaring.getSuperclass();
        }
        return declaring != null;
    }

    private static void addWaiting(@Nullable Frame<?> innermost, List<StackTraceElement> to) {
        for (Frame<?> frame = innermost; frame != null && to.size() < MOST_ELEMENTS; frame = frame.caller) {
            StackTraceElement where = frame.where();
            if (where != null) {
                to.add(where);
            }
        }
    }

    /**
     * Adds elements without Fermata's. Of those in a row only the one is left that was called from outside, if it is the
     * API's; at the top all are, because there they say where something was thrown.
     */
    private static void addTidy(StackTraceElement[] trace, int from, int to, List<StackTraceElement> tidy) {
        int i = from;
        while (i < to) {
            int end = i;
            while (end < to && isOurs(trace[end])) {
                end++;
            }
            boolean starter = end > i && end < trace.length && isStarter(trace[end], trace[end - 1]);
            for (int k = i; k < end; k++) {
                boolean top = i == 0 && !isFrameClass(trace[k]);
                if (top || (k == end - 1 && end < trace.length && isApi(trace[k]) && !starter)) {
                    tidy.add(trace[k]);
                }
            }
            if (end < to && !starter) {
                tidy.add(trace[end]);
            }
            i = end + 1;
        }
    }

    private static boolean isApi(StackTraceElement element) {
        return isOfPackage(element.getClassName(), FACADE_PACKAGE)
                || isOfPackage(element.getClassName(), TESTING_PACKAGE);
    }

    /** Whether it is what a hot method or a test became: it has no line, and the method itself stands above. */
    private static boolean isStarter(StackTraceElement element, StackTraceElement called) {
        return element.getLineNumber() < 0
                && (isMethod(called, Abi.class.getName(), "hot")
                        || isMethod(called, TESTING_PACKAGE + ".AsyncTests", "run"));
    }

    private static boolean isMethod(StackTraceElement element, String className, String method) {
        return element.getClassName().equals(className)
                && element.getMethodName().equals(method);
    }

    private static boolean isOurs(StackTraceElement element) {
        String name = element.getClassName();
        return isFrameClass(element)
                || (name.startsWith(FACADE_PACKAGE)
                        && (isOfPackage(name, FACADE_PACKAGE)
                                || isOfPackage(name, CODEGEN_PACKAGE)
                                || isOfPackage(name, INTERNAL_PACKAGE)
                                || isOfPackage(name, TESTING_PACKAGE)));
    }

    private static boolean isFrameClass(StackTraceElement element) {
        // the frame classes that the weaver makes have no source file
        return element.getFileName() == null && element.getClassName().contains(Linker.FRAME_INFIX);
    }

    private static boolean isOfPackage(String className, String name) {
        return className.startsWith(name) && className.lastIndexOf('.') == name.length();
    }

    /** A trace to what it becomes; null if it stays. */
    private interface Rewriting {
        @Nullable
        List<StackTraceElement> of(StackTraceElement[] trace);
    }
}
