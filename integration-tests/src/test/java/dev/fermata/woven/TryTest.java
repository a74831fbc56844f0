package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import java.io.IOException;

/** Awaits in try, catch and finally, and exceptions on their way through them. */
final class TryTest implements Fixtures {
    @Fixture("1 | body finally")
    @Async
    static Coroutine<Integer> await_in_try_catch_and_finally(Steps s) {
        int result = 0;
        try {
            result = await(s.step(1));
            s.log("body");
        } catch (Steps.StepFailed e) {
            result = await(s.step(2));
            s.log("caught " + e.getMessage());
        } finally {
            await(s.step(3));
            s.log("finally");
        }
        return done(result);
    }

    @Fixture("caught thrown 2 | body finally")
    @Async
    static Coroutine<String> a_catch_goes_on_after_its_own_await(Steps s) {
        try {
            s.log(await(s.step("body")));
            throw new IllegalStateException("thrown");
        } catch (IllegalStateException e) {
            int two = await(s.step(2));
            return done("caught " + e.getMessage() + " " + two);
        } finally {
            s.log("finally");
        }
    }

    @Fixture("IllegalStateException: thrown | finally")
    @Async
    static Coroutine<String> a_finally_that_awaits_lets_the_exception_go_on(Steps s) {
        try {
            await(s.step(1));
            throw new IllegalStateException("thrown");
        } finally {
            await(s.step(2));
            s.log("finally");
        }
    }

    @Fixture("from the body | finally")
    @Async
    static Coroutine<String> a_return_value_waits_for_the_finally(Steps s) {
        try {
            return done(await(s.step("from the body")));
        } finally {
            await(s.step(2));
            s.log("finally");
        }
    }

    @Fixture("1")
    @Async
    static Coroutine<Integer> a_returned_local_is_not_changed_by_the_finally(Steps s) {
        int value = await(s.step(1));
        try {
            return done(value);
        } finally {
            value = await(s.step(2));
        }
    }

    @Fixture("from the finally")
    @Async
    @SuppressWarnings({"finally", "Finally"})
    static Coroutine<String> a_return_in_finally_wins(Steps s) {
        try {
            return done(await(s.step("from the body")));
        } finally {
            return done(await(s.step("from the finally")));
        }
    }

    @Fixture("swallowed")
    @Async
    @SuppressWarnings({"finally", "Finally"})
    static Coroutine<String> a_return_in_finally_swallows_an_exception(Steps s) {
        try {
            await(s.step(1));
            throw new IllegalStateException("lost");
        } finally {
            return done(await(s.step("swallowed")));
        }
    }

    @Fixture("StepFailed: second | first caught")
    @Async
    static Coroutine<Void> an_exception_in_catch_leaves_it(Steps s) {
        try {
            await(s.step(1));
            throw new IllegalStateException("first");
        } catch (IllegalStateException e) {
            await(s.step(2));
            s.log(e.getMessage() + " caught");
            throw new Steps.StepFailed("second");
        }
    }

    @Fixture("StepFailed: in finally")
    @Async
    @SuppressWarnings({"finally", "Finally"})
    static Coroutine<Void> an_exception_in_finally_replaces_the_first(Steps s) {
        try {
            await(s.step(1));
            throw new IllegalStateException("first");
        } finally {
            await(s.step(2));
            throw new Steps.StepFailed("in finally");
        }
    }

    @Fixture("inner outer | 1 inner-finally outer-finally")
    @Async
    static Coroutine<String> nested_finallies_run_inside_out(Steps s) {
        String result = "";
        try {
            try {
                s.log(await(s.step(1)));
                result += "inner ";
            } finally {
                await(s.step(2));
                s.log("inner-finally");
            }
            result += "outer";
        } finally {
            await(s.step(3));
            s.log("outer-finally");
        }
        return done(result);
    }

    @Fixture("5 | inner-finally outer-finally")
    @Async
    static Coroutine<Integer> a_return_passes_through_two_finallies(Steps s) {
        try {
            try {
                return done(await(s.step(5)));
            } finally {
                await(s.step(0));
                s.log("inner-finally");
            }
        } finally {
            await(s.step(0));
            s.log("outer-finally");
        }
    }

