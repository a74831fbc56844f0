package dev.fermata.internal.traces;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Repairs the traces of an exception and of those it carries (its cause, and what it suppresses). An exception that was
 * repaired before carries only exceptions that were repaired with it, or that came later and were repaired by themselves.
 * So the walk ends there, and an exception that is wrapped at each of many levels costs the same at each. On the thread
 * that throws.
 */
final class TraceRewrite {
    /** The number of exceptions to look at. */
    private static final int MOST_EXCEPTIONS = 1024;

    /**
     * The number of suppressed exceptions in a row that need nothing after which the walk through them ends: the rest is
     * older.
     */
    private static final int ENOUGH_FINISHED = 4;

    private final @Nullable Throwable handedIn;
    private final Mending mending;
    private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Throwable> unfinished = new ArrayDeque<>();

    private TraceRewrite(@Nullable Throwable handedIn, Mending mending) {
        this.handedIn = handedIn;
        this.mending = mending;
    }

    /** Returns the repaired trace; null if it stays as it is. */
    interface Mending {
        @Nullable
        List<StackTraceElement> of(Throwable thrown, StackTraceElement[] trace);
    }

    /**
     * Repairs the trace of {@code thrown} and of what it carries. The methods of an exception may throw, and the heap may
     * be full: then the traces stay as they are.
     *
     * @param handedIn needs no repair, except what it suppresses
     */
    static void of(Throwable thrown, @Nullable Throwable handedIn, Mending mending) {
        try {
            if (thrown != handedIn && thrown.getCause() == null && thrown.getSuppressed().length == 0) {
                mend(thrown, mending);
            } else {
                new TraceRewrite(handedIn, mending).all(thrown);
            }
        } catch (Throwable unwritable) {
            return; // the exception propagates with the trace it has
        }
    }

    private void all(Throwable thrown) {
        look(thrown);
        descend(thrown);
        for (Throwable next = unfinished.poll(); next != null; next = unfinished.poll()) {
            if (next != thrown) {
                descend(next);
            }
        }
    }

    private void descend(Throwable from) {
        Throwable cause = from == handedIn ? null : from.getCause();
        if (cause != null) {
            look(cause);
        }
        Throwable[] suppressed = from.getSuppressed();
        int finished = 0;
        for (int i = suppressed.length - 1; i >= 0 && finished < ENOUGH_FINISHED; i--) {
            finished = look(suppressed[i]) ? 0 : finished + 1;
        }
    }

    /**
     * Looks at one exception.
     *
     * @return whether it needed anything
     */
    private boolean look(Throwable thrown) {
        if (seen.size() == MOST_EXCEPTIONS || !seen.add(thrown)) {
            return false;
        }
        boolean needed = thrown == handedIn ? thrown.getSuppressed().length > 0 : mend(thrown, mending);
        if (needed) {
            unfinished.add(thrown);
        }
        return needed;
    }

    /**
     * Repairs the trace of one exception.
     *
     * @return whether the trace was repaired; also true if there is none, which proves nothing
     */
    private static boolean mend(Throwable thrown, Mending mending) {
        StackTraceElement[] trace = thrown.getStackTrace();
        List<StackTraceElement> mended = mending.of(thrown, trace);
        if (mended != null) {
            thrown.setStackTrace(OwnFrames.cut(mended));
        }
        return mended != null || trace.length == 0;
    }
}
