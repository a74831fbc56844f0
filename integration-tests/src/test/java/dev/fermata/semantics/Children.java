package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import java.util.ArrayList;
import java.util.List;

/** Tasks for groups, and what they log. */
abstract class Children {
    final List<String> log = new ArrayList<>();

    @Async
    Coroutine<Void> say(String text, long millis) {
        await(sleep(ms(millis)));
        log.add(text);
        return done();
    }

    @Async
    static Coroutine<Void> fail(Throwable failure, long millis) throws Exception {
        await(sleep(ms(millis)));
        if (failure instanceof Error error) {
            throw error;
        }
        throw (Exception) failure;
    }

    /** Runs on until it is cancelled, and says so. */
    @Async
    Coroutine<Void> endless(String name) {
        try {
            await(sleep(FOREVER));
        } catch (CancelledError cancel) {
            log.add(name + " cancelled");
            throw cancel;
        }
        return done();
    }

    /** Runs on until it is cancelled, then takes its time, then fails. */
    @Async
    Coroutine<Void> failingWhenCancelled(RuntimeException failure, long millis) {
        try {
            await(sleep(FOREVER));
        } finally {
            await(sleep(ms(millis)));
            throwIt(failure);
        }
        return done();
    }

    private static void throwIt(RuntimeException failure) {
        throw failure;
    }
}
