package dev.fermata.abi;

import dev.fermata.AsyncCondition;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.AsyncSemaphore;
import dev.fermata.internal.Backend;
import dev.fermata.internal.DirectCalls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What woven code calls for an {@code await} of Fermata's own primitives: {@code await(queue.get())} becomes
 * {@code Direct.get(queue, carrier)}. If the primitive has what is asked for, this is a plain call, and no coroutine is
 * created. Otherwise it awaits the coroutine. Each method has the name and the parameters of the method it stands for, with
 * the object in front and the carrier behind. It returns the result, or {@link Abi#SUSPENDED}, and throws what the await
 * throws.
 */
public final class Direct {
    private Direct() {}

    /** Runs {@code await(sleep(time))}. The task itself sleeps, so nothing is created. */
    public static @Nullable Object sleep(Duration time, Carrier carrier) {
        return Backend.get().awaitSleep(time, carrier);
    }

    /** Runs {@code await(queue.get())}. */
    public static @Nullable Object get(AsyncQueue<?> queue, Carrier carrier) throws Throwable {
        if (queue == null) {
            throw NullAwait.because("await(queue.get()): the queue is null");
        }
        return DirectCalls.get().get(queue, carrier);
    }

    /** Runs {@code await(queue.put(item))}. */
    public static @Nullable Object put(AsyncQueue<?> queue, Object item, Carrier carrier) throws Throwable {
        if (queue == null) {
            throw NullAwait.because("await(queue.put(item)): the queue is null");
        }
        return DirectCalls.get().put(queue, item, carrier);
    }

    /** Runs {@code await(queue.join())}. */
    public static @Nullable Object join(AsyncQueue<?> queue, Carrier carrier) throws Throwable {
        if (queue == null) {
            throw NullAwait.because("await(queue.join()): the queue is null");
        }
        return DirectCalls.get().join(queue, carrier);
    }

    /** Runs {@code await(lock.acquire())}. */
    public static @Nullable Object acquire(AsyncLock lock, Carrier carrier) throws Throwable {
        if (lock == null) {
            throw NullAwait.because("await(lock.acquire()): the lock is null");
        }
        return DirectCalls.get().acquire(lock, carrier);
    }

    /** Runs {@code await(condition.acquire())}. */
    public static @Nullable Object acquire(AsyncCondition condition, Carrier carrier) throws Throwable {
        if (condition == null) {
            throw NullAwait.because("await(condition.acquire()): the condition is null");
        }
        return DirectCalls.get().acquire(condition, carrier);
    }

    /** Runs {@code await(semaphore.acquire())}. */
    public static @Nullable Object acquire(AsyncSemaphore semaphore, Carrier carrier) throws Throwable {
        if (semaphore == null) {
            throw NullAwait.because("await(semaphore.acquire()): the semaphore is null");
        }
        return DirectCalls.get().acquire(semaphore, carrier);
    }

    /** Runs {@code await(event.untilSet())}. */
    public static @Nullable Object untilSet(AsyncEvent event, Carrier carrier) throws Throwable {
        if (event == null) {
            throw NullAwait.because("await(event.untilSet()): the event is null");
        }
        return DirectCalls.get().untilSet(event, carrier);
    }
}
