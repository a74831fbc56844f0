package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncCloseable;
import dev.fermata.Coroutine;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Stack traces read as the synchronous program's: each fixture's exceptions, their causes and what they suppress show the
 * same classes, methods and lines as its twin's, whatever suspends. {@link Fixtures} compares them for all other fixtures too.
 */
final class TracesTest implements Fixtures {
    private static IllegalStateException made() {
        return new IllegalStateException("made");
    }

    @Async
    private static Coroutine<Integer> leaf(Steps s, int x) {
        int before = await(s.step(x));
        if (before >= 0) {
            throw made();
        }
        return done(before);
    }

    @Async
    private static Coroutine<Integer> middle(Steps s, int x) {
        await(s.step("before"));
        int result = await(leaf(s, x));
        await(s.step("after"));
        return done(result);
    }

    /** Overridable, so called cold. */
    private static class Cold {
        @Async
        Coroutine<Integer> middle(Steps s) {
            return done(await(TracesTest.middle(s, 1)) + await(s.step(1)));
        }

        @Async
        Coroutine<Integer> returning(Steps s) {
            return middle(s);
        }
    }

    @Fixture("IllegalStateException: made")
    @Async
    static Coroutine<Integer> thrown_in_a_callee_after_several_suspensions(Steps s) {
        await(s.step(0));
        return done(await(middle(s, 1)) + 1);
    }

    /** The line of the loop's head begins in front of the loop, in code that does not run after a resume. */
    @Fixture("IllegalStateException: made")
    @Async
    static Coroutine<Integer> thrown_by_the_head_of_a_loop_in_its_third_round(Steps s) {
        int sum = 0;
        if (s.made() > 0) {
            sum += await(s.step(1));
            return done(sum);
        }
        for (int x : failingBehind(1, 2)) {
            sum += await(s.step(x));
        }
        return done(sum);
    }

