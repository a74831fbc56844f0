package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

/** What an async method may return, and where a returned coroutine is awaited. */
final class ReturnsTest implements Fixtures {
    @Async
    private static Coroutine<String> inner(Steps s, String value) {
        String awaited = await(s.step(value));
        s.log(awaited);
        return done(awaited);
    }

    @Fixture("x | x")
    @Async
    static Coroutine<String> a_returned_coroutine_is_awaited(Steps s) {
        await(s.step(0));
        return inner(s, "x");
    }

    @Fixture("x | x")
    @Async
    static Coroutine<String> a_method_without_an_await_returns_a_coroutine(Steps s) {
        return inner(s, "x");
    }

    @Fixture(value = "x | x", twinKnowsTraces = false)
    @Async
    static Coroutine<String> a_returned_coroutine_was_held_in_a_variable(Steps s) {
        Coroutine<String> later = inner(s, "x");
        return later;
    }

    @Fixture("x | x")
    @Async
    static Coroutine<String> a_returned_coroutine_s_failure_is_caught_by_the_try_it_is_evaluated_in(Steps s) {
        try {
            return inner(s, "x");
        } catch (Steps.StepFailed e) {
            return done("caught " + e.getMessage());
        }
    }

    @Fixture("x | x caught-or-not")
    @Async
    static Coroutine<String> a_returned_await_passes_a_finally(Steps s) {
        try {
            return done(await(inner(s, "x")));
        } catch (Steps.StepFailed e) {
            return done("caught " + e.getMessage());
        } finally {
            await(s.step(0));
            s.log("caught-or-not");
        }
    }

    @Fixture("a b | b")
    @Async
    static Coroutine<String> done_and_a_coroutine_in_a_ternary(Steps s) {
        String first = await(either(s, await(s.step(true))));
        return done(first + " " + await(either(s, false)));
    }

    @Async
    private static Coroutine<String> either(Steps s, boolean which) {
        return which ? done("a") : inner(s, "b");
    }

    @Fixture("1 2")
    @Async
    static Coroutine<String> done_on_both_sides_of_a_ternary(Steps s) {
        return done(await(both(s, true)) + " " + await(both(s, false)));
    }

    @Async
    private static Coroutine<Integer> both(Steps s, boolean which) {
        await(s.step(0));
        return which ? done(1) : done(2);
    }

    @Fixture("one other two | two")
    @Async
    static Coroutine<String> a_switch_gives_the_coroutine_to_return(Steps s) {
        return done(await(chosen(s, 1)) + " " + await(chosen(s, 5)) + " " + await(chosen(s, 2)));
    }

    @Async
    private static Coroutine<String> chosen(Steps s, int which) {
        return switch (await(s.step(which))) {
            case 1 -> done("one");
            case 2 -> inner(s, "two");
            default -> done("other");
        };
    }

    @Fixture("held")
    @Async
    static Coroutine<String> a_done_held_in_a_variable_over_an_await(Steps s) {
        Coroutine<String> result = done("held");
        await(s.step(0));
        return result;
    }

    @Fixture("3 3")
    @Async
    static Coroutine<String> a_done_may_be_awaited_twice(Steps s) {
        Coroutine<Integer> three = done(await(s.step(3)));
        return done(await(three) + " " + await(three));
    }

    @Fixture("null | 1")
    @Async
    static Coroutine<Void> done_without_a_value_gives_null(Steps s) {
        s.log(await(s.step(1)));
        return done();
    }

    @Fixture("null")
    @Async
    static Coroutine<String> done_of_null_gives_null(Steps s) {
        await(s.step(1));
        return done(null);
    }

    @Fixture("early")
    @Async
    static Coroutine<String> an_early_return_skips_the_rest(Steps s) {
        if (await(s.step(true))) {
            return done("early");
        }
        await(s.step(0));
        return done("late");
    }

    @Fixture("7")
    @Async
    static Coroutine<Integer> a_done_before_a_finally_keeps_its_value(Steps s) {
        int seven = 7;
        try {
            return done(seven);
        } finally {
            seven = await(s.step(8));
        }
    }

    @Fixture(value = "left | x", twinKnowsTraces = false)
    @Async
    static Coroutine<String> a_coroutine_is_handed_through_a_parameter(Steps s) {
        return done(await(consume(inner(s, "x"), "left")));
    }

    @Async
    private static Coroutine<String> consume(Coroutine<String> coroutine, String result) {
        await(coroutine);
        return done(result);
    }

    @Fixture("deep | deep")
    @Async
    static Coroutine<String> a_chain_of_returned_coroutines(Steps s) {
        return chain(s, 5);
    }

    @Async
    private static Coroutine<String> chain(Steps s, int depth) {
        if (depth == 0) {
            return inner(s, "deep");
        }
        return chain(s, depth - 1);
    }

    @Fixture("1 x")
    @Async
    static Coroutine<Object> a_result_has_the_declared_supertype(Steps s) {
        Object number = await(boxed(s));
        return done(number + " " + await(s.step("x")));
    }

    @Async
    private static Coroutine<? extends Number> boxed(Steps s) {
        return done(await(s.step(1)));
    }
}
