package dev.fermata.internal;

import dev.fermata.AsyncCondition;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.AsyncSemaphore;
import dev.fermata.Asyncio;
import dev.fermata.abi.Carrier;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The primitives as {@link dev.fermata.abi.Direct} calls them. The one implementation is private and in their package, so
 * that users see none of these methods. On the thread that runs the coroutine.
 */
public abstract class DirectCalls {
    private static volatile @Nullable DirectCalls set;

    /** For the one implementation. */
    protected DirectCalls() {}

    /** Sets the implementation. Called once, when Asyncio is initialised. */
    public static void set(DirectCalls implementation) {
        set = implementation;
    }

    /** Returns the implementation. */
    public static DirectCalls get() {
        return Holder.CALLS;
    }

    public abstract @Nullable Object get(AsyncQueue<?> queue, Carrier carrier) throws Throwable;

    public abstract @Nullable Object put(AsyncQueue<?> queue, Object item, Carrier carrier) throws Throwable;

    public abstract @Nullable Object join(AsyncQueue<?> queue, Carrier carrier) throws Throwable;

    public abstract @Nullable Object acquire(AsyncLock lock, Carrier carrier) throws Throwable;

    public abstract @Nullable Object acquire(AsyncCondition condition, Carrier carrier) throws Throwable;

    public abstract @Nullable Object acquire(AsyncSemaphore semaphore, Carrier carrier) throws Throwable;

    public abstract @Nullable Object untilSet(AsyncEvent event, Carrier carrier) throws Throwable;

    /** A constant, so that compiled code calls the implementation directly. */
    private static final class Holder {
        static final DirectCalls CALLS = find();

        private static DirectCalls find() {
            try {
                MethodHandles.lookup().ensureInitialized(Asyncio.class);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e); // Asyncio is public
            }
            return Objects.requireNonNull(set, "Asyncio did not call set");
        }
    }
}
