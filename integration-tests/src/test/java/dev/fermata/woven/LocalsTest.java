package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.util.ArrayList;
import java.util.List;

/** What a local variable holds behind an await. */
final class LocalsTest implements Fixtures {
    @Fixture("true false")
    @Async
    static Coroutine<String> boolean_local_survives_a_suspension(Steps s) {
        boolean yes = await(s.step(true));
        boolean no = await(s.step(false));
        await(s.step(0));
        return done(yes + " " + no);
    }

    @Fixture("-128 127")
    @Async
    static Coroutine<String> byte_local_survives_a_suspension(Steps s) {
        byte least = Byte.MIN_VALUE;
        byte most = await(s.step(Byte.MAX_VALUE));
        await(s.step(0));
        return done(least + " " + most);
    }

    @Fixture("-128")
    @Async
    static Coroutine<Byte> byte_local_overflows_as_before(Steps s) {
        byte b = 127;
        await(s.step(0));
        b++;
        await(s.step(0));
        return done(b);
    }

    @Fixture("a \uffff")
    @Async
    static Coroutine<String> char_local_survives_a_suspension(Steps s) {
        char a = 'a';
        char last = await(s.step(Character.MAX_VALUE));
        await(s.step(0));
        return done(a + " " + last);
    }

    @Fixture("-32768 32767")
    @Async
    static Coroutine<String> short_local_survives_a_suspension(Steps s) {
        short least = Short.MIN_VALUE;
        short most = await(s.step(Short.MAX_VALUE));
        await(s.step(0));
        return done(least + " " + most);
    }

    @Fixture("-2147483648 2147483647")
    @Async
    static Coroutine<String> int_local_survives_a_suspension(Steps s) {
        int least = Integer.MIN_VALUE;
        int most = await(s.step(Integer.MAX_VALUE));
        await(s.step(0));
        return done(least + " " + most);
    }

    @Fixture("-9223372036854775808 9223372036854775807")
    @Async
    static Coroutine<String> long_local_survives_a_suspension(Steps s) {
        long least = Long.MIN_VALUE;
        long most = await(s.step(Long.MAX_VALUE));
        await(s.step(0));
        return done(least + " " + most);
    }

    @Fixture("-0.0 NaN 3.4028235E38")
    @Async
    static Coroutine<String> float_local_survives_a_suspension(Steps s) {
        float zero = -0.0f;
        float none = await(s.step(Float.NaN));
        float most = await(s.step(Float.MAX_VALUE));
        await(s.step(0));
        return done(zero + " " + none + " " + most);
    }

    @Fixture("-0.0 NaN 4.9E-324")
    @Async
    static Coroutine<String> double_local_survives_a_suspension(Steps s) {
        double zero = -0.0;
        double none = await(s.step(Double.NaN));
        double least = await(s.step(Double.MIN_VALUE));
        await(s.step(0));
        return done(zero + " " + none + " " + least);
    }

    @Fixture("9221120237041090561")
    @Async
    static Coroutine<Long> the_bits_of_a_nan_survive_a_suspension(Steps s) {
        double odd = Double.longBitsToDouble(0x7ff8_0000_0000_0001L);
        await(s.step(0));
        return done(Double.doubleToRawLongBits(odd));
    }

    @Fixture("true 1 c 2 3 4 5.0 6.0 text")
    @Async
    static Coroutine<String> locals_of_all_types_survive_together(Steps s) {
        boolean z = true;
        byte b = 1;
        char c = 'c';
        short h = 2;
        int i = 3;
        long l = 4;
        float f = 5;
        double d = 6;
        String text = "text";
        await(s.step(0));
        String first = z + " " + b + " " + c + " " + h + " " + i + " " + l + " " + f + " " + d + " " + text;
        await(s.step(0));
        return done(first);
    }

    @Fixture("true 1 c 2 3 4 5.0 6.0 text")
    @Async
    static Coroutine<String> arguments_of_all_types_reach_a_body(Steps s) {
        return done(await(allTypes(s, true, (byte) 1, 'c', (short) 2, 3, 4L, 5f, 6d, "text")));
    }

    @Async
    private static Coroutine<String> allTypes(
            Steps s, boolean z, byte b, char c, short h, int i, long l, float f, double d, String text) {
        await(s.step(0));
        return done(z + " " + b + " " + c + " " + h + " " + i + " " + l + " " + f + " " + d + " " + text);
    }

    @Fixture("1 2.0 3 4.0 5")
    @Async
    static Coroutine<String> wide_and_narrow_locals_keep_their_order(Steps s) {
        int a = 1;
        double b = 2;
        int c = 3;
        await(s.step(0));
        double d = 4;
        long e = 5;
        await(s.step(0));
        return done(a + " " + b + " " + c + " " + d + " " + e);
    }

