package com.acme.shop;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.time.Duration;

/** Its comments are what verify.groovy expects of a line: "runs", "never", and "branches n" for n that were taken. */
public class Coverage {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Suspends at each await. */
    @Async
    public static Coroutine<String> suspending(boolean wide) {
        String text = "before"; // runs
        await(sleep(SECOND)); // runs
        if (wide) { // runs, branches 2
            text += " wide"; // runs
        } else {
            text += " narrow"; // runs
        }
        await(sleep(SECOND)); // runs
        for (int i = 0; i < 2; i++) { // runs, branches 2
            text += i; // runs
            await(sleep(SECOND)); // runs
        }
        if (text.isEmpty()) { // runs, branches 1
            text = "empty"; // never
        }
        return done(text); // runs
    }

    /** Never suspends. */
    @Async
    public static Coroutine<Integer> calm(int n) {
        int sum = 0; // runs
        for (int i = 0; i < n; i++) { // runs, branches 2
            sum += await(one(i)); // runs
        }
        if (sum > 100) { // runs, branches 1
            sum = 100; // never
        }
        return done(sum); // runs
    }

    @Async
    private static Coroutine<Integer> one(int i) {
        return done(i > 0 ? 1 : 0); // runs, branches 2
    }

    /** Takes one branch in the copy that runs from the beginning, and the other after it was resumed. */
    @Async
    public static Coroutine<Integer> both() {
        int rounds = 0; // runs
        while (true) {
            if (rounds > 0) { // runs, branches 2
                return done(rounds); // runs
            }
            rounds++; // runs
            await(sleep(SECOND)); // runs
        }
    }

    /** Fails at the await. */
    @Async
    public static Coroutine<String> failing() {
        try {
            await(fail()); // runs
            return done("passed"); // never
        } catch (IllegalStateException e) {
            return done(e.getMessage()); // runs
        } finally {
            await(sleep(SECOND)); // runs
        }
    }

    @Async
    private static Coroutine<Void> fail() {
        await(sleep(SECOND)); // runs
        throw new IllegalStateException("failed"); // runs
    }

    /** In a lambda. */
    public static Task<Integer> lambda(int n) {
        return createTask(() -> { // runs
            await(sleep(SECOND)); // runs
            return done(n + 1); // runs
        });
    }

    /** Is not called. */
    @Async
    public static Coroutine<Integer> unused() {
        await(sleep(SECOND)); // never
        return done(1); // never
    }
}
