package dev.fermata;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The values that {@link TaskLocal}s have somewhere. Immutable, so that copying one is keeping it; null stands for "none at
 * all". A task has one, what the loop calls has that of whoever handed it over, and each thread has one for code outside
 * of loops. asyncio: {@code contextvars.Context}.
 */
final class Context {
    /** Of threads on which no loop runs. */
    private static final ThreadLocal<@Nullable Context> OF_THREAD = new ThreadLocal<>();

    /** Set with the first {@link TaskLocal}: a program without any does not even look for a context. */
    private static boolean used;

    private final Map<TaskLocal<?>, Object> values;

    private Context(Map<TaskLocal<?>, Object> values) {
        this.values = values;
    }

    static void use() {
        used = true;
    }

    /** What is to be copied by a task, callback or call that is made here. */
    static @Nullable Context current() {
        if (!used) {
            return null;
        }
        EventLoop loop = EventLoop.runningOrNull();
        return loop == null ? OF_THREAD.get() : loop.context();
    }

    /** That of the calling thread, whatever runs there. */
    static @Nullable Context ofThread() {
        return used ? OF_THREAD.get() : null;
    }

    private static void setCurrent(@Nullable Context context) {
        EventLoop loop = EventLoop.runningOrNull();
        if (loop != null) {
            loop.setContext(context);
        } else if (context == null) {
            OF_THREAD.remove();
        } else {
            OF_THREAD.set(context);
        }
    }

    /** Calls on a thread of an executor as if on the one that handed the call over. */
    static <T> T call(@Nullable Context context, Callable<T> callable) throws Exception {
        Context before = ofThread();
        setCurrent(context);
        try {
            return callable.call();
        } finally {
            setCurrent(before);
        }
    }

    static @Nullable Object get(TaskLocal<?> local) {
        Context context = current();
        return context == null ? null : context.values.get(local);
    }

    /** Sets a value here, or takes it away if it is null. @return the one before */
    static @Nullable Object put(TaskLocal<?> local, @Nullable Object value) {
        Context context = current();
        Map<TaskLocal<?>, Object> changed = context == null ? new HashMap<>() : new HashMap<>(context.values);
        Object before = value == null ? changed.remove(local) : changed.put(local, value);
        setCurrent(changed.isEmpty() ? null : new Context(changed));
        return before;
    }

    /** Who has the current one: a task, a loop between tasks, or a thread. */
    static Object owner() {
        EventLoop loop = EventLoop.runningOrNull();
        if (loop == null) {
            return Thread.currentThread();
        }
        Task<?> task = loop.currentTask();
        return task == null ? loop : task;
    }
}
