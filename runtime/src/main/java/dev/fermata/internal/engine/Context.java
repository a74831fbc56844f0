package dev.fermata.internal.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The values that {@link dev.fermata.TaskLocal}s have somewhere. Immutable, so that copying one is keeping it; null stands for "none at
 * all". A task has one, what the loop calls has that of whoever handed it over, and each thread has one for code outside
 * of loops. asyncio: {@code contextvars.Context}.
 */
public final class Context {
    /** Of threads on which no loop runs. */
    private static final ThreadLocal<@Nullable Context> OF_THREAD = new ThreadLocal<>();

    /** Set with the first {@link dev.fermata.TaskLocal}: a program without any does not even look for a context. */
    private static boolean used;

    private final Map<Object, Object> values;

    private Context(Map<Object, Object> values) {
        this.values = values;
    }

    public static void use() {
        used = true;
    }

    /** What is to be copied by a task, callback or call that is made here. */
    public static @Nullable Context current() {
        if (!used) {
            return null;
        }
        Engine engine = Engine.runningOrNull();
        return engine == null ? OF_THREAD.get() : engine.context();
    }

    /** That of the calling thread, whatever runs there. */
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

    /** What is called on another thread as if here. */
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

    /** Sets a value here, or takes it away if it is null. @return the one before */
    public static @Nullable Object put(Object local, @Nullable Object value) {
        Context context = current();
        Map<Object, Object> changed = context == null ? new HashMap<>() : new HashMap<>(context.values);
        Object before = value == null ? changed.remove(local) : changed.put(local, value);
        setCurrent(changed.isEmpty() ? null : new Context(changed));
        return before;
    }

    /** Who has the current one: a task, a loop between tasks, or a thread. */
    public static Object owner() {
        Engine engine = Engine.runningOrNull();
        if (engine == null) {
            return Thread.currentThread();
        }
        LoopTask<?> task = engine.currentTask();
        return task == null ? engine.face : task;
    }
}
