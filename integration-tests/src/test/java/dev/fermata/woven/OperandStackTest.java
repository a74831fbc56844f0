package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

/** Values that have been computed already and wait on the operand stack for an await beside them. */
final class OperandStackTest implements Fixtures {
    private int field = 1;
    private static long wide = 1;

    @Fixture("203 | 3 4 50 i=1")
    @Async
    static Coroutine<Integer> operands_are_evaluated_left_to_right(Steps s) {
        int[] b = {50, 60};
        int i = 0;
        int result = s.seen(3) + await(s.step(s.seen(4))) * s.seen(b[i++]);
        s.log("i=" + i);
        return done(result);
    }

    @Fixture("a1b2.5ctruednull")
    @Async
    static Coroutine<String> string_concatenation_goes_on(Steps s) {
        Object nothing = null;
        return done("a" + await(s.step(1)) + "b" + await(s.step(2.5)) + "c" + await(s.step(true)) + "d" + nothing);
    }

    @Fixture("xyz")
    @Async
    static Coroutine<String> compound_concatenation_goes_on(Steps s) {
        String text = "x";
        text += await(s.step("y"));
        text += await(s.step('z'));
        return done(text);
    }

    @Fixture("15 1")
    @Async
    static Coroutine<String> compound_assignment_uses_the_value_before_the_await(Steps s) {
        int x = 5;
        x += await(s.step(x = 10));
        byte b = 1;
        b += await(s.step(256));
        return done(x + " " + b);
    }

    @Fixture("[0, 12, 0] | 1")
    @Async
    static Coroutine<int[]> array_and_index_of_a_compound_assignment_are_kept(Steps s) {
        int[] array = {0, 2, 0};
        int i = 0;
        array[s.seen(++i)] += await(s.step(10));
        return done(array);
    }

    @Fixture("[7, 8] | array index0 array index1")
    @Async
    static Coroutine<long[]> array_element_stores_evaluate_array_index_value(Steps s) {
        long[] array = new long[2];
        logged(s, array)[index(s, 0)] = await(s.step(7L));
        logged(s, array)[index(s, 1)] = await(s.step(8L));
        return done(array);
    }

    private static long[] logged(Steps s, long[] array) {
        s.log("array");
        return array;
    }

    private static int index(Steps s, int i) {
        s.log("index" + i);
        return i;
    }

    @Fixture("[true, 1, c, 2, 3.0, 4.0, x]")
    @Async
    static Coroutine<Object[]> stores_into_arrays_of_every_type(Steps s) {
        boolean[] z = new boolean[1];
        byte[] b = new byte[1];
        char[] c = new char[1];
        short[] h = new short[1];
        float[] f = new float[1];
        double[] d = new double[1];
        Object[] o = new String[1];
        z[0] = await(s.step(true));
        b[0] = await(s.step((byte) 1));
        c[0] = await(s.step('c'));
        h[0] = await(s.step((short) 2));
        f[0] = await(s.step(3f));
        d[0] = await(s.step(4d));
        o[0] = await(s.step("x"));
        return done(new Object[] {z[0], b[0], c[0], h[0], f[0], d[0], o[0]});
    }

    @Fixture("ArrayStoreException: java.lang.Integer")
    @Async
    static Coroutine<Object[]> a_store_of_the_wrong_type_fails_behind_the_await(Steps s) {
        Object[] strings = new String[1];
        strings[0] = await(s.step((Object) 1));
        return done(strings);
    }

    @Fixture("[1, 2, 3]")
    @Async
    static Coroutine<int[]> array_initialisers_may_await(Steps s) {
        return done(new int[] {await(s.step(1)), await(s.step(2)), await(s.step(3))});
    }

    @Fixture("[[null, null, null], [null, null, null]]")
    @Async
    static Coroutine<Object[][]> array_dimensions_may_await(Steps s) {
        return done(new Object[await(s.step(2))][await(s.step(3))]);
    }

    @Fixture("1 2 3 4.0 five")
    @Async
    static Coroutine<String> earlier_arguments_wait_for_later_ones(Steps s) {
        return done(join(1, await(s.step(2L)), (byte) 3, await(s.step(4.0)), await(s.step("five"))));
    }

    private static String join(int a, long b, byte c, double d, String e) {
        return a + " " + b + " " + c + " " + d + " " + e;
    }

