package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static java.util.concurrent.CompletableFuture.completedFuture;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Async methods that return a future, and awaits of stages. */
final class HotMethodsTest implements Fixtures {
    @Async
    private static CompletableFuture<Integer> plusOne(Steps s, int n) {
        int awaited = await(s.step(n));
        return completedFuture(awaited + 1);
    }

    @Async
    private static CompletionStage<String> named(Steps s, String name) {
        try {
            return CompletableFuture.completedStage(await(s.step(name)));
        } finally {
            await(s.step(0));
            s.log("finally");
        }
    }

    @Fixture(value = "3", twinKnowsTraces = false)
    @Async
    static Coroutine<Integer> a_method_returning_a_future_awaits(Steps s) {
        return done(await(plusOne(s, 2)));
    }

    @Fixture(value = "name | finally", twinKnowsTraces = false)
    @Async
    static Coroutine<String> a_method_returning_a_stage_awaits(Steps s) {
        return done(await(named(s, "name")));
    }

    @Fixture(value = "4", twinKnowsTraces = false)
    @Async
    static Coroutine<Integer> a_hot_method_awaits_another(Steps s) {
        return done(await(plusTwo(s, 2)));
    }

    @Async
    private static CompletableFuture<Integer> plusTwo(Steps s, int n) {
        return completedFuture(await(plusOne(s, n)) + 1);
    }

    @Fixture(value = "3", twinKnowsTraces = false)
    @Async
    static Coroutine<Integer> a_hot_method_returns_another_s_future(Steps s) {
        return done(await(forwarded(s, 2)));
    }

    @Async
    private static CompletableFuture<Integer> forwarded(Steps s, int n) {
        await(s.step(0));
        return plusOne(s, n);
    }

    @Fixture(value = "caught thrown", twinKnowsTraces = false)
    @Async
    static Coroutine<String> a_hot_method_s_exception_is_unwrapped(Steps s) {
        try {
            return done(await(failing(s)));
        } catch (IllegalStateException e) {
            return done("caught " + e.getMessage());
        }
    }

    @Async
    private static CompletableFuture<String> failing(Steps s) {
        await(s.step(0));
        throw new IllegalStateException("thrown");
    }

    @Fixture("1 two 3.0")
    @Async
    static Coroutine<String> stages_are_awaited(Steps s) {
        return done(await(s.stage(1)) + " " + await(s.stage("two")) + " " + await(s.stage(3.0)));
    }

    @Fixture("ok | finally")
    @Async
    static Coroutine<String> a_stage_s_failure_is_caught(Steps s) {
        try {
            return done(await(s.stage("ok")));
        } catch (Steps.StepFailed e) {
            return done(await(s.stage("caught")));
        } finally {
            s.log("finally");
        }
    }

    @Fixture(value = "7", twinKnowsTraces = false)
    @Async
    static Coroutine<Integer> a_lambda_returning_a_future_awaits(Steps s) {
        java.util.function.Function<Integer, CompletableFuture<Integer>> function = n -> plusOne(s, n);
        return done(await(function.apply(6)));
    }
}
