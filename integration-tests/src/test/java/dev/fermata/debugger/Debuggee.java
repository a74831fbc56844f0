package dev.fermata.debugger;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import java.time.Duration;

/** A program to be debugged: it runs the method that its argument names. The comments name lines for {@link DebuggerTest}. */
final class Debuggee {
    private static final Debuggee OTHER = new Debuggee();

    private final int base = 100;

    public static void main(String[] arguments) {
        Object result = switch (arguments[0]) {
            case "suspending" -> run(suspending("tea", 2));
            case "calm" -> run(calm(3));
            case "loop" -> run(loop());
            case "failing" -> run(failing("milk"));
            case "outer" -> run(new Debuggee().outer(4));
            case "lambda" -> run(lambda(5));
            case "oneLine" -> run(oneLine());
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        System.out.println(result);
    }

    @Async
    static Coroutine<String> suspending(String name, int count) {
        long wide = 5L; // suspending: first
        String text = name + count;
        await(sleep(Duration.ZERO)); // suspending: await
        String after = text + wide; // suspending: after
        return done(after + name + count); // suspending: end
    }

    @Async
    private static Coroutine<Integer> one() {
        return done(1); // one
    }

    @Async
    Coroutine<Void> two() {
        return done(); // two
    }

    @Async
    static Coroutine<Integer> calm(int n) {
        int twice = 2 * n;
        int one = await(one()); // calm: await
        int sum = twice + one; // calm: after
        await(OTHER.two()); // calm: cold await
        return done(sum); // calm: end
    }

    @Async
    static Coroutine<String> loop() {
        String all = "";
        for (int i = 0; i < 3; i++) {
            int square = i * i;
            await(sleep(Duration.ZERO)); // loop: await
            all += i + square; // loop: after
        }
        return done(all);
    }

    @Async
    private static Coroutine<String> fail(String message) {
        await(sleep(Duration.ZERO));
        throw new IllegalStateException(message);
    }

    @Async
    static Coroutine<String> failing(String message) {
        String result = "none";
        try {
            result = await(fail(message)); // failing: await
            result += "!"; // failing: after
        } catch (IllegalStateException e) {
            result += e.getMessage() + message; // failing: catch
        }
        return done(result);
    }

    @Async
    Coroutine<Integer> outer(int n) {
        int before = n + base;
        int inner = await(inner(before)); // outer: await
        return done(inner + before + base); // outer: after
    }

    @Async
    private Coroutine<Integer> inner(int n) {
        int start = n; // inner: first
        await(sleep(Duration.ZERO)); // inner: await
        return done(start + base); // inner: after
    }

    static AsyncCallable<Integer> lambda(int n) {
        return () -> {
            int square = n * n;
            await(sleep(Duration.ZERO)); // lambda: await
            return done(square + n); // lambda: after
        };
    }

    @Async
    static Coroutine<String> oneLine() {
        String all = await(sleep(Duration.ZERO, "a"))
                + await(sleep(Duration.ZERO, "b")).trim(); // oneLine: awaits
        return done(all); // oneLine: after
    }
}
