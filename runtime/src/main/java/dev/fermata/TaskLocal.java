package dev.fermata;

import dev.fermata.internal.Backend;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A variable of which each task has its own value. A task starts with the values of the place where it was created; what it
 * sets later is its own. A callback starts with the values of the place where it was handed to the loop, and so does a call
 * of {@link Asyncio#toThread}, but not one of {@link EventLoop#runInExecutor}. Outside of loops each thread has its own
 * values, and the main coroutine of {@link Asyncio#run} starts with those of its thread.
 *
 * <pre>{@code
 * static final TaskLocal<String> USER = new TaskLocal<>("user");
 *
 * try (var set = USER.set("ada")) {
 *     await(handle(request)); // USER.get() is "ada" in here, and in the tasks that it creates
 * }
 * }</pre>
 *
 * What libraries keep in thread locals, such as SLF4J's MDC, follows tasks in the same way if the jar
 * {@code fermata-context-propagation} is there: {@link dev.fermata.lowlevel.ThreadContext}.
 *
 * <p>From any thread. asyncio: {@code contextvars.ContextVar}.
 *
 * @param <T> the type of the value
 */
public final class TaskLocal<T> {
    private final String name;
    private final @Nullable T otherwise;

    /**
     * Creates a variable without a value. Create it once, as a constant: a value is held as long as a task has it. asyncio:
     * {@code ContextVar(name)}.
     *
     * @param name for messages
     */
    public TaskLocal(String name) {
        this(name, null);
    }

    private TaskLocal(String name, @Nullable T otherwise) {
        this.name = Objects.requireNonNull(name, "name");
        this.otherwise = otherwise;
        Backend.get().useTaskLocals();
    }

    /**
     * Creates a variable whose value is {@code otherwise} where none was set. asyncio: {@code ContextVar(name, default=…)}.
     *
     * @param name for messages
     * @param otherwise the default, not null
     */
    public static <T> TaskLocal<T> withDefault(String name, T otherwise) {
        return new TaskLocal<>(name, Objects.requireNonNull(otherwise, "otherwise"));
    }

    /**
     * Returns the value here, or the default if none was set. asyncio: {@code get()}.
     *
     * @throws NoSuchElementException if there is neither
     */
    public T get() {
        T value = value();
        if (value == null) {
            throw new NoSuchElementException(
                    this + " has no value here. Set it before the task is created, or create it with a default");
        }
        return value;
    }

    /** Returns the value here, or {@code fallback} if none was set. asyncio: {@code get(default)}. */
    @SuppressWarnings("unchecked") // only set(T) stores a value
    public T get(T fallback) {
        Object value = Backend.get().get(this);
        return value == null ? fallback : (T) value;
    }

    @SuppressWarnings("unchecked")
    private @Nullable T value() {
        Object value = Backend.get().get(this);
        return value == null ? otherwise : (T) value;
    }

    /**
     * Sets the value here: in the running task, or in the running callback, or else on this thread. asyncio: {@code set}.
     *
     * @param value not null
     * @return a token that restores the previous value when it is closed: {@code try (var set = USER.set("ada")) { … }}
     */
    public Token set(T value) {
        Objects.requireNonNull(value, "value is null. To remove the value, close the token that set returned");
        return new Token(this, Backend.get().ownerOfLocals(), Backend.get().set(this, value));
    }

    /**
     * Restores the value from before a {@link #set}, as closing the token does. asyncio: {@code reset}.
     *
     * @throws IllegalArgumentException if the token belongs to another variable
     * @throws IllegalStateException if the token was already used, or if it was made in another task or on another thread
     */
    public void reset(Token token) {
        if (token.local != this) {
            throw new IllegalArgumentException("the token belongs to " + token.local + ", not of " + this);
        }
        if (token.used) {
            throw new IllegalStateException("the token was already used");
        }
        token.close();
    }

    @Override
    public String toString() {
        return "task local " + name;
    }

    /** What a {@link #set} replaced. asyncio: {@code contextvars.Token}. */
    public static final class Token implements AutoCloseable {
        private final TaskLocal<?> local;
        private final Object owner;
        private final @Nullable Object before;
        private boolean used;

        private Token(TaskLocal<?> local, Object owner, @Nullable Object before) {
            this.local = local;
            this.owner = owner;
            this.before = before;
        }

        /**
         * Restores the previous value. Closing again does nothing.
         *
         * @throws IllegalStateException in another task, or on another thread, than the one that set the value
         */
        @Override
        public void close() {
            if (used) {
                return;
            }
            Object here = Backend.get().ownerOfLocals();
            if (here != owner) {
                throw new IllegalStateException(local + " was set by " + owner + " and cannot be put back by " + here
                        + ", which has its own value");
            }
            used = true;
            Backend.get().set(local, before);
        }
    }
}
