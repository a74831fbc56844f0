package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lambdas that await, and lambdas beside awaits. */
final class LambdasTest implements Fixtures {
    private String name = "instance";

    @Fixture("4")
    @Async
    static Coroutine<Integer> an_async_callable_awaits(Steps s) throws Exception {
        AsyncCallable<Integer> four = () -> done(await(s.step(3)) + 1);
        return done(await(four.call()));
    }

    @Fixture("10 x 2.5 true")
    @Async
    static Coroutine<String> captured_variables_survive_an_await_in_the_lambda(Steps s) throws Exception {
        long l = 10;
        String x = await(s.step("x"));
        double d = 2.5;
        boolean b = true;
        AsyncCallable<String> all = () -> {
            await(s.step(0));
            String first = l + " " + x;
            await(s.step(0));
            return done(first + " " + d + " " + b);
        };
        return done(await(all.call()));
    }

    @Fixture("instance")
    @Async
    static Coroutine<String> a_lambda_captures_this(Steps s) throws Exception {
        return done(await(new LambdasTest().captureThis(s).call()));
    }

    private AsyncCallable<String> captureThis(Steps s) {
        return () -> {
            await(s.step(0));
            return done(name);
        };
    }

    @Fixture("15")
    @Async
    static Coroutine<Integer> a_lambda_with_parameters_awaits(Steps s) {
        Function<Integer, Coroutine<Integer>> triple = n -> {
            int sum = 0;
            for (int i = 0; i < 3; i++) {
                sum += await(s.step(n));
            }
            return done(sum);
        };
        return done(await(triple.apply(5)));
    }

    @Fixture("1 2 3 | inner outer")
    @Async
    static Coroutine<String> a_lambda_inside_a_lambda_awaits(Steps s) throws Exception {
        int one = await(s.step(1));
        AsyncCallable<String> outer = () -> {
            int two = await(s.step(2));
            AsyncCallable<String> inner = () -> {
                int three = await(s.step(3));
                s.log("inner");
                return done(one + " " + two + " " + three);
            };
            String result = await(inner.call());
            s.log("outer");
            return done(result);
        };
        return done(await(outer.call()));
    }

    @Fixture("supplied")
    @Async
    static Coroutine<String> a_supplier_of_coroutines_awaits(Steps s) {
        Supplier<Coroutine<String>> supplier = () -> done(await(s.step("supplied")));
        return done(await(supplier.get()));
    }

    private interface Transform<A, B> {
        Coroutine<B> apply(A a) throws java.io.IOException;
    }

    private interface Named extends Transform<String, Integer> {}

    @Fixture("5 7")
    @Async
    static Coroutine<String> an_interface_of_one_s_own_awaits(Steps s) throws java.io.IOException {
        Transform<String, Integer> length = text -> done(await(s.step(text)).length());
        Named named = text -> done(await(s.step(text.length() + 2)));
        return done(await(length.apply("12345")) + " " + await(named.apply("12345")));
    }

    @Fixture("3 | ran")
    @Async
    static Coroutine<Integer> a_method_reference_to_an_async_method(Steps s) throws Exception {
        Function<Steps, Coroutine<Integer>> reference = LambdasTest::referenced;
        return done(await(reference.apply(s)));
    }

    @Async
    private static Coroutine<Integer> referenced(Steps s) {
        int three = await(s.step(3));
        s.log("ran");
        return done(three);
    }

    @Fixture("instance")
    @Async
    static Coroutine<String> a_bound_method_reference(Steps s) {
        LambdasTest object = new LambdasTest();
        Function<Steps, Coroutine<String>> reference = object::nameAfterAStep;
        return done(await(reference.apply(s)));
    }

    @Async
    private Coroutine<String> nameAfterAStep(Steps s) {
        await(s.step(0));
        return done(name);
    }

    @Fixture("[1, 4, 9]")
    @Async
    static Coroutine<List<Integer>> plain_lambdas_beside_awaits_are_untouched(Steps s) {
        List<Integer> numbers = new ArrayList<>(List.of(1, 2));
        numbers.add(await(s.step(3)));
        List<Integer> squares = numbers.stream().map(n -> n * n).toList();
        await(s.step(0));
        return done(squares);
    }

    @Fixture("6")
    @Async
    static Coroutine<Integer> lambdas_in_a_loop_keep_their_own_captures(Steps s) throws Exception {
        List<AsyncCallable<Integer>> all = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            int n = i;
            all.add(() -> done(await(s.step(n))));
        }
        int sum = 0;
        for (AsyncCallable<Integer> one : all) {
            sum += await(one.call());
        }
        return done(sum);
    }

    @Fixture("caught from the lambda | finally")
    @Async
    static Coroutine<String> a_lambda_s_exception_is_caught_outside(Steps s) {
        Supplier<Coroutine<String>> failing = () -> {
            try {
                await(s.step(0));
                throw new IllegalStateException("from the lambda");
            } finally {
                s.log("finally");
            }
        };
        try {
            return done(await(failing.get()));
        } catch (IllegalStateException e) {
            return done("caught " + e.getMessage());
        }
    }

    @Fixture(value = "coroutine | ran", twinKnowsTraces = false)
    @Async
    static Coroutine<String> a_lambda_without_an_await_returns_a_coroutine(Steps s) throws Exception {
        AsyncCallable<Integer> plain = () -> referenced(s);
        await(plain.call());
        return done("coroutine");
    }

    @SuppressWarnings("fermata:read-before-await") // no other task has it
    @Fixture("changed 2")
    @Async
    static Coroutine<String> a_lambda_changes_what_it_captured(Steps s) throws Exception {
        int[] counter = new int[1];
        AsyncCallable<Void> count = () -> {
            counter[0] += await(s.step(1));
            return done();
        };
        await(count.call());
        await(count.call());
        return done("changed " + counter[0]);
    }

    @Fixture("8")
    @Async
    static Coroutine<Integer> a_lambda_calls_itself_through_an_array(Steps s) {
        List<Function<Integer, Coroutine<Integer>>> self = new ArrayList<>();
        self.add(n ->
                n == 0 ? done(await(s.step(1))) : done(2 * await(self.get(0).apply(n - 1))));
        return done(await(self.get(0).apply(3)));
    }
}