    private static Iterable<Integer> failingBehind(Integer... values) {
        Iterator<Integer> good = List.of(values).iterator();
        return () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Integer next() {
                if (!good.hasNext()) {
                    throw made();
                }
                return good.next();
            }
        };
    }

    @Fixture("IllegalStateException: made")
    @Async
    static Coroutine<Integer> thrown_before_the_first_suspension(Steps s) {
        try {
            return done(await(atOnce(s)));
        } finally {
            await(s.step(1));
        }
    }

    @Async
    private static Coroutine<Integer> atOnce(Steps s) {
        if (s != null) {
            throw made();
        }
        return done(await(s.step(1)));
    }

    @Fixture("IllegalStateException: made")
    @Async
    static Coroutine<Integer> direct_and_cold_calls_mixed(Steps s) {
        AsyncCallable<Integer> lambda = () -> done(await(new Cold().returning(s)) + await(s.step(2)));
        try {
            return done(await(lambda.call()) + 1);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Fixture("IllegalStateException: made | 1")
    @Async
    static Coroutine<Integer> caught_and_thrown_again_after_a_suspension(Steps s) {
        try {
            return done(await(rethrowing(s)));
        } catch (IllegalStateException e) {
            s.log(await(s.step(1)));
            throw e;
        }
    }

    @Async
    private static Coroutine<Integer> rethrowing(Steps s) {
        await(s.step(0));
        try {
            return done(await(middle(s, 1)));
        } catch (IllegalStateException e) {
            await(s.step(0));
            await(again(s, e));
            return done(0);
        }
    }

    /** The exception goes inwards and comes back. */
    @Async
    private static Coroutine<Void> again(Steps s, RuntimeException e) {
        await(s.step(0));
        throw e;
    }

    @Fixture("IllegalStateException: made | 3 2 1")
    @Async
    static Coroutine<Integer> through_a_finally_at_each_level(Steps s) {
        try {
            return done(await(inFinally(s)));
        } finally {
            s.log(await(s.step(1)));
        }
    }

    @Async
    private static Coroutine<Integer> inFinally(Steps s) {
        try {
            try {
                return done(await(leaf(s, 3)));
            } finally {
                s.log(await(s.step(3)));
            }
        } finally {
            s.log(await(s.step(2)));
        }
    }

    @Fixture("IllegalArgumentException: wrapper suppressing [IllegalStateException: made]")
    @Async
    static Coroutine<Integer> wrapped_and_suppressed(Steps s) {
        await(s.step(0));
        return done(await(wrapping(s)));
    }

    @Async
    private static Coroutine<Integer> wrapping(Steps s) {
        try {
            return done(await(middle(s, 2)));
        } catch (IllegalStateException e) {
            IllegalArgumentException wrapper = new IllegalArgumentException("wrapper", e);
            try {
                await(s.step(0));
                await(leaf(s, 2));
            } catch (IllegalStateException second) {
                wrapper.addSuppressed(second);
            }
            throw wrapper;
        }
    }

    @Fixture("IllegalArgumentException: outer")
    @Async
    static Coroutine<Integer> a_cause_that_never_left_its_frame(Steps s) {
        await(s.step(0));
        return done(await(translating(s)));
    }

    @Async
    private static Coroutine<Integer> translating(Steps s) {
        try {
            await(s.step(0));
            throw made();
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException("outer", e);
        }
    }

    @Fixture("IllegalStateException: made")
    @Async
    static Coroutine<Integer> recursion_of_depth_64(Steps s) {
        return done(await(down(s, 64)));
    }

    @Async
    private static Coroutine<Integer> down(Steps s, int depth) {
        if (depth % 32 == 0) {
            await(s.step(depth));
        }
        if (depth > 0) {
            return done(await(down(s, depth - 1)) + 1);
        }
        throw made();
    }

    @Fixture("IllegalStateException: made | 0 1 2 3 4 5")
    @Async
    static Coroutine<Integer> recursion_with_a_finally_that_awaits(Steps s) {
        return done(await(downAndUp(s, 5)));
    }

    @Async
    private static Coroutine<Integer> downAndUp(Steps s, int depth) {
        await(s.step(depth));
        try {
            if (depth > 0) {
                return done(await(downAndUp(s, depth - 1)) + 1);
            }
            throw made();
        } finally {
            s.log(await(s.step(depth)));
        }
    }

    @Fixture(value = "IllegalStateException: made", twinKnowsCancels = false)
    @Async
    static Coroutine<Integer> recursion_through_resources(Steps s) {
        return done(await(opening(s, 4)));
    }

    private record Resource(Steps s) implements AsyncCloseable {
        @Async
        @Override
        public Coroutine<Void> aclose() {
            await(s.step("close"));
            return done();
        }
    }

    @Async
    private static Coroutine<Integer> opening(Steps s, int depth) {
        await(s.step(depth));
        try (Resource resource = new Resource(s)) {
            if (depth > 0) {
                return done(await(opening(s, depth - 1)) + 1);
            }
            throw made();
        }
    }

    @Fixture("IllegalStateException: made")
    @Async
    static Coroutine<Integer> lambdas_inside_of_lambdas(Steps s) {
        Supplier<Coroutine<Integer>> outer = () -> {
            await(s.step(0));
            Supplier<Coroutine<Integer>> inner = () -> done(await(leaf(s, 1)));
            return done(await(inner.get()));
        };
        return done(await(outer.get()));
    }

    @Fixture("ArithmeticException: / by zero")
    @Async
    static Coroutine<Integer> an_exception_of_the_jvm(Steps s) {
        return done(await(dividing(s)));
    }

    @Async
    private static Coroutine<Integer> dividing(Steps s) {
        int zero = await(s.step(0));
        return done(1 / zero);
    }

    @Fixture("IllegalStateException: made")
    @Async
    static Coroutine<Integer> a_stage_between(Steps s) {
        await(s.stage(1));
        return done(await(middle(s, await(CompletableFuture.completedFuture(1)))));
    }
}
