package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

/** Awaits in conditions, conditional expressions and switches. */
final class BranchesTest implements Fixtures {
    private enum Note {
        SHORT,
        LONG,
        HELD
    }

    @Fixture("then")
    @Async
    static Coroutine<String> if_condition_may_await(Steps s) {
        if (await(s.step(1)) == 1) {
            return done("then");
        } else {
            return done("else");
        }
    }

    @Fixture("else | first second")
    @Async
    static Coroutine<String> else_if_conditions_are_awaited_in_turn(Steps s) {
        if (await(s.step("first")).isEmpty()) {
            return done("empty");
        } else if (await(s.step(s.seen("first"))).equals("second")) {
            return done("second");
        } else if (!await(s.step(s.seen("second"))).equals("second")) {
            return done("third");
        }
        return done("else");
    }

    @Fixture("false true | left left")
    @Async
    static Coroutine<String> and_and_or_skip_the_right_await(Steps s) {
        boolean and = await(s.step(left(s, false))) && await(s.step(right(s)));
        boolean or = await(s.step(left(s, true))) || await(s.step(right(s)));
        return done(and + " " + or);
    }

    @Fixture("true true | left right left right")
    @Async
    static Coroutine<String> and_and_or_reach_the_right_await(Steps s) {
        boolean and = await(s.step(left(s, true))) && await(s.step(right(s)));
        boolean or = await(s.step(left(s, false))) || await(s.step(right(s)));
        return done(and + " " + or);
    }

    private static boolean left(Steps s, boolean value) {
        s.log("left");
        return value;
    }

    private static boolean right(Steps s) {
        s.log("right");
        return true;
    }

    @Fixture("1 20 text")
    @Async
    static Coroutine<String> ternaries_await_in_each_place(Steps s) {
        int a = await(s.step(true)) ? await(s.step(1)) : await(s.step(2));
        long b = await(s.step(false)) ? await(s.step(10)) : await(s.step(20L));
        Object c = a == 1 ? await(s.step("text")) : Integer.valueOf(b == 1 ? 1 : 2);
        return done(a + " " + b + " " + c);
    }

    @Fixture("5 + 7")
    @Async
    static Coroutine<String> a_ternary_with_values_below_it_on_the_stack(Steps s) {
        return done(5 + " + " + (await(s.step(5)) > 3 ? await(s.step(7)) : 8));
    }

    @Fixture("one two many")
    @Async
    static Coroutine<String> switch_on_an_awaited_int(Steps s) {
        return done(await(number(s, 1)) + " " + await(number(s, 2)) + " " + await(number(s, 900)));
    }

    @Async
    private static Coroutine<String> number(Steps s, int n) {
        switch (await(s.step(n))) {
            case 1:
                return done(await(s.step("one")));
            case 2:
                return done("two");
            default:
                return done("many");
        }
    }

    @Fixture("3 | two three")
    @Async
    @SuppressWarnings("fallthrough")
    static Coroutine<Integer> switch_falls_through_over_an_await(Steps s) {
        int count = 1;
        switch (await(s.step(2))) {
            case 1:
                s.log("one");
            // fall through
            case 2:
                s.log(await(s.step("two")));
                count++;
            // fall through
            case 3:
                s.log(await(s.step("three")));
                count++;
                break;
            default:
                s.log("default");
        }
        return done(count);
    }

    @Fixture("fruit fruit unknown | Aa BB")
    @Async
    static Coroutine<String> switch_on_an_awaited_string_with_colliding_hashes(Steps s) {
        String all = "";
        for (String word : new String[] {"Aa", "BB", "C"}) {
            switch (await(s.step(word))) {
                case "Aa":
                    s.log(await(s.step("Aa")));
                    all += "fruit ";
                    break;
                case "BB":
                    s.log(await(s.step("BB")));
                    all += "fruit ";
                    break;
                default:
                    all += "unknown";
            }
        }
        return done(all);
    }

    @Fixture("held 3")
    @Async
    static Coroutine<String> switch_expression_on_an_enum(Steps s) {
        Note note = await(s.step(Note.HELD));
        return done(
                switch (note) {
                    case SHORT -> "short " + await(s.step(1));
                    case LONG -> "long " + await(s.step(2));
                    case HELD -> "held " + await(s.step(3));
                });
    }

    @Fixture("107 | body")
    @Async
    static Coroutine<Integer> switch_expression_yields_with_values_below_it(Steps s) {
        int hundred = 100;
        int sum = hundred
                + switch (await(s.step("b"))) {
                    case "a" -> 1;
                    case "b" -> {
                        s.log(await(s.step("body")));
                        int seven = await(s.step(7));
                        yield seven;
                    }
                    default -> 3;
                };
        return done(sum);
    }

    @Fixture("2.5")
    @Async
    static Coroutine<Double> switch_expression_with_old_labels(Steps s) {
        double d = switch (await(s.step(2))) {
            case 1:
                yield 1.5;
            case 2:
                yield await(s.step(2.5));
            default:
                yield 0;
        };
        return done(d);
    }

    @Fixture("IllegalArgumentException: no 4")
    @Async
    static Coroutine<Integer> switch_expression_may_throw(Steps s) {
        int n = await(s.step(4));
        return done(
                switch (n) {
                    case 1 -> await(s.step(1));
                    default -> throw new IllegalArgumentException("no " + n);
                });
    }

    @Fixture("big")
    @Async
    static Coroutine<String> a_sparse_switch(Steps s) {
        return done(
                switch (await(s.step(1_000_000))) {
                    case -5 -> "negative";
                    case 0 -> await(s.step("zero"));
                    case 1_000_000 -> await(s.step("big"));
                    default -> "other";
                });
    }

    @Fixture("x")
    @Async
    static Coroutine<String> code_behind_an_if_that_always_returns(Steps s) {
        if (await(s.step(true))) {
            return done(await(s.step("x")));
        }
        throw new IllegalStateException(await(s.step("y")));
    }

    @Fixture("assertion passed")
    @Async
    static Coroutine<String> an_assertion_may_await(Steps s) {
        assert await(s.step(true)) : await(s.step("message"));
        await(s.step(0));
        return done("assertion passed");
    }
}