    @Fixture("ok | 1 2")
    @Async
    static Coroutine<String> the_first_matching_catch_gets_it(Steps s) {
        try {
            s.log(await(s.step(1)));
            s.log(await(s.step(2)));
        } catch (Steps.StepFailed e) {
            return done("unchecked " + e.getMessage());
        } catch (RuntimeException e) {
            return done("runtime " + e.getMessage());
        } catch (CancelledError e) {
            s.log("cancelled");
            throw e;
        } catch (Throwable e) {
            return done("other " + e.getMessage());
        }
        return done("ok");
    }

    @Fixture("ok")
    @Async
    static Coroutine<String> an_inner_catch_that_does_not_match_is_passed(Steps s) {
        int at = 0;
        try {
            try {
                at = 1;
                await(s.step(1));
                at = 2;
                await(s.step(2));
            } catch (IllegalStateException e) {
                return done("wrong " + at);
            }
        } catch (RuntimeException e) {
            return done("outer " + at + " " + e.getMessage());
        }
        return done("ok");
    }

    @Fixture("caught first step 1")
    @Async
    static Coroutine<String> a_multi_catch_may_await(Steps s) {
        try {
            await(s.step(1));
            throw new IllegalArgumentException("first");
        } catch (IllegalArgumentException | IllegalStateException e) {
            return done("caught " + e.getMessage() + " step " + await(s.step(1)));
        }
    }

    @Fixture("0 1 2 3")
    @SuppressWarnings("fermata:cancel-swallowed") // nobody cancels a fixture
    @Async
    static Coroutine<String> a_local_read_only_in_catch_is_spilled(Steps s) {
        String onlyInCatch = "a local of the catch";
        long alsoOnlyThere = 4L;
        String seen = "0";
        try {
            seen += " " + await(s.step(1));
            seen += " " + await(s.step(2));
        } catch (Steps.StepFailed e) {
            return done(seen + " " + onlyInCatch + " " + alsoOnlyThere);
        } catch (Throwable e) {
            await(s.step(0));
            return done(onlyInCatch + " " + e.getMessage());
        }
        return done(seen + " " + await(s.step(3)));
    }

    @Fixture("2 | 1 2")
    @Async
    static Coroutine<Integer> a_store_that_an_exception_skips_is_not_seen(Steps s) {
        int value = 0;
        try {
            value = await(s.step(1));
            s.log(value);
            value = await(s.step(2));
            s.log(value);
        } catch (Steps.StepFailed e) {
            value += 100;
        } catch (CancelledError e) {
            return done(value + 1000);
        }
        return done(value);
    }

    @Fixture("read")
    @Async
    static Coroutine<String> a_declared_checked_exception_is_caught_by_its_type(Steps s) {
        try {
            return done(await(reading(s)));
        } catch (IOException e) {
            return done("caught " + e.getMessage());
        }
    }

    @Async
    private static Coroutine<String> reading(Steps s) throws IOException {
        String text = await(s.step("read"), IOException.class);
        if (text.isEmpty()) {
            throw new IOException("empty");
        }
        return done(text);
    }

    @Fixture("IOException: thrown by the callee | caught")
    @Async
    static Coroutine<String> a_checked_exception_comes_back_unwrapped(Steps s) throws IOException {
        try {
            return done(await(failing(s)));
        } catch (IOException e) {
            s.log("caught");
            throw e;
        }
    }

    @Async
    private static Coroutine<String> failing(Steps s) throws IOException {
        await(s.step(0));
        throw new IOException("thrown by the callee");
    }

    @Fixture("IllegalStateException: deep | f1 f2 f3")
    @Async
    static Coroutine<Void> an_exception_passes_through_several_frames(Steps s) {
        try {
            await(level2(s));
        } finally {
            await(s.step(0));
            s.log("f3");
        }
        return done();
    }

