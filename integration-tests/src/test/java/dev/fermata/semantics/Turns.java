package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

/** Lets the other tasks run. */
final class Turns {
    private Turns() {}

    /** Gives way for {@code count} iterations. */
    @Async
    static Coroutine<Void> turns(int count) {
        for (int i = 0; i < count; i++) {
            await(sleep(Duration.ZERO));
        }
        return done();
    }
}
