package dev.fermata.internal.traces;

import dev.fermata.abi.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The methods that await something, collected when it has failed. The trace of the failure then shows them below its own
 * methods, as if it had been called there. The same exception may reach many awaiters. Each time, its trace becomes the
 * constant part up to where it failed, followed by the awaiter that receives it now. So the trace does not grow, and code
 * that logs what it has caught sees its own path.
 *
 * <p>From any thread: a trace is replaced as a whole.
 */
public final class Awaiting {
    private final @Nullable Frame<?> leaf;
    private final boolean running;
    private final Supplier<StackTraceElement[]> below;
    private @Nullable List<StackTraceElement> methods;

    private Awaiting(@Nullable Frame<?> leaf, boolean running, Supplier<StackTraceElement[]> below) {
        this.leaf = leaf;
        this.running = running;
        this.below = below;
    }

    /**
     * Returns the methods of a chain that is suspended.
     *
     * @param leaf the innermost of them
     * @param below what a trace of the thread ends with
     */
    public static Awaiting suspended(@Nullable Frame<?> leaf, Supplier<StackTraceElement[]> below) {
        return new Awaiting(leaf, false, below);
    }

    /**
     * Returns the methods that run on the calling thread and await something that has failed before.
     *
     * @param below what a trace of the thread ends with
     */
    public static Awaiting running(Supplier<StackTraceElement[]> below) {
        return new Awaiting(null, true, below);
    }

    /**
     * Makes the trace of {@code failure} show these methods; it is thrown at their await. The methods of the exception may
     * throw, and the heap may be full: then its trace stays as it is.
     *
     * @param path the path by which it came to what they await; null if it was created there, or if the path is not known
     * @param awaited what they await, in few words
     * @return what to remember until they end; null if there is nothing to remember
     */
    public @Nullable Delivery of(Throwable failure, StackTraceElement @Nullable [] path, String awaited) {
        try {
            List<StackTraceElement> awaiting = methods();
            if (!awaiting.isEmpty()) {
                return added(failure, path, awaited, awaiting);
            }
            return path == null ? null : new Delivery(failure, path, path.length, false, below);
        } catch (Throwable unwritable) {
            return null;
        }
    }

    private List<StackTraceElement> methods() {
        List<StackTraceElement> found = methods;
        if (found == null) {
            found = running ? OwnFrames.running(new Throwable().getStackTrace()) : suspended(leaf);
            methods = found;
        }
        return found;
    }

    private static List<StackTraceElement> suspended(@Nullable Frame<?> leaf) {
        List<StackTraceElement> places = new ArrayList<>();
        for (Frame<?> frame = leaf; frame != null && places.size() < OwnFrames.MOST_ELEMENTS; frame = frame.caller()) {
            StackTraceElement where = frame.where();
            if (where != null) {
                places.add(where);
            }
        }
        return places;
    }

    private @Nullable Delivery added(
            Throwable failure, StackTraceElement @Nullable [] path, String awaited, List<StackTraceElement> awaiting) {
        StackTraceElement[] before = failure.getStackTrace();
        if (before.length == 0) {
            return null; // it was created without a trace, and stays so
        }
        StackTraceElement[] own = path == null ? made(failure, before, below) : path;
        Delivery delivery = delivery(failure, own, awaited, awaiting);
        StackTraceElement[] after = own.length < OwnFrames.MOST_ELEMENTS ? delivery.shown() : own;
        if (!Arrays.equals(before, after)) {
            failure.setStackTrace(after);
        }
        return delivery;
    }

    private Delivery delivery(
            Throwable failure, StackTraceElement[] own, String awaited, List<StackTraceElement> awaiting) {
        List<StackTraceElement> way = new ArrayList<>(Arrays.asList(own));
        way.add(OwnFrames.await(awaited));
        int last = awaiting.size() - 1;
        boolean open = awaiting.get(last).equals(OwnFrames.CALLERS);
        way.addAll(open ? awaiting.subList(0, last) : awaiting);
        boolean fits = way.size() < OwnFrames.MOST_ELEMENTS;
        return new Delivery(failure, OwnFrames.cut(way), own.length + 1, open && fits, below);
    }

    /**
     * Returns the trace up to where the failure was created, which ends where it was first awaited. That await may be long
     * ago, since the exception may be a constant.
     */
    private static StackTraceElement[] made(
            Throwable failure, StackTraceElement[] trace, Supplier<StackTraceElement[]> below) {
        int end = OwnFrames.endOfChain(trace);
        for (int i = 0; i < end; i++) {
            if (OwnFrames.isAwait(trace[i])) {
                end = i;
            }
        }
        return tidied(failure, trace, end, below.get());
    }

    /**
     * Returns the trace of a failure where it was created, to be passed on with it; null if that cannot be determined.
     *
     * @param below the end of the trace that is not to be passed on
     */
    public static StackTraceElement @Nullable [] made(Throwable failure, Supplier<StackTraceElement[]> below) {
        try {
            return orNull(made(failure, failure.getStackTrace(), below));
        } catch (Throwable unreadable) {
            return null; // thrown by the exception's own method, or the heap is full
        }
    }

    private static StackTraceElement @Nullable [] orNull(StackTraceElement[] path) {
        return path.length == 0 ? null : path;
    }

    private static StackTraceElement[] tidied(
            Throwable failure, StackTraceElement[] trace, int end, StackTraceElement[] below) {
        int own = end;
        int start = trace.length - below.length;
        if (end == trace.length && start >= 0 && Arrays.equals(trace, start, end, below, 0, below.length)) {
            own = start;
        }
        List<StackTraceElement> tidy = new ArrayList<>(own);
        OwnFrames.addTidy(trace, 0, own, OwnFrames.keepsTop(failure), tidy);
        return tidy.toArray(StackTraceElement[]::new);
    }

    /**
     * Makes the trace of {@code made}, which Fermata has created to be thrown into running methods, show these methods and
     * none of Fermata's. If one of Fermata's frames that was resumed throws it, the trace stays as it is, and is repaired
     * once the exception has left that frame.
     */
    public static <E extends Throwable> E here(E made) {
        StackTraceElement[] trace = made.getStackTrace();
        int end = OwnFrames.endOfChain(trace);
        int top = 0;
        while (top < end && OwnFrames.isOurs(trace[top])) {
            top++;
        }
        if (top < end) {
            made.setStackTrace(OwnFrames.shown(trace));
        }
        return made;
    }
}
