package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

/** What the weaver rewrites in this build. {@link ByHand} has the same methods in the form that is hoped for. */
final class Emitted {
    private Emitted() {}

    /** Fibonacci of {@code n} calls, modulo 64: then no result has to be boxed anew, and an allocation is an await's. */
    @Async
    static Coroutine<Integer> fib(int n) {
        if (n < 2) {
            return done(n);
        }
        return done((await(fib(n - 1)) + await(fib(n - 2))) & 63);
    }

    /** Awaits each of them, through an interface. */
    @Async
    static Coroutine<Integer> total(Priced[] all) {
        int total = 0;
        for (Priced priced : all) {
            total = (total + await(priced.price(total))) & 63;
        }
        return done(total);
    }

    /** Gives way {@code times} times. */
    @Async
    static Coroutine<Void> turns(int times) {
        for (int i = 0; i < times; i++) {
            await(sleep(Duration.ZERO));
        }
        return done();
    }

    /** Gives way {@code times} times at the end of a chain of {@code depth} calls. */
    @Async
    static Coroutine<Void> deepTurns(int depth, int times) {
        if (depth > 1) {
            await(deepTurns(depth - 1, times));
        } else {
            for (int i = 0; i < times; i++) {
                await(sleep(Duration.ZERO));
            }
        }
        return done();
    }

    /** Gives way once at the end of a chain of {@code depth} calls, {@code times} times. */
    @Async
    static Coroutine<Integer> descents(int depth, int times) {
        int sum = 0;
        for (int i = 0; i < times; i++) {
            sum += await(descend(depth));
        }
        return done(sum);
    }

    @Async
    private static Coroutine<Integer> descend(int depth) {
        if (depth > 1) {
            return done((await(descend(depth - 1)) + 1) & 63);
        }
        await(sleep(Duration.ZERO));
        return done(1);
    }

    /** Awaits {@code count} calls, of which one in {@code seldom} gives way. */
    @Async
    static Coroutine<Integer> sum(int count, int seldom) {
        int sum = 0;
        for (int i = 1; i <= count; i++) {
            sum += await(next(i, seldom));
        }
        return done(sum);
    }

    @Async
    private static Coroutine<Integer> next(int i, int seldom) {
        if (i % seldom == 0) {
            await(sleep(Duration.ZERO));
        }
        return done(i & 63);
    }

    /** Throws at the end of a chain of {@code depth} calls, after it gave way there. */
    @Async
    static Coroutine<Integer> fall(int depth) {
        if (depth > 1) {
            return done(await(fall(depth - 1)) + 1);
        }
        await(sleep(Duration.ZERO));
        throw new IllegalStateException("at the bottom");
    }

    /** Catches that, and may read its trace. */
    @Async
    static Coroutine<Integer> caught(int depth, boolean read) {
        try {
            return done(await(fall(depth)));
        } catch (IllegalStateException e) {
            return done(read ? e.getStackTrace().length : 0);
        }
    }

    @Async
    static Coroutine<Void> nap(Duration time) {
        await(sleep(time));
        return done();
    }

    static final class Cheap implements Priced {
        @Async
        @Override
        public Coroutine<Integer> price(int n) {
            if (n < 0) {
                await(sleep(Duration.ZERO));
            }
            return done((n + 1) & 63);
        }
    }

    static final class Dear implements Priced {
        @Async
        @Override
        public Coroutine<Integer> price(int n) {
            if (n < 0) {
                await(sleep(Duration.ZERO));
            }
            return done((n + 7) & 63);
        }
    }

    static final class Fair implements Priced {
        @Async
        @Override
        public Coroutine<Integer> price(int n) {
            if (n < 0) {
                await(sleep(Duration.ZERO));
            }
            return done((n + 3) & 63);
        }
    }

    static final class Free implements Priced {
        @Async
        @Override
        public Coroutine<Integer> price(int n) {
            if (n < 0) {
                await(sleep(Duration.ZERO));
            }
            return done(n & 63);
        }
    }
}
