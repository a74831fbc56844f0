package dev.fermata.released.library;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.AsyncScope;
import dev.fermata.Coroutine;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scope that is told how it is left. */
public final class Till implements AsyncScope {
    private final List<String> log;

    Till(List<String> log) {
        this.log = log;
    }

    @Async
    Coroutine<Integer> put(int amount) {
        await(sleep(Duration.ofMillis(1)));
        log.add("put: " + amount);
        return done(amount);
    }

    @Async
    @Override
    public Coroutine<Void> leave(@Nullable Throwable thrown) {
        await(sleep(Duration.ofMillis(1)));
        log.add(thrown == null ? "closed" : "void: " + thrown.getMessage());
        return done();
    }
}