    @Async
    private static Coroutine<Void> level2(Steps s) {
        try {
            await(level1(s));
        } catch (IllegalArgumentException e) {
            s.log("not this one");
        } finally {
            s.log("f2");
        }
        return done();
    }

    @Async
    private static Coroutine<Void> level1(Steps s) {
        try {
            await(s.step(0));
            throw new IllegalStateException("deep");
        } finally {
            await(s.step(0));
            s.log("f1");
        }
    }

    @Fixture("done | a caught b")
    @Async
    static Coroutine<String> an_exception_thrown_in_plain_code_behind_an_await_is_caught(Steps s) {
        try {
            s.log(await(s.step("a")));
            Object none = null;
            int unused = none.hashCode();
        } catch (NullPointerException e) {
            s.log("caught");
        }
        s.log(await(s.step("b")));
        return done("done");
    }

    @Fixture("IllegalStateException: replaced suppressing [IllegalArgumentException: added]")
    @Async
    static Coroutine<Void> a_caught_exception_survives_an_await_in_its_catch(Steps s) {
        IllegalStateException failure = new IllegalStateException("replaced");
        try {
            await(s.step(1));
            throw new IllegalArgumentException("added");
        } catch (IllegalArgumentException e) {
            await(s.step(2));
            failure.addSuppressed(e);
        }
        await(s.step(3));
        throw failure;
    }

    @Fixture("ok | try-1 catch-inner finally-inner end")
    @Async
    static Coroutine<String> a_try_inside_a_catch_inside_a_try(Steps s) {
        try {
            s.log("try-" + await(s.step(1)));
            throw new IllegalStateException("outer");
        } catch (IllegalStateException outer) {
            try {
                await(s.step(2));
                throw new IllegalArgumentException("inner");
            } catch (IllegalArgumentException inner) {
                s.log("catch-" + inner.getMessage());
                await(s.step(3));
            } finally {
                s.log("finally-" + await(s.step("inner")));
            }
        }
        s.log(await(s.step("end")));
        return done("ok");
    }

    @Fixture("3 | 1 2")
    @Async
    static Coroutine<Integer> a_try_inside_a_finally(Steps s) {
        int value = 0;
        try {
            value = await(s.step(1));
        } finally {
            try {
                s.log(1);
                value += await(s.step(2));
            } finally {
                s.log(2);
                await(s.step(0));
            }
        }
        return done(value);
    }

    @Fixture("2 | finally finally")
    @Async
    static Coroutine<Integer> break_out_of_a_try_awaits_its_finally(Steps s) {
        int i = 0;
        while (true) {
            try {
                i = await(s.step(i + 1));
                if (i == 2) {
                    break;
                }
            } finally {
                await(s.step(0));
                s.log("finally");
            }
        }
        return done(i);
    }

    @Fixture("swallowed then 2")
    @SuppressWarnings("fermata:cancel-swallowed") // nobody cancels a fixture
    @Async
    static Coroutine<String> an_empty_catch_goes_on_behind_the_try(Steps s) {
        String text = "swallowed";
        try {
            await(s.step(1));
        } catch (Throwable ignored) {
        }
        return done(text + " then " + await(s.step(2)));
    }

    @Fixture("x")
    @Async
    static Coroutine<String> await_is_the_last_thing_before_a_catch(Steps s) {
        try {
            await(s.step(1));
        } catch (RuntimeException e) {
            return done("caught");
        }
        return done("x");
    }

    @Fixture("out of bounds 3")
    @Async
    static Coroutine<String> an_index_out_of_bounds_behind_an_await_is_caught(Steps s) {
        int[] array = new int[2];
        try {
            array[await(s.step(2))] = await(s.step(1));
            return done("no exception");
        } catch (ArrayIndexOutOfBoundsException e) {
            return done("out of bounds " + await(s.step(3)));
        }
    }

    @Fixture("0")
    @Async
    static Coroutine<Integer> arithmetic_fails_in_the_range_of_its_try(Steps s) {
        try {
            return done(1 / await(s.step(0)));
        } catch (ArithmeticException e) {
            return done(await(s.step(0)));
        }
    }
}
