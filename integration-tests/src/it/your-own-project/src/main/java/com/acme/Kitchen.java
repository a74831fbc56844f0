package com.acme;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import java.time.Duration;
import java.util.List;

class Kitchen {
    @Async
    static Coroutine<String> cook(String dish, int seconds) {
        await(sleep(Duration.ofSeconds(seconds)));
        return done(dish);
    }

    @Async
    static Coroutine<List<String>> breakfast() {
        return done(await(gather(cook("egg", 3), cook("toast", 2)))); // both at once: 3 seconds
    }

    @Async
    static Coroutine<String> inAHurry() {
        try {
            return done(await(waitFor(cook("egg", 3), Duration.ofSeconds(1))));
        } catch (TimeoutException e) {
            return done("no egg");
        }
    }

    @Async
    static Coroutine<String> changeOfMind() {
        Task<String> egg = createTask(cook("egg", 3)); // runs beside this method from now on
        await(sleep(Duration.ofSeconds(1)));
        egg.cancel(); // throws a CancelledError at the await where it stands
        try {
            return done(await(egg));
        } catch (CancelledError e) {
            return done("egg called off");
        }
    }

    public static void main(String[] args) {
        System.out.println(run(breakfast()));
        System.out.println(run(inAHurry()));
        System.out.println(run(changeOfMind()));
    }
}
