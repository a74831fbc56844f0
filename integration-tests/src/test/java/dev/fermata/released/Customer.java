package dev.fermata.released;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitFor;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.released.library.Bakery;
import dev.fermata.released.library.Oven;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Uses each kind of method of the library, awaits it, overrides it and is called back by it. */
public final class Customer extends Bakery implements Oven {
    /** How often something was tried. */
    private int tries;

    @Async
    static Coroutine<List<Object>> visit() throws Exception {
        List<Object> seen = new ArrayList<>();
        Customer at = new Customer();
        seen.add(await(price("cake")));
        seen.add(await(price(4)));
        seen.add(await(at.bakeAll(List.of("bread", "pie"))));
        seen.add(await(at.insist(at::attempt)));
        seen.add(await(at.sell(2, 10)));
        try {
            await(at.sell(2, 5));
        } catch (IllegalStateException e) {
            seen.add("refused: " + e.getMessage());
        }
        seen.add(await(at.announce("fresh rolls")));
        seen.add(await(at.heatUp(200)));
        for (Oven oven : Oven.Kind.values()) {
            seen.add(await(oven.heatUp(200)));
        }
        try {
            await(waitFor(at.bake("slow cake", 60), Duration.ofMinutes(5)));
        } catch (TimeoutException e) {
            seen.add("too slow");
        }
        seen.add(await(at.cancelled()));
        try {
            await(price(""));
        } catch (IllegalArgumentException e) {
            seen.add(trace(e));
        }
        seen.add(at.log());
        return done(seen);
    }

    @Async
    Coroutine<String> attempt() {
        await(sleep(Duration.ofSeconds(1)));
        tries++;
        if (tries < 3) {
            throw new IllegalStateException("not yet");
        }
        return done("third time");
    }

    @Async
    Coroutine<String> cancelled() {
        Task<String> baking = createTask(super.bake("forgotten", 30));
        await(sleep(Duration.ofMinutes(1)));
        baking.cancel();
        try {
            return done(await(baking));
        } catch (CancelledError e) {
            return done("cancelled");
        }
    }

    @Async
    @Override
    protected Coroutine<String> bake(String what, int minutes) {
        return done("a fine " + await(super.bake(what, minutes)));
    }

    @Async
    @Override
    public Coroutine<Integer> heat(int degrees) {
        await(sleep(Duration.ofMillis(1)));
        return done(degrees + 1);
    }

    private static List<String> trace(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .map(it -> it.getClassName().replaceAll(".*\\.", "") + "." + it.getMethodName())
                .filter(it -> it.startsWith("Bakery") || it.startsWith("Customer"))
                .toList();
    }
}
