package dev.fermata;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A coroutine that the loop runs concurrently with others; made by {@link Asyncio#createTask}. It runs on the loop's
 * thread, one step at a time: from one await that has to wait to the next. asyncio: {@code Task}.
 *
 * <p>All methods are for the loop's thread. Only the runtime implements this interface.
 *
 * @param <T> the type of the result
 */
public interface Task<T> extends Deferred<T> {
    /** Returns the name the task was given, or {@code Task-} and its number in the loop. asyncio: {@code get_name}. */
    String getName();

    /**
     * Names the task, for dumps and messages. Control characters are escaped as in Java source, so that the name stays on one
     * line: a line break becomes {@code \\n}. asyncio: {@code set_name}.
     */
    void setName(String name);

    /**
     * Throws a {@link CancelledError} into the task, once: at the await where it is parked, or at its next await that
     * suspends. A task that has not made its first step never runs its body. What the task awaits is cancelled too. asyncio:
     * {@code cancel(msg)}.
     *
     * @param message what {@link CancelledError#getMessage()} will return, or null
     * @return false if the task is done
     */
    @Override
    boolean cancel(@Nullable String message);

    /** Returns how many cancels were requested and not taken back. asyncio: {@code cancelling()}. */
    int cancelling();

    /**
     * Takes back one cancel request. Taking back the last one also drops cancels that were not delivered yet. For scopes
     * that cancel their own task. asyncio: {@code uncancel()}.
     *
     * @return how many requests are left
     */
    int uncancel();

    /**
     * Returns where the task is suspended: the methods that wait, innermost first. The list is empty while the task runs,
     * before its first step, and when it is done. asyncio: {@code get_stack()}, which has the outermost first.
     */
    List<StackTraceElement> getStack();
}
