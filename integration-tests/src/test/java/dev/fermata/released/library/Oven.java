package dev.fermata.released.library;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

/** An interface with an async method to implement and one that is there, which an enum has too. */
public interface Oven {
    Coroutine<Integer> heat(int degrees);

    /** Heats twice. */
    @Async
    default Coroutine<Integer> heatUp(int degrees) {
        return done(await(heat(degrees / 2)) + await(heat(degrees)));
    }

    /** An enum whose constants have bodies. */
    enum Kind implements Oven {
        GAS {
            @Async
            @Override
            public Coroutine<Integer> heat(int degrees) {
                await(sleep(Duration.ofMillis(degrees)));
                return done(degrees);
            }
        },
        ELECTRIC {
            @Async
            @Override
            public Coroutine<Integer> heat(int degrees) {
                return done(degrees - await(sleep(Duration.ofMillis(1), 10)));
            }
        }
    }
}
