package dev.fermata.context;

import dev.fermata.lowlevel.ThreadContext;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values that were put in place on a thread. An accessor whose value is there already is left alone. Values are the same if
 * they are the same object: two that are equal may be changed one by one later, as two security contexts may. On the thread
 * that has put them in place.
 */
final class InPlace implements ThreadContext.Scope {
    /** How many scopes of one accessor are closed at the end of a step, before its value is set by force. */
    private static final int MOST_SCOPES = 100;

    private final Values installed;

    /** For each accessor the value that was there before. */
    private final @Nullable Object[] before;

    private InPlace(Values installed) {
        this.installed = installed;
        this.before = new Object[installed.values.length];
    }

    static InPlace of(Values installed) {
        InPlace made = new InPlace(installed);
        made.install();
        return made;
    }

    private void install() {
        int i = 0;
        try {
            for (; i < before.length; i++) {
                ThreadLocalAccessor<?> accessor = installed.accessors[i];
                before[i] = accessor.getValue();
                if (wasSet(i)) {
                    set(accessor, installed.values[i]);
                }
            }
        } catch (Throwable failure) {
            undo(i, failure);
            throw failure;
        }
    }

    /** Puts back the accessors before {@code failed}, whose values were set. */
    private void undo(int failed, Throwable failure) {
        for (int i = failed - 1; i >= 0; i--) {
            try {
                if (wasSet(i)) {
                    putBack(installed.accessors[i], before[i]);
                }
            } catch (Throwable another) {
                failure.addSuppressed(another);
            }
        }
    }

    /** Whether the value of an accessor was set, because another one was there. */
    private boolean wasSet(int i) {
        return before[i] != installed.values[i];
    }

    @Override
    public ThreadContext.Snapshot remove() {
        @Nullable Object[] changed = null;
        Throwable failure = null;
        for (int i = before.length - 1; i >= 0; i--) {
            try {
                ThreadLocalAccessor<?> accessor = installed.accessors[i];
                Object now = accessor.getValue();
                boolean isOther = now != installed.values[i];
                if (isOther) {
                    changed = changed == null ? installed.values.clone() : changed;
                    changed[i] = now;
                }
                if (isOther || wasSet(i)) {
                    putBack(accessor, before[i]);
                }
            } catch (Throwable thrown) {
                if (failure == null) {
                    failure = thrown;
                } else {
                    failure.addSuppressed(thrown);
                }
            }
        }
        if (failure != null) {
            throw InPlace.<RuntimeException>unchecked(failure);
        }
        return changed == null ? installed : installed.changed(changed);
    }

    /**
     * Puts a value back. Some accessors open a scope when a value is set, and close the innermost one to put a value back.
     * If the step has opened scopes and left them open, these are closed before the one that was opened here.
     */
    private static void putBack(ThreadLocalAccessor<?> accessor, @Nullable Object value) {
        for (int closed = 0; closed < MOST_SCOPES; closed++) {
            restore(accessor, value);
            if (Objects.equals(accessor.getValue(), value)) {
                return;
            }
        }
        set(accessor, value);
    }

    @SuppressWarnings("unchecked") // the accessor itself has returned the value
    private static <V> void set(ThreadLocalAccessor<V> accessor, @Nullable Object value) {
        if (value == null) {
            accessor.setValue();
        } else {
            accessor.setValue((V) value);
        }
    }

    @SuppressWarnings("unchecked") // the accessor itself has returned the value
    private static <V> void restore(ThreadLocalAccessor<V> accessor, @Nullable Object value) {
        if (value == null) {
            accessor.restore();
        } else {
            accessor.restore((V) value);
        }
    }

    /** Throws {@code failure} as it is: an accessor may throw checked exceptions that it does not declare. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException unchecked(Throwable failure) throws E {
        throw (E) failure;
    }
}
