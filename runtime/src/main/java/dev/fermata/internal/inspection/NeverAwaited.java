package dev.fermata.internal.inspection;

import dev.fermata.EventLoop;
import dev.fermata.abi.Frame;
import dev.fermata.internal.traces.OwnFrames;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Debug mode: the coroutines that were created and not started yet, each with the place where it was created. A coroutine
 * that was garbage collected will never be awaited. Neither will one that is left when the loop closes on which it was
 * created.
 *
 * <p>From any thread. Only with {@code -Dfermata.debug=true}: a frame has no room for this, and no time.
 */
public final class NeverAwaited {
    private static final boolean ENABLED = Boolean.getBoolean("fermata.debug");

    private static final Map<Object, Made> MADE = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Frame<?>> COLLECTED = new ReferenceQueue<>();
    private static final AtomicLong COUNT = new AtomicLong();

    private NeverAwaited() {}

    /** A coroutine that was not awaited yet. */
    public static final class Made extends WeakReference<Frame<?>> {
        private final int hash;
        private final long number = COUNT.incrementAndGet();
        private final String description;
        private final Throwable site;
        private final @Nullable EventLoop loop;

        private Made(Frame<?> frame) {
            super(frame, COLLECTED);
            hash = System.identityHashCode(frame);
            description = frame.toString();
            loop = EventLoop.runningOrNull();
            site = new Throwable(description + " was made here");
            site.setStackTrace(fromCaller(site.getStackTrace(), frame));
        }

        /**
         * Returns the trace without the frames that create the coroutine, so that it begins with the call of the method.
         */
        private static StackTraceElement[] fromCaller(StackTraceElement[] trace, Frame<?> frame) {
            int first = 0;
            while (first < trace.length && isOwn(trace[first], frame)) {
                first++;
            }
            return OwnFrames.shown(Arrays.copyOfRange(trace, first, trace.length));
        }

        private static boolean isOwn(StackTraceElement element, Frame<?> frame) {
            String type = element.getClassName();
            StackTraceElement method = frame.where();
            return OwnFrames.isOfRuntime(type)
                    || type.equals(frame.getClass().getName())
                    || (method != null
                            && method.getClassName().equals(type)
                            && method.getMethodName().equals(element.getMethodName()));
        }

        /** Returns the coroutine as text. */
        public String description() {
            return description;
        }

        /** Returns a throwable whose trace shows where the coroutine was created. */
        public Throwable site() {
            return site;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }
    }

    /** Finds the {@link Made} of a frame in the map. */
    private static final class Key {
        private final Frame<?> frame;

        Key(Frame<?> frame) {
            this.frame = frame;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(frame);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Made made && made.refersTo(frame);
        }
    }

    /** Called when a coroutine was created. */
    public static void made(Frame<?> frame) {
        Made made = new Made(frame);
        MADE.put(made, made);
    }

    /** Called when a coroutine was started or given up, or for a frame that suspended and never was a coroutine. */
    public static void used(Frame<?> frame) {
        MADE.remove(new Key(frame));
    }

    /** Returns the coroutines that were garbage collected since the last call, no matter which loop created them. */
    public static List<Made> collected() {
        if (!ENABLED) {
            return List.of();
        }
        List<Made> collected = new ArrayList<>();
        for (Reference<?> next = COLLECTED.poll(); next != null; next = COLLECTED.poll()) {
            if (MADE.remove(next) != null) {
                collected.add((Made) next);
            }
        }
        return inOrder(collected);
    }

    /** Returns the coroutines that were created on {@code loop}, which ends. */
    public static List<Made> leftBy(EventLoop loop) {
        if (!ENABLED) {
            return List.of();
        }
        List<Made> left = new ArrayList<>();
        for (Made made : List.copyOf(MADE.values())) {
            if (made.loop == loop && MADE.remove(made) != null) {
                left.add(made);
            }
        }
        return inOrder(left);
    }

    private static List<Made> inOrder(List<Made> found) {
        found.sort(Comparator.comparingLong(it -> it.number));
        return found;
    }
}
