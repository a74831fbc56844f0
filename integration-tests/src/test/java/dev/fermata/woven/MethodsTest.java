package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.util.List;

/** Every kind of method that can be async, and every way to call it. */
final class MethodsTest implements Fixtures {
    private final int field = 7;

    @Fixture("7 8 9")
    @Async
    static Coroutine<String> instance_methods_of_each_visibility(Steps s) {
        MethodsTest object = new MethodsTest();
        return done(await(object.privately(s)) + " " + await(object.plus(s, 1)) + " " + await(object.plus(s, 2)));
    }

    @Async
    private Coroutine<Integer> privately(Steps s) {
        await(s.step(0));
        return done(this.field);
    }

    @Async
    protected Coroutine<Integer> plus(Steps s, int n) {
        return done(await(privately(s)) + n);
    }

    private interface Greeter {
        Coroutine<String> greet(Steps s);

        @Async
        default Coroutine<String> twice(Steps s) {
            String first = await(greet(s));
            return done(first + await(greet(s)) + await(mark(s)));
        }

        @Async
        static Coroutine<String> loudly(Steps s, Greeter greeter) {
            return done(await(greeter.greet(s)).toUpperCase(java.util.Locale.ROOT));
        }

        @Async
        private Coroutine<String> mark(Steps s) {
            return done(await(s.step("!")));
        }
    }

    @Fixture("hihi! HI")
    @Async
    static Coroutine<String> interface_default_static_and_private_methods(Steps s) {
        Greeter greeter = steps -> done(await(steps.step("hi")));
        return done(await(greeter.twice(s)) + " " + await(Greeter.loudly(s, greeter)));
    }

    private static class Base implements Greeter {
        @Override
        @Async
        public Coroutine<String> greet(Steps s) {
            return done(await(s.step("base")));
        }

        @Async
        Coroutine<String> template(Steps s) {
            await(s.step(0));
            return done("<" + await(greet(s)) + ">");
        }
    }

    private static class Derived extends Base {
        @Override
        @Async
        public Coroutine<String> greet(Steps s) {
            String base = await(super.greet(s));
            await(s.step(0));
            return done("derived " + base);
        }

        @Override
        @Async
        public Coroutine<String> twice(Steps s) {
            return done("twice " + await(super.twice(s)));
        }
    }

    private static final class NotAsync extends Base {
        @Override
        public Coroutine<String> greet(Steps s) {
            return done("plain");
        }
    }

    @Fixture("<base> <derived base> <plain>")
    @Async
    static Coroutine<String> an_overridden_method_is_dispatched_by_the_object(Steps s) {
        Base base = new Base();
        Base derived = new Derived();
        return done(
                await(base.template(s)) + " " + await(derived.template(s)) + " " + await(new NotAsync().template(s)));
    }

    @Fixture("twice derived basederived base!")
    @Async
    static Coroutine<String> super_calls_reach_the_super_class(Steps s) {
        return done(await(new Derived().twice(s)));
    }

    private abstract static class Shape<T extends Comparable<T>> {
        abstract Coroutine<T> size(Steps s);

        @Async
        Coroutine<Boolean> larger(Steps s, Shape<T> other) {
            T mine = await(size(s));
            return done(mine.compareTo(await(other.size(s))) > 0);
        }
    }

    private static final class Square extends Shape<Integer> {
        private final int side;

        Square(int side) {
            this.side = side;
        }

        @Override
        @Async
        Coroutine<Integer> size(Steps s) {
            return done(side * await(s.step(side)));
        }
    }

    @Fixture("true false")
    @Async
    static Coroutine<String> generic_methods_and_their_bridges(Steps s) {
        return done(
                await(new Square(3).larger(s, new Square(2))) + " " + await(new Square(1).larger(s, new Square(1))));
    }

    private static class Covariant extends Shape<String> {
        @Override
        @Async
        Coroutine<String> size(Steps s) {
            return done(await(MethodsTest.<String>generic(s, "big")));
        }
    }

    @Fixture("big [a, b]")
    @Async
    static Coroutine<String> type_parameters_do_not_matter(Steps s) {
        return done(await(new Covariant().size(s)) + " " + await(generic(s, List.of("a", "b"))));
    }

    @Async
    private static <T> Coroutine<T> generic(Steps s, T value) {
        T same = await(s.step(value));
        await(s.step(0));
        return done(same);
    }

    @Fixture("0 1 6")
    @Async
    static Coroutine<String> varargs_arrive_as_an_array(Steps s) {
        return done(await(sum(s)) + " " + await(sum(s, 1)) + " " + await(sum(s, 1, await(s.step(2)), 3)));
    }

    @Async
    private static Coroutine<Integer> sum(Steps s, int... values) {
        int sum = await(s.step(0));
        for (int value : values) {
            sum += await(s.step(value));
        }
        return done(sum);
    }

    private final class Inner {
        @Async
        Coroutine<Integer> outerField(Steps s) {
            await(s.step(0));
            return done(field + await(privately(s)));
        }
    }

    @Fixture("14")
    @Async
    static Coroutine<Integer> an_inner_class_reads_its_outer_object(Steps s) {
        return done(await(new MethodsTest().new Inner().outerField(s)));
    }

    @Fixture("captured 5")
    @Async
    static Coroutine<String> a_local_class_captures_variables(Steps s) {
        String captured = await(s.step("captured"));
        class Local {
            @Async
            Coroutine<String> tell(int n) {
                return done(captured + " " + await(s.step(n)));
            }
        }
        return done(await(new Local().tell(5)));
    }

