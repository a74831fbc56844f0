package dev.fermata.context;

import dev.fermata.lowlevel.ThreadContext;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.List;

/**
 * The values of all accessors that are registered with {@link ContextRegistry#getInstance}, at any time before they are
 * needed. From any thread.
 */
public final class RegisteredContext implements ThreadContext {
    /** The accessors that were registered when somebody looked last. Nobody writes into the array. */
    private volatile ThreadLocalAccessor<?>[] known = {};

    /** Called once, by the runtime. */
    public RegisteredContext() {}

    @Override
    public Snapshot capture() {
        ThreadLocalAccessor<?>[] accessors = accessors();
        Object[] values = new Object[accessors.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = accessors[i].getValue();
        }
        return new Values(this, accessors, values);
    }

    /** Returns the accessors that are registered now; the same array as before if they are the same. */
    ThreadLocalAccessor<?>[] accessors() {
        List<ThreadLocalAccessor<?>> registered = ContextRegistry.getInstance().getThreadLocalAccessors();
        ThreadLocalAccessor<?>[] before = known;
        int same = 0;
        for (ThreadLocalAccessor<?> each : registered) {
            if (same == before.length || before[same] != each) {
                return learned(registered);
            }
            same++;
        }
        return same == before.length ? before : learned(registered);
    }

    private ThreadLocalAccessor<?>[] learned(List<ThreadLocalAccessor<?>> registered) {
        ThreadLocalAccessor<?>[] now = registered.toArray(new ThreadLocalAccessor<?>[0]);
        known = now;
        return now;
    }
}
