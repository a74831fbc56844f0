package dev.fermata.internal.traces;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a trace, from the trampoline down, and how it is shown. It is the same for whatever is thrown in a loop, so
 * the last one is kept. To compare the elements costs a tenth of asking of each whether it is Fermata's. From any thread.
 */
final class TidyTail {
    /** The one that was asked for last. Threads may overwrite each other's; each works with the one it has read. */
    private static volatile @Nullable TidyTail last;

    private final StackTraceElement[] raw;
    private final StackTraceElement[] shown;

    private TidyTail(StackTraceElement[] raw, StackTraceElement[] shown) {
        this.raw = raw;
        this.shown = shown;
    }

    /** Returns the elements of {@code trace} that are shown, from {@code start} on. The caller does not change them. */
    static StackTraceElement[] of(StackTraceElement[] trace, int start) {
        TidyTail known = last;
        if (known == null || !Arrays.equals(known.raw, 0, known.raw.length, trace, start, trace.length)) {
            List<StackTraceElement> shown = new ArrayList<>();
            OwnFrames.addTidy(trace, start, trace.length, false, shown);
            known = new TidyTail(
                    Arrays.copyOfRange(trace, start, trace.length), shown.toArray(new StackTraceElement[0]));
            last = known;
        }
        return known.shown;
    }
}
