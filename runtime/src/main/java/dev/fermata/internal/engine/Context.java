package dev.fermata.internal.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The values of all {@link dev.fermata.TaskLocal}s in one place. It is immutable, so copying one means keeping a reference;
 * null stands for "no values". A task has a context of its own. A callback runs with the context of the code that handed it
 * over. Each thread has one for code outside of loops. From any thread. asyncio: {@code contextvars.Context}.
 */
public final class Context {
    /** The contexts of threads on which no loop runs. */
    private static final ThreadLocal<@Nullable Context> OF_THREAD = new ThreadLocal<>();

    /**
     * Set when the first {@link dev.fermata.TaskLocal} is created: a program without any does not even look for a context.
     */
    private static boolean used;

    private final Map<Object, Object> values;

    private Context(Map<Object, Object> values) {
        this.values = values;
    }

    public static void use() {
        used = true;
    }

    /** Returns the context that a task, callback or call made here inherits. */
    public static @Nullable Context current() {
        if (!used) {
            return null;
        }
        Engine engine = Engine.runningOrNull();
        return engine == null ? OF_THREAD.get() : engine.context();
    }

    /** Returns the context of the calling thread, whatever runs there. */
    static @Nullable Context ofThread() {
        return used ? OF_THREAD.get() : null;
    }

    private static void setCurrent(@Nullable Context context) {
        Engine engine = Engine.runningOrNull();
        if (engine != null) {
            engine.setContext(context);
        } else if (context == null) {
            OF_THREAD.remove();
        } else {
            OF_THREAD.set(context);
        }
    }

    /** Returns a call that runs on another thread with the context of the code here. */
    public static <T> Callable<T> carriedBy(Callable<T> callable) {
        Context context = current();
        return context == null ? callable : () -> call(context, callable);
    }

    private static <T> T call(Context context, Callable<T> callable) throws Exception {
        Context before = ofThread();
        setCurrent(context);
        try {
            return callable.call();
        } finally {
            setCurrent(before);
        }
    }

    public static @Nullable Object get(Object local) {
        Context context = current();
        return context == null ? null : context.values.get(local);
    }

    /**
     * Sets a value here, or removes it if {@code value} is null.
     *
     * @return the previous value, or null
     */
    public static @Nullable Object put(Object local, @Nullable Object value) {
        Context context = current();
        Map<Object, Object> changed = context == null ? new HashMap<>() : new HashMap<>(context.values);
        Object before = value == null ? changed.remove(local) : changed.put(local, value);
        setCurrent(changed.isEmpty() ? null : new Context(changed));
        return before;
    }

    /** Returns the owner of the current context: a task, a loop between tasks, or a thread. */
    public static Object owner() {
        Engine engine = Engine.runningOrNull();
        if (engine == null) {
            return Thread.currentThread();
        }
        LoopTask<?> task = engine.currentTask();
        return task == null ? engine.face : task;
    }
}