    @Fixture("anonymous x")
    @Async
    static Coroutine<String> an_anonymous_class_has_async_methods(Steps s) {
        String x = await(s.step("x"));
        Greeter greeter = new Greeter() {
            @Override
            @Async
            public Coroutine<String> greet(Steps steps) {
                return done(await(steps.step("anonymous ")) + x);
            }
        };
        return done(await(greeter.greet(s)));
    }

    private record Point(int x, int y) {
        @Async
        Coroutine<Point> moved(Steps s, int by) {
            return done(new Point(x + await(s.step(by)), y + await(s.step(by))));
        }

        @Async
        static Coroutine<Point> origin(Steps s) {
            await(s.step(0));
            return done(new Point(0, 0));
        }
    }

    @Fixture("Point[x=2, y=2]")
    @Async
    static Coroutine<Point> a_record_has_async_methods(Steps s) {
        return done(await(await(Point.origin(s)).moved(s, 2)));
    }

    private enum Operation {
        ADD {
            @Override
            @Async
            Coroutine<Integer> apply(Steps s, int a, int b) {
                return done(await(s.step(a)) + await(s.step(b)));
            }
        },
        MULTIPLY {
            @Override
            @Async
            Coroutine<Integer> apply(Steps s, int a, int b) {
                return done(await(s.step(a)) * await(s.step(b)));
            }
        };

        abstract Coroutine<Integer> apply(Steps s, int a, int b);

        @Async
        Coroutine<String> tell(Steps s) {
            return done(name() + " " + await(apply(s, 3, 4)));
        }
    }

    @Fixture("ADD 7, MULTIPLY 12")
    @Async
    static Coroutine<String> enum_constants_have_async_bodies(Steps s) {
        return done(await(Operation.ADD.tell(s)) + ", " + await(Operation.MULTIPLY.tell(s)));
    }

    @Fixture("13")
    @Async
    static Coroutine<Integer> a_method_calls_itself(Steps s) {
        return done(await(fibonacci(s, 7)));
    }

    /** Awaits a step at few of its calls, to keep the number of scenarios small. */
    @Async
    private static Coroutine<Integer> fibonacci(Steps s, int n) {
        if (n < 2) {
            return done(n);
        }
        int before = await(fibonacci(s, n - 1));
        if (n >= 5) {
            await(s.step(n));
        }
        return done(before + await(fibonacci(s, n - 2)));
    }

    @Fixture("true false")
    @Async
    static Coroutine<String> nested_classes_call_each_other(Steps s) {
        return done(await(Even.even(s, 4)) + " " + await(Odd.odd(s, 4)));
    }

    private static final class Even {
        @Async
        static Coroutine<Boolean> even(Steps s, int n) {
            if (n == 0) {
                return done(await(s.step(true)));
            }
            return done(await(Odd.odd(s, n - 1)));
        }
    }

    private static final class Odd {
        @Async
        static Coroutine<Boolean> odd(Steps s, int n) {
            if (n == 0) {
                return done(await(s.step(false)));
            }
            await(s.step(n));
            return Even.even(s, n - 1);
        }
    }

    @Fixture("left 1 right 2")
    @Async
    static Coroutine<String> overloads_are_told_apart(Steps s) {
        return done(await(overloaded(s, 1)) + " " + await(overloaded(s, 2L)));
    }

    @Async
    private static Coroutine<String> overloaded(Steps s, int n) {
        return done("left " + await(s.step(n)));
    }

    @Async
    private static Coroutine<String> overloaded(Steps s, long n) {
        return done("right " + await(s.step(n)));
    }

    @Fixture("x")
    @Async
    static Coroutine<String> a_static_method_of_another_top_level_class(Steps s) {
        return done(await(Elsewhere.echo(s, "x")));
    }

    @Fixture("late")
    @Async
    static Coroutine<String> an_instance_method_of_another_top_level_class(Steps s) {
        return done(await(new Elsewhere("late").tell(s)));
    }

    @Fixture(value = "cold | made then ran", twinKnowsTraces = false)
    @Async
    static Coroutine<String> a_coroutine_kept_in_a_variable_is_cold(Steps s) {
        // The twin runs it at the call, so nothing of it may be seen before the log of "made".
        s.log("made");
        Coroutine<String> coroutine = cold(s);
        return done(await(coroutine));
    }

    @Async
    private static Coroutine<String> cold(Steps s) {
        s.log("then");
        await(s.step(0));
        s.log("ran");
        return done("cold");
    }

    @Fixture("1000")
    @Async
    static Coroutine<Integer> recursion_is_deep(Steps s) {
        return done(await(down(s, 1000)));
    }

    @Async
    private static Coroutine<Integer> down(Steps s, int n) {
        if (n == 0) {
            return done(await(s.step(0)));
        }
        return done(1 + await(down(s, n - 1)));
    }

    @Fixture("private by nest 3")
    @Async
    static Coroutine<String> a_nested_class_s_private_method_is_called(Steps s) {
        return done(await(Secret.tell(s)) + " " + await(new Secret().count(s)));
    }

    private static final class Secret {
        @Async
        private static Coroutine<String> tell(Steps s) {
            return done(await(s.step("private by nest")));
        }

        @Async
        private Coroutine<Integer> count(Steps s) {
            return done(await(s.step(3)));
        }
    }
}
