package dev.fermata.internal.engine;

import dev.fermata.internal.base.FailureLog;
import dev.fermata.internal.base.Rethrow;
import dev.fermata.lowlevel.ThreadContext;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The values of all {@link dev.fermata.TaskLocal}s in one place, and what frameworks keep on threads, if that follows tasks.
 * It is immutable, so copying one means keeping a reference; null stands for "nothing". A task has a context of its own. A
 * callback runs with the context of the code that handed it over. Each thread has one for code outside of loops. From any
 * thread. asyncio: {@code contextvars.Context}.
 */
public sealed class Context {
    /** Null if nothing that frameworks keep on threads follows tasks. A constant, so that a step then pays nothing. */
    private static final @Nullable ThreadContext ON_THREADS = onThreads();

    /** Whether there is something to put in place for a step. Then each context of a task has a {@link #carried()}. */
    static final boolean CARRIES = ON_THREADS != null;

    private static final Object[] NO_VALUES = {};

    /** The contexts of threads on which no loop runs. */
    private static final ThreadLocal<@Nullable Context> OF_THREAD = new ThreadLocal<>();

    /**
     * Set when the first {@link dev.fermata.TaskLocal} is created: a program without any does not even look for a context.
     */
    private static boolean used;

    /**
     * Each local, with its value behind it. A program has few of them, so looking through them is as fast as hashing; and
     * a set copies them, which a map makes several times as large.
     */
    private final Object[] values;

    private Context(Object[] values) {
        this.values = values;
    }

    /** A context with what a thread had in place. Its own class, so that the others have no field more. */
    private static final class Carrying extends Context {
        private final ThreadContext.Snapshot carried;

        Carrying(Object[] values, ThreadContext.Snapshot carried) {
            super(values);
            this.carried = carried;
        }

        @Override
        ThreadContext.Snapshot carried() {
            return carried;
        }

        @Override
        Context withValues(Object[] changed) {
            return new Carrying(changed, carried);
        }
    }

    /** Returns what to put in place on the thread; null if nothing follows tasks, and in the context of a thread. */
    ThreadContext.@Nullable Snapshot carried() {
        return null;
    }

    Context withValues(Object[] changed) {
        return new Context(changed);
    }

    /** Finds the implementation by name. A {@link java.util.ServiceLoader} would make a cold start a tenth longer. */
    private static @Nullable ThreadContext onThreads() {
        String chosen = System.getProperty("fermata.threadContext");
        String name = chosen == null ? "dev.fermata.context.RegisteredContext" : chosen;
        try {
            Class<?> found = Class.forName(name);
            return (ThreadContext) found.getConstructor().newInstance();
        } catch (ClassNotFoundException missing) {
            if (chosen == null) {
                return null;
            }
            throw cannotUse(name, missing);
        } catch (ReflectiveOperationException | ClassCastException failure) {
            throw cannotUse(name, failure);
        }
    }

    private static IllegalStateException cannotUse(String name, Exception failure) {
        return new IllegalStateException(
                "-Dfermata.threadContext=" + name + " must name a public class with a public constructor without"
                        + " parameters that implements " + ThreadContext.class.getName() + ", beside Fermata's runtime",
                failure);
    }

    public static void use() {
        used = true;
    }

    /** Returns the context that a task, callback or call made here inherits. */
    public static @Nullable Context inherited() {
        ThreadContext onThreads = ON_THREADS;
        return onThreads == null ? current() : with(current(), onThreads.capture());
    }

    /** Returns the values of {@code context} with what a thread has in place. */
    static Context with(@Nullable Context context, ThreadContext.Snapshot carried) {
        return context != null && context.carried() == carried
                ? context
                : new Carrying(context == null ? NO_VALUES : context.values, carried);
    }

    /** Returns what the calling thread has in place; null if that does not follow tasks. */
    public static ThreadContext.@Nullable Snapshot inPlace() {
        ThreadContext onThreads = ON_THREADS;
        return onThreads == null ? null : onThreads.capture();
    }

    /** Puts in place what frameworks keep on threads; returns null if that does not follow tasks. */
    static ThreadContext.@Nullable Scope install(@Nullable Context context) {
        ThreadContext.Snapshot carried = context == null ? null : context.carried();
        return carried == null ? null : carried.install();
    }

    private static @Nullable Context current() {
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
        Context context = inherited();
        return context == null ? callable : () -> call(context, callable);
    }

    private static <T> T call(Context context, Callable<T> callable) throws Exception {
        Context before = current(); // of the running task, if the executor makes the call right there
        ThreadContext.Scope inPlace = installForCall(context);
        setCurrent(context);
        try {
            return callable.call();
        } finally {
            setCurrent(before);
            if (inPlace != null) {
                removeAfterCall(inPlace);
            }
        }
    }

    /** Logs a failure, as a loop does without an exception handler: the call runs all the same. */
    private static ThreadContext.@Nullable Scope installForCall(Context context) {
        try {
            return install(context);
        } catch (Throwable failure) {
            failedForCall("put in place", failure);
            return null;
        }
    }

    /** Logs a failure: what the call has returned or thrown counts. */
    private static void removeAfterCall(ThreadContext.Scope inPlace) {
        try {
            inPlace.remove();
        } catch (Throwable failure) {
            failedForCall("taken away", failure);
        }
    }

    private static void failedForCall(String what, Throwable failure) {
        if (Rethrow.isFatal(failure)) {
            throw Rethrow.<Error>unchecked(failure);
        }
        FailureLog.write(
                "What frameworks keep on the thread could not be " + what + " for a call on a thread", failure);
    }

    public static @Nullable Object get(Object local) {
        Context context = current();
        return context == null ? null : context.value(local);
    }

    @Nullable
    Object value(Object local) {
        int at = indexOf(local);
        return at < 0 ? null : values[at + 1];
    }

    /**
     * Sets a value here, or removes it if {@code value} is null.
     *
     * @return the previous value, or null
     */
    public static @Nullable Object put(Object local, @Nullable Object value) {
        Context context = current();
        if (context == null) {
            if (value != null) {
                setCurrent(new Context(new Object[] {local, value}));
            }
            return null;
        }
        int at = context.indexOf(local);
        if (value == null) {
            if (at >= 0) {
                setCurrent(context.without(at));
            }
        } else {
            setCurrent(context.with(at, local, value));
        }
        return at < 0 ? null : context.values[at + 1];
    }

    private int indexOf(Object local) {
        int at = values.length - 2;
        while (at >= 0 && values[at] != local) {
            at -= 2;
        }
        return at < 0 ? -1 : at;
    }

    /** Returns these values with another one at {@code at}, or with one more if that is -1. */
    private Context with(int at, Object local, Object value) {
        int place = at < 0 ? values.length : at;
        Object[] changed = Arrays.copyOf(values, Math.max(values.length, place + 2));
        changed[place] = local;
        changed[place + 1] = value;
        return withValues(changed);
    }

    /** Returns these values without the one at {@code at}; null if nothing is left. */
    private @Nullable Context without(int at) {
        if (values.length == 2 && carried() == null) {
            return null;
        }
        Object[] changed = new Object[values.length - 2];
        System.arraycopy(values, 0, changed, 0, at);
        System.arraycopy(values, at + 2, changed, at, changed.length - at);
        return withValues(changed);
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