    @Fixture("1 text 2 3.5")
    @Async
    static Coroutine<String> a_slot_holds_one_type_after_another(Steps s) {
        StringBuilder out = new StringBuilder();
        {
            int first = await(s.step(1));
            await(s.step(0));
            out.append(first);
        }
        {
            String second = await(s.step("text"));
            await(s.step(0));
            out.append(' ').append(second);
        }
        {
            long third = await(s.step(2L));
            await(s.step(0));
            out.append(' ').append(third);
        }
        {
            double fourth = await(s.step(3.5));
            await(s.step(0));
            out.append(' ').append(fourth);
        }
        return done(out.toString());
    }

    @Fixture("null later")
    @Async
    static Coroutine<String> a_local_that_is_known_to_be_null_is_null_again(Steps s) {
        String none = null;
        await(s.step(0));
        String before = String.valueOf(none);
        none = await(s.step("later"));
        await(s.step(0));
        return done(before + " " + none);
    }

    @Fixture("null found")
    @Async
    static Coroutine<String> a_merge_of_null_and_an_object_keeps_the_object(Steps s) {
        String missing = await(choose(s, false));
        return done(missing + " " + await(choose(s, true)));
    }

    @Async
    private static Coroutine<String> choose(Steps s, boolean found) {
        String value = null;
        if (found) {
            value = "found";
        }
        await(s.step(0));
        return done(value);
    }

    @Fixture("7")
    @Async
    static Coroutine<Integer> a_local_assigned_on_both_branches_survives(Steps s) {
        int value;
        if (await(s.step(true))) {
            value = await(s.step(7));
        } else {
            value = await(s.step(8));
        }
        await(s.step(0));
        return done(value);
    }

    @Fixture("11")
    @Async
    static Coroutine<Integer> a_parameter_that_is_assigned_keeps_the_new_value(Steps s) {
        return done(await(addTen(s, 1)));
    }

    @Async
    private static Coroutine<Integer> addTen(Steps s, int value) {
        value += await(s.step(10));
        await(s.step(0));
        return done(value);
    }

    @Fixture("[1, 2, 3]")
    @Async
    static Coroutine<int[]> an_array_stays_the_same_array(Steps s) {
        int[] array = new int[3];
        int[] same = array;
        for (int i = 0; i < array.length; i++) {
            array[i] = await(s.step(i + 1));
        }
        return done(same);
    }

    @Fixture("[[1, null], [true, x]]")
    @Async
    static Coroutine<Object[][]> arrays_of_arrays_survive(Steps s) {
        Object[][] array = {{1, null}, new Object[2]};
        array[1][0] = await(s.step(true));
        array[1][1] = await(s.step("x"));
        return done(array);
    }

    @Fixture("[1, 2, 3, 4, 5, 6, 7, 8]")
    @Async
    static Coroutine<List<Object>> arrays_of_each_primitive_type_survive(Steps s) {
        boolean[] z = {true};
        byte[] b = {1};
        char[] c = {'2'};
        short[] h = {3};
        int[] i = {4};
        long[] l = {5};
        float[] f = {6};
        double[] d = {7};
        await(s.step(0));
        List<Object> all =
                new ArrayList<>(List.of((int) b[0], c[0] - '0', (int) h[0], i[0], l[0], (int) f[0], (int) d[0]));
        await(s.step(0));
        all.add(z[0] ? 8 : 0);
        return done(all);
    }

    @Fixture("ab 2")
    @Async
    static Coroutine<String> an_object_s_changes_are_seen_after_the_await(Steps s) {
        StringBuilder text = new StringBuilder();
        text.append(await(s.step("a"))).append(await(s.step("b")));
        return done(text + " " + text.length());
    }

    @Fixture("120")
    @Async
    static Coroutine<Integer> many_locals_survive(Steps s) {
        int a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
        int i = await(s.step(9)), j = 10, k = 11, l = 12, m = 13, n = 14, o = 15;
        await(s.step(0));
        return done(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o);
    }

    @Fixture("21")
    @Async
    static Coroutine<Integer> a_local_written_between_awaits_has_its_last_value(Steps s) {
        int total = 0;
        total += 1;
        await(s.step(0));
        total *= 10;
        await(s.step(0));
        total += 1;
        await(s.step(0));
        return done(total + 10);
    }

    @Fixture("Integer 5, Long 6")
    @Async
    static Coroutine<String> pattern_variables_survive(Steps s) {
        Object first = await(s.step((Object) 5));
        String out = "";
        if (first instanceof Integer number) {
            await(s.step(0));
            out += "Integer " + number;
        }
        Object second = 6L;
        if (!(second instanceof Long wide)) {
            return done("no Long");
        }
        await(s.step(0));
        return done(out + ", Long " + wide);
    }

    @Fixture("Integer[] 1")
    @Async
    static Coroutine<String> a_reference_keeps_its_exact_type(Steps s) {
        Number[] numbers = new Integer[] {1};
        CharSequence text = numbers.getClass().getSimpleName();
        await(s.step(0));
        return done(text.toString() + " " + numbers[0]);
    }

    @Fixture("5")
    @Async
    static Coroutine<Integer> a_merge_of_two_classes_keeps_what_they_share(Steps s) {
        CharSequence text = await(s.step(true)) ? new StringBuilder("three") : "four";
        await(s.step(0));
        return done(text.length());
    }
}
