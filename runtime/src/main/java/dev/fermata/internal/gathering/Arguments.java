package dev.fermata.internal.gathering;

import dev.fermata.Awaitable;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import java.util.Collection;

/** Checks what a function of several awaitables was given. From any thread. */
final class Arguments {
    private Arguments() {}

    /** Called by the function itself: where its coroutine is awaited, nobody sees any more where the null came from. */
    static void requireNoNulls(String function, Collection<?> arguments) {
        int number = 0;
        for (Object argument : arguments) {
            if (argument == null) {
                throw new NullPointerException(function + ": argument " + number + ", counted from 0, is null");
            }
            number++;
        }
    }

    /** Checks that no task and no promise belongs to another loop. */
    static void requireOwn(String function, Collection<? extends Awaitable<?>> arguments, EventLoop loop) {
        for (Awaitable<?> argument : arguments) {
            if (argument instanceof Deferred<?> deferred && deferred.loop() != loop) {
                throw new IllegalStateException(function + ": " + argument + " belongs to another event loop");
            }
        }
    }
}