    @Fixture("42 | receiver argument")
    @Async
    static Coroutine<Integer> the_receiver_is_evaluated_before_the_argument(Steps s) {
        OperandStackTest first = new OperandStackTest();
        return done(receiver(s, first).plus(await(s.step(argument(s)))));
    }

    private static OperandStackTest receiver(Steps s, OperandStackTest receiver) {
        s.log("receiver");
        return receiver;
    }

    private static int argument(Steps s) {
        s.log("argument");
        return 41;
    }

    private int plus(int other) {
        return field + other;
    }

    @Fixture("11")
    @Async
    static Coroutine<Integer> compound_assignment_to_a_field_keeps_the_object(Steps s) {
        OperandStackTest object = new OperandStackTest();
        OperandStackTest same = object;
        object.field += await(s.step(10));
        return done(same.field);
    }

    @SuppressWarnings("fermata:read-before-await") // no other task has it
    @Fixture("32")
    @Async
    static Coroutine<Long> compound_assignment_to_a_static_field(Steps s) {
        wide = 2;
        wide <<= await(s.step(4L));
        return done(wide);
    }

    @Fixture("6 6 6")
    @Async
    static Coroutine<String> chained_assignment_stores_one_value(Steps s) {
        int a;
        int[] b = new int[1];
        OperandStackTest c = new OperandStackTest();
        a = b[0] = c.field = await(s.step(6));
        return done(a + " " + b[0] + " " + c.field);
    }

    @Fixture("9.0")
    @Async
    static Coroutine<Double> wide_operands_wait_below_an_await(Steps s) {
        double d = 1.5;
        long l = 3;
        return done(d * (l + (await(s.step(1)) + l * (await(s.step(2L)) - l + await(s.step(1.0))) - 1 + l)));
    }

    @Fixture("24")
    @Async
    static Coroutine<Integer> awaits_nest_in_arguments_of_awaits(Steps s) {
        return done(await(s.step(await(s.step(await(s.step(2)) + 1)) * await(s.step(4)))) * await(s.step(2)));
    }

    @Fixture("true false true")
    @Async
    static Coroutine<String> comparisons_with_an_await_on_either_side(Steps s) {
        boolean a = 3 < await(s.step(4));
        boolean b = await(s.step(4L)) < 3L;
        boolean c = 2.0 == await(s.step(2.0));
        return done(a + " " + b + " " + c);
    }

    @Fixture("-5 -6 false 2 7")
    @Async
    static Coroutine<String> unary_operators_and_casts_take_an_await(Steps s) {
        int minus = -await(s.step(5));
        int not = ~await(s.step(5));
        boolean negated = !await(s.step(true));
        int cast = (int) (double) await(s.step(2.9));
        Object boxed = await(s.step((Object) 7));
        return done(minus + " " + not + " " + negated + " " + cast + " " + (Integer) boxed);
    }

    @Fixture("ClassCastException")
    @Async
    static Coroutine<String> a_wrong_cast_of_what_was_awaited_fails(Steps s) {
        try {
            Object number = await(s.step((Object) 1));
            return done((String) number);
        } catch (ClassCastException e) {
            return done("ClassCastException");
        }
    }

    @Fixture("3 1 3")
    @Async
    static Coroutine<String> post_increment_keeps_the_old_value(Steps s) {
        int i = 1;
        int sum = i++ + await(s.step(i++));
        return done(sum + " " + (i - 2) + " " + i);
    }

    @Fixture("5 5")
    @Async
    static Coroutine<String> the_value_of_a_duplicated_result_is_used_twice(Steps s) {
        int[] array = new int[1];
        int copy = array[0] += await(s.step(5));
        return done(array[0] + " " + copy);
    }

    @Fixture("NullPointerException")
    @Async
    static Coroutine<Integer> unboxing_a_null_fails_behind_the_await(Steps s) {
        Integer none = null;
        int value = await(s.step(none));
        return done(value);
    }

    @Fixture("done")
    @Async
    static Coroutine<String> a_result_nobody_uses_is_dropped(Steps s) {
        await(s.step(1L));
        await(s.step("x"));
        return done("done");
    }

    @Fixture("1-2-3-4-5-6-7-8-9")
    @Async
    static Coroutine<String> a_deep_operand_stack_survives(Steps s) {
        return done(String.join(
                "-", "1", "2", await(s.step("3")), "4", "5", await(s.step("6")), "7", "8", await(s.step("9"))));
    }
}
