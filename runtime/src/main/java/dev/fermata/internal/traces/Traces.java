package dev.fermata.internal.traces;

import static dev.fermata.internal.traces.OwnFrames.addTidy;
import static dev.fermata.internal.traces.OwnFrames.isFirstStep;
import static dev.fermata.internal.traces.OwnFrames.isFrameClass;
import static dev.fermata.internal.traces.OwnFrames.isSameMethod;
import static dev.fermata.internal.traces.OwnFrames.trampolineIn;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the stack trace of an exception read as if nothing had ever been suspended: instead of Fermata's own frames it
 * shows the callers that wait as {@link Frame}s. It works on the text of traces only, and only when something is thrown.
 *
 * <p>A trace that contains a frame of the trampoline, {@link Carrier#resume}, is not finished. One that was spliced
 * contains none, so nothing is spliced twice. On the thread that throws.
 */
public final class Traces {
    private Traces() {}

    /**
     * Replaces the trampoline by the logical callers in the trace of {@code thrown}, which leaves {@code left}, and in the
     * traces of what it carries. What was handed in and leaves again is spliced already, or belongs to another task. But it
     * may suppress more than before, and running methods may have received it again.
     *
     * @param delivered what an await has thrown last into the chain
     */
    static void splice(Throwable thrown, @Nullable Throwable handedIn, Frame<?> left, @Nullable Delivery delivered) {
        Throwable finished = delivered != null && delivered.isOpen(handedIn) ? null : handedIn;
        if (thrown != finished || thrown.getSuppressed().length > 0) {
            TraceRewrite.of(
                    thrown,
                    finished,
                    (of, trace) -> delivered != null && isOf(delivered, of, trace)
                            ? withCallers(delivered, trace, left)
                            : spliced(of, trace, left));
        }
    }

    /** Whether the delivery knows the path better than the trace, which others that await the same exception replace. */
    private static boolean isOf(Delivery delivered, Throwable thrown, StackTraceElement[] trace) {
        return delivered.refersTo(thrown) && OwnFrames.isDelivered(trace);
    }

    private static @Nullable List<StackTraceElement> withCallers(
            Delivery delivered, StackTraceElement[] trace, Frame<?> left) {
        if (delivered.isOpen()) {
            Frame<?> resumed = resumed(delivered.outermost(), left);
            delivered.close(resumed == null ? null : callers(resumed));
        }
        return unlessSame(trace, delivered.shown());
    }

    private static @Nullable List<StackTraceElement> unlessSame(StackTraceElement[] trace, StackTraceElement[] shown) {
        return Arrays.equals(trace, shown) ? null : Arrays.asList(shown);
    }

    /**
     * Removes Fermata's frames from the trace of {@code thrown}, which ends a chain in its first step. No callers are
     * missing in it.
     */
    public static void settle(Throwable thrown) {
        TraceRewrite.of(thrown, null, Traces::tidied);
    }

    /**
     * Removes Fermata's frames from the traces of a failure that reaches no code and is reported. One that was thrown by a
     * callback, or only handed to a promise, has passed through no method that would have mended it.
     */
    public static void reported(Throwable failure) {
        TraceRewrite.of(
                failure, null, (of, trace) -> unlessSame(trace, OwnFrames.shown(trace, OwnFrames.keepsTop(of))));
    }

    /**
     * Makes the trace of {@code made}, which the event loop has created to be thrown into {@code leaf}, show where that
     * waits.
     *
     * @param below what a trace of the thread ends with
     * @return false if it waits in no method that a trace shows; then the trace stays as it is
     */
    public static boolean place(Throwable made, Frame<?> leaf, StackTraceElement[] below) {
        List<StackTraceElement> places = new ArrayList<>();
        addWaiting(leaf, places);
        if (places.isEmpty()) {
            return false;
        }
        places.addAll(Arrays.asList(below).subList(0, Math.min(below.length, OwnFrames.MOST_ELEMENTS - places.size())));
        made.setStackTrace(places.toArray(StackTraceElement[]::new));
        return true;
    }

    /**
     * Called when the running activation suspends while it holds {@code caught}. The callers that the trace shows below the
     * activation become frames now, and are put back in when the exception leaves: the trampoline moves up to right below
     * the activation.
     */
    static void caught(Throwable caught, @Nullable Delivery delivered) {
        StackTraceElement[] now = new Throwable().getStackTrace();
        int running = 0;
        while (running < now.length && OwnFrames.isOfCarrier(now[running])) {
            running++;
        }
        StackTraceElement[] raw = Arrays.copyOfRange(now, running, now.length);
        TraceRewrite.of(caught, null, (of, trace) -> {
            if (delivered != null && delivered.isOpen(of)) {
                delivered.suspends(raw);
            }
            if (trampolineIn(trace) < 0) {
                return null;
            }
            if (delivered != null && isOf(delivered, of, trace)) {
                return unlessSame(trace, delivered.shown());
            }
            List<StackTraceElement> moved = withoutCallers(trace, raw);
            return moved == null ? withoutCallers(trace, OwnFrames.shown(raw)) : moved;
        });
    }

    /**
     * Returns the trace without the callers of the running activation; null if it stays as it is.
     *
     * @param now the trace of the running activation, as it is or as it was shown in a trace before
     */
    private static @Nullable List<StackTraceElement> withoutCallers(
            StackTraceElement[] trace, StackTraceElement[] now) {
        int at = trace.length - now.length;
        if (at < 0 || now.length == 0 || !isSameMethod(trace[at], now[0])) {
            return null; // the exception was not thrown in this step
        }
        int trampoline = trampolineIn(trace);
        if (trampoline < at || isResumedHere(trace, at, trampoline)) {
            return null;
        }
        for (int i = at + 1; i < trace.length; i++) {
            if (!trace[i].equals(now[i - at]) || (i < trampoline && isFirstStep(trace[i]))) {
                return null;
            }
        }
        List<StackTraceElement> moved = new ArrayList<>(trace.length);
        moved.addAll(Arrays.asList(trace).subList(0, at + 1));
        moved.addAll(Arrays.asList(trace).subList(trampoline, trace.length));
        return moved;
    }

    private static boolean isResumedHere(StackTraceElement[] trace, int at, int trampoline) {
        return trampoline == at + 1 || (trampoline == at + 2 && isFrameClass(trace[at + 1]));
    }

    /**
     * Returns the spliced trace; null if it stays as it is. The topmost trampoline called the frame it had resumed, so the
     * name of that frame is above it, or the name of its method, see {@link #caught}. That frame is {@code left} or one of
     * its callers, since what was caught there may be thrown again further in. In another chain it is neither, and the
     * trace belongs to that chain.
     */
    private static @Nullable List<StackTraceElement> spliced(Throwable of, StackTraceElement[] trace, Frame<?> left) {
        int trampoline = trampolineIn(trace);
        if (trampoline < 0) {
            return tidied(of, trace); // from a first step, or from long ago
        }
        if (trampoline == 0) {
            return null;
        }
        StackTraceElement called = trace[trampoline - 1];
        Frame<?> resumed = resumed(called, left);
        if (resumed == null) {
            return null;
        }
        StackTraceElement[] below = TidyTail.of(trace, trampoline);
        List<StackTraceElement> whole = new ArrayList<>(trampoline + depth(resumed.caller()) + below.length);
        int end = isFrameClass(called) ? trampoline - 1 : trampoline;
        addTidy(trace, 0, end, OwnFrames.keepsTop(of), whole);
        addWaiting(resumed.caller(), whole);
        Collections.addAll(whole, below);
        return whole;
    }

    private static @Nullable Frame<?> resumed(StackTraceElement called, Frame<?> left) {
        Frame<?> resumed = left;
        while (resumed != null && !isResumeOf(called, resumed)) {
            resumed = resumed.caller();
        }
        return resumed;
    }

    private static @Nullable List<StackTraceElement> tidied(Throwable of, StackTraceElement[] trace) {
        List<StackTraceElement> tidy = new ArrayList<>(trace.length);
        addTidy(trace, 0, trace.length, OwnFrames.keepsTop(of), tidy);
        return tidy.size() == trace.length ? null : tidy;
    }

    private static boolean isResumeOf(StackTraceElement element, Frame<?> frame) {
        if (!element.getMethodName().equals("resume") || !OwnFrames.isOurs(element)) {
            StackTraceElement where = frame.where();
            return where != null && isSameMethod(element, where);
        }
        Class<?> declaring = frame.getClass();
        while (declaring != null && !declaring.getName().equals(element.getClassName())) {
            declaring = declaring.getSuperclass();
        }
        return declaring != null;
    }

    private static List<StackTraceElement> callers(Frame<?> frame) {
        List<StackTraceElement> callers = new ArrayList<>();
        addWaiting(frame.caller(), callers);
        return callers;
    }

    private static void addWaiting(@Nullable Frame<?> innermost, List<StackTraceElement> to) {
        Frame<?> inner = null;
        StackTraceElement where = null;
        for (Frame<?> frame = innermost; frame != null && to.size() < OwnFrames.MOST_ELEMENTS; frame = frame.caller()) {
            if (inner == null || inner.state != frame.state || inner.getClass() != frame.getClass()) { // no recursion
                where = frame.where();
            }
            inner = frame;
            if (where != null) {
                to.add(where);
            }
        }
    }

    private static int depth(@Nullable Frame<?> innermost) {
        int depth = 0;
        for (Frame<?> frame = innermost; frame != null && depth < OwnFrames.MOST_ELEMENTS; frame = frame.caller()) {
            depth++;
        }
        return depth;
    }
}
