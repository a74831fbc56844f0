package com.acme;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

/** Values of all sizes, some of them on the operand stack. */
public class Wide {
    @Async
    static Coroutine<Double> mean(long count, double sum, boolean exact, byte[] data) {
        float weight = 0.5f;
        long sent = count + await(size(data));
        return done(sum / sent + weight * await(size(data)) + (exact ? 1 : 0));
    }

    @Async
    static Coroutine<Long> size(byte[] data) {
        return done((long) data.length);
    }
}
