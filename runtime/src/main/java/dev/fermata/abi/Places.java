package dev.fermata.abi;

import org.jspecify.annotations.Nullable;

/**
 * The source places of one frame class, by state. They are parsed from {@link Frame#lines()} when the first one is needed,
 * and kept: a trace through a deep recursion needs the same one again and again.
 *
 * <p>From any thread. Two threads may make the same element; either one will do.
 */
final class Places {
    private static final ClassValue<Places> ALL = new ClassValue<>() {
        @Override
        protected Places computeValue(Class<?> frameClass) {
            return new Places();
        }
    };

    /** By state. The element at 0 is for a frame that is not suspended, and has no line. */
    private volatile StackTraceElement @Nullable [] made;

    private Places() {}

    static Places of(Class<?> frameClass) {
        return ALL.get(frameClass);
    }

    StackTraceElement at(String lines, int state) {
        StackTraceElement[] places = made;
        if (places == null) {
            places = parsed(lines);
            made = places;
        }
        return places[state < places.length ? state : 0];
    }

    private static StackTraceElement[] parsed(String lines) {
        String[] parts = lines.split("\t", -1);
        String file = parts[2].isEmpty() ? null : parts[2];
        StackTraceElement[] places = new StackTraceElement[parts.length - 2];
        for (int state = 0; state < places.length; state++) {
            int line = state == 0 ? -1 : Integer.parseInt(parts[state + 2]);
            places[state] = new StackTraceElement(parts[0], parts[1], file, line);
        }
        return places;
    }
}
