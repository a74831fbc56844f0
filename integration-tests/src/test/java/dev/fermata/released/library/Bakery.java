package dev.fermata.released.library;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.TaskGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A class with a method of each kind that the weaver tells apart. */
public class Bakery {
    private final List<String> log = new ArrayList<>();

    /** Static: awaited by what is woven elsewhere without a coroutine. */
    @Async
    public static Coroutine<Integer> price(String what) {
        int price = await(unit(what)) * what.length();
        await(sleep(Duration.ofMillis(price)));
        return done(price);
    }

    /** An overload of it, which only looks up. */
    @Async
    public static Coroutine<Integer> price(int pieces) {
        return done(pieces * await(unit("roll")));
    }

    @Async
    private static Coroutine<Integer> unit(String what) {
        await(sleep(Duration.ofMillis(1)));
        if (what.isEmpty()) {
            throw new IllegalArgumentException("nothing has no price");
        }
        return done(3);
    }

    /** Overridden by what is woven elsewhere. */
    @Async
    protected Coroutine<String> bake(String what, int minutes) {
        log.add("in: " + what);
        try {
            await(sleep(Duration.ofMinutes(minutes)));
            return done(what + " after " + minutes);
        } finally {
            log.add("out: " + what);
            await(sleep(Duration.ZERO));
        }
    }

    /** Bakes side by side. */
    @Async
    public final Coroutine<List<String>> bakeAll(List<String> orders) {
        List<String> baked = new ArrayList<>();
        try (var group = new TaskGroup()) {
            for (String order : orders) {
                group.createTask(() -> {
                    baked.add(await(bake(order, order.length())));
                    return done();
                });
            }
        }
        return done(baked);
    }

    /** Calls back. */
    @Async
    public <T> Coroutine<T> insist(AsyncCallable<T> attempt) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return done(await(attempt.call()));
            } catch (IllegalStateException e) {
                log.add("try " + tries + ": " + e.getMessage());
            }
        }
    }

    /** Is over in one scope or rolled back in it. */
    @Async
    public Coroutine<Integer> sell(int pieces, int paid) {
        try (var till = new Till(log)) {
            int price = await(price(pieces));
            if (paid < price) {
                throw new IllegalStateException(paid + " is not " + price);
            }
            return done(paid - await(till.put(price)));
        }
    }

    /** Hot: runs before anybody awaits it. */
    @Async
    public CompletableFuture<String> announce(String what) {
        log.add("announced: " + what);
        long length = what.length();
        double share = 0.5;
        await(sleep(Duration.ofMillis(length)));
        return CompletableFuture.completedFuture(
                new StringBuilder(await(call(what))).append(length * share).toString());
    }

    @Async
    private Coroutine<String> call(String what) {
        return done(await(sleep(Duration.ofMillis(2), what)).toUpperCase(java.util.Locale.ROOT) + "!");
    }

    /** What happened. */
    public List<String> log() {
        return log;
    }
}
