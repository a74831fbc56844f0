package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Awaits in loops. */
final class LoopsTest implements Fixtures {
    @Fixture("10")
    @Async
    static Coroutine<Integer> for_loop_goes_on_after_a_suspension(Steps s) {
        int sum = 0;
        for (int i = 0; i < 5; i++) {
            sum += await(s.step(i));
        }
        return done(sum);
    }

    @Fixture("3 | 0 1 2 3")
    @Async
    static Coroutine<Integer> while_condition_may_await(Steps s) {
        int i = 0;
        while (await(s.step(s.seen(i))) < 3) {
            i++;
        }
        return done(i);
    }

    @Fixture("3 | a1 a2 a3")
    @Async
    static Coroutine<Integer> do_while_runs_its_body_first(Steps s) {
        int i = 0;
        do {
            i++;
            s.log(await(s.step("a")) + i);
        } while (await(s.step(i)) < 3);
        return done(i);
    }

    @Fixture("6 | 0 1 2")
    @Async
    static Coroutine<Integer> every_part_of_a_for_header_may_await(Steps s) {
        int sum = 3;
        for (int i = await(s.step(0)); i < await(s.step(3)); i += await(s.step(1))) {
            s.log(i);
            sum += i;
        }
        return done(sum);
    }

    @Fixture("4 | 0 1 3 4")
    @Async
    static Coroutine<Integer> continue_and_break_leave_the_iteration(Steps s) {
        int last = -1;
        for (int i = 0; ; i++) {
            if (await(s.step(i)) == 2) {
                continue;
            }
            if (i > 4) {
                break;
            }
            last = i;
            s.log(i);
        }
        return done(last);
    }

    @Fixture("00 01 10 20 | 0 1 2")
    @Async
    static Coroutine<String> labelled_break_and_continue_find_their_loop(Steps s) {
        StringBuilder seen = new StringBuilder();
        outer:
        for (int i = 0; i < 4; i++) {
            s.log(i);
            for (int j = 0; j < 3; j++) {
                int sum = await(s.step(i + j));
                if (i == 1 && j == 1) {
                    continue outer;
                }
                if (sum == 2 && i == 0) {
                    continue outer;
                }
                if (sum == 3) {
                    break outer;
                }
                if (!seen.isEmpty()) {
                    seen.append(' ');
                }
                seen.append(i).append(j);
                if (i == 2) {
                    break outer;
                }
            }
        }
        return done(seen.toString());
    }

    @Fixture("block left | before")
    @Async
    static Coroutine<String> a_labelled_block_is_left_by_break(Steps s) {
        block:
        {
            s.log(await(s.step("before")));
            if (await(s.step(true))) {
                break block;
            }
            s.log("not reached");
        }
        return done("block left");
    }

    @Fixture("abc")
    @Async
    static Coroutine<String> foreach_over_a_list_goes_on(Steps s) {
        String out = "";
        for (String letter : List.of("a", "b", "c")) {
            out += await(s.step(letter));
        }
        return done(out);
    }

    @Fixture("6.0")
    @Async
    static Coroutine<Double> foreach_over_an_array_goes_on(Steps s) {
        double sum = 0;
        for (double d : new double[] {1, 2, 3}) {
            sum += await(s.step(d));
        }
        return done(sum);
    }

    @Fixture("a=1 b=2")
    @Async
    static Coroutine<String> foreach_over_what_was_awaited(Steps s) {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<String, Integer> entry :
                await(s.step(new TreeMap<>(Map.of("a", 1, "b", 2)))).entrySet()) {
            String separator = out.isEmpty() ? "" : " ";
            out.append(separator).append(entry.getKey()).append('=').append(await(s.step(entry.getValue())));
        }
        return done(out.toString());
    }

    @Fixture("12")
    @Async
    static Coroutine<Integer> nested_loops_keep_both_counters(Steps s) {
        int count = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 2; j++) {
                count += await(s.step(i)) + j;
            }
            count += await(s.step(i)) == i ? 1 : 100;
        }
        return done(count);
    }

    @Fixture("done | 3 2 1")
    @Async
    static Coroutine<String> an_endless_loop_is_left_by_return(Steps s) {
        int left = 3;
        for (; ; ) {
            s.log(await(s.step(left--)));
            if (left == 0) {
                return done("done");
            }
        }
    }

    @Fixture("StepFailed: the end | 1 2 3")
    @Async
    static Coroutine<Void> an_endless_loop_is_left_by_an_exception(Steps s) {
        for (int i = 1; ; i++) {
            s.log(await(s.step(i)));
            if (i == 3) {
                throw new Steps.StepFailed("the end");
            }
        }
    }

    @Fixture("1 2 | finally1 finally2")
    @Async
    static Coroutine<String> continue_out_of_a_try_runs_its_finally(Steps s) {
        String out = "";
        for (int i = 1; i <= 2; i++) {
            try {
                out += (out.isEmpty() ? "" : " ") + await(s.step(i));
                if (i == 1) {
                    continue;
                }
            } finally {
                await(s.step(0));
                s.log("finally" + i);
            }
        }
        return done(out);
    }

    @Fixture("3 | caught1 caught2 ok3")
    @Async
    static Coroutine<Integer> a_loop_tries_again(Steps s) {
        int attempt = 0;
        while (true) {
            try {
                attempt++;
                await(s.step(attempt));
                if (attempt < 3) {
                    throw new IllegalStateException("again");
                }
                s.log("ok" + attempt);
                return done(attempt);
            } catch (IllegalStateException e) {
                s.log("caught" + attempt);
                await(s.step(0));
            }
        }
    }

    @Fixture("8")
    @Async
    static Coroutine<Integer> a_loop_without_a_body_awaits_in_its_condition(Steps s) {
        int[] count = {1};
        while (await(s.step(count[0] *= 2)) < 8) {}
        return done(count[0]);
    }

    @Fixture("0 1 2 | l0 l1 l2")
    @Async
    static Coroutine<String> a_loop_s_wide_locals_survive(Steps s) {
        StringBuilder out = new StringBuilder();
        for (long l = 0; l < 3; l++) {
            double d = l;
            String text = out.isEmpty() ? "" : " ";
            s.log("l" + await(s.step(l)));
            out.append(text).append((int) d);
        }
        return done(out.toString());
    }
}
