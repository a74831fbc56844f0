package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import java.util.Arrays;
import java.util.List;

/** What something fails with, as a value: assertThrows cannot await. */
final class Attempt {
    private Attempt() {}

    /** What {@code body} throws, a cancel included, or null. */
    @Async
    static <T> Coroutine<Throwable> failureOf(AsyncCallable<T> body) {
        try {
            await(body.call());
        } catch (Throwable failure) {
            return done(failure);
        }
        return done(null);
    }

    /** What awaiting {@code awaitable} throws, or null. */
    @Async
    static Coroutine<Throwable> failureOf(Awaitable<?> awaitable) {
        try {
            await(awaitable);
        } catch (Throwable failure) {
            return done(failure);
        }
        return done(null);
    }

    /** Throws {@code failure} as it is, checked or not. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> RuntimeException sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    /** Fails unless {@code part} is in the message. */
    static void saysThat(String part, Throwable failure) {
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }

    static List<String> messages(List<? extends Throwable> failures) {
        return failures.stream().map(Throwable::getMessage).toList();
    }

    static List<String> suppressedMessages(Throwable failure) {
        return messages(Arrays.asList(failure.getSuppressed()));
    }
}
