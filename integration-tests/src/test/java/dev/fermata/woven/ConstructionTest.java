package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.util.ArrayList;
import java.util.List;

/** Objects that are under construction, {@code new} done and the constructor not called, at an await. */
final class ConstructionTest implements Fixtures {
    private record A(int first, Object second, Object third) {}

    private record B(long wide) {}

    @Fixture("A[first=1, second=2, third=B[wide=3]]")
    @Async
    static Coroutine<A> two_objects_are_under_construction(Steps s) {
        return done(new A(1, await(s.step(2)), new B(await(s.step(3L)))));
    }

    @Fixture("A[first=1, second=A[first=2, second=x, third=y], third=z]")
    @Async
    static Coroutine<A> construction_nests(Steps s) {
        return done(new A(await(s.step(1)), new A(2, await(s.step("x")), await(s.step("y"))), await(s.step("z"))));
    }

    @Fixture("5 | kept")
    @Async
    static Coroutine<Integer> a_new_object_that_nobody_keeps(Steps s) {
        new Noted(s, await(s.step("kept")));
        return done(5);
    }

    private static final class Noted {
        Noted(Steps s, Object word) {
            s.log(word);
        }
    }

    @Fixture("B[wide=7] B[wide=7]")
    @Async
    static Coroutine<String> a_new_object_assigned_twice_is_one(Steps s) {
        B one;
        B two = one = new B(await(s.step(7L)));
        return done(one == two ? one + " " + two : "two objects");
    }

    @Fixture("abc")
    @Async
    static Coroutine<String> a_method_is_called_on_a_new_object(Steps s) {
        return done(new StringBuilder(await(s.step("a")))
                .append(await(s.step("b")))
                .append("c")
                .toString());
    }

    @Fixture("[A[first=1, second=2, third=3], B[wide=4]]")
    @Async
    static Coroutine<List<Object>> new_objects_wait_on_the_stack_for_each_other(Steps s) {
        return done(List.of(new A(1, await(s.step(2)), 3), new B(await(s.step(4L)))));
    }

    @Fixture("A[first=1, second=null, third=null]")
    @Async
    static Coroutine<A> a_conditional_argument_may_await(Steps s) {
        boolean which = await(s.step(true));
        return done(new A(which ? await(s.step(1)) : await(s.step(2)), null, null));
    }

    @Fixture("A[first=1, second=two, third=cleaned] | finally")
    @Async
    static Coroutine<A> a_switch_argument_with_a_try_in_it_may_await(Steps s) {
        int kind = 2;
        return done(new A(
                await(s.step(1)),
                switch (kind) {
                    case 1 -> "one";
                    case 2 -> {
                        try {
                            yield await(s.step("two"));
                        } finally {
                            await(s.step(0));
                            s.log("finally");
                        }
                    }
                    default -> throw new IllegalStateException();
                },
                await(s.step("cleaned"))));
    }

    @Fixture("IllegalStateException: from the constructor | caught")
    @Async
    static Coroutine<Object> a_constructor_that_fails_behind_the_await(Steps s) {
        try {
            return done(new Failing(await(s.step("from the constructor"))));
        } catch (IllegalStateException e) {
            s.log("caught");
            throw e;
        }
    }

    private static final class Failing {
        Failing(String message) {
            throw new IllegalStateException(message);
        }
    }

    @Fixture("IllegalArgumentException: step 1 was 1")
    @Async
    static Coroutine<Void> an_exception_under_construction_is_thrown(Steps s) {
        throw new IllegalArgumentException("step 1 was " + await(s.step(1)));
    }

    @Fixture("3 | initialised argument")
    @Async
    static Coroutine<Integer> the_class_is_initialised_before_the_arguments(Steps s) {
        LOG.set(s);
        Object made = new Initialised(await(s.step(argument(s))));
        LOG.remove();
        return done(made instanceof Initialised ? 3 : 0);
    }

    private static String argument(Steps s) {
        if (!s.logged().contains("initialised")) {
            s.log("initialised"); // by an earlier scenario: a class is initialised once
        }
        s.log("argument");
        return "x";
    }

    private static final ThreadLocal<Steps> LOG = new ThreadLocal<>();

    private static final class Initialised {
        static {
            LOG.get().log("initialised");
        }

        Initialised(String unused) {}
    }

    @Fixture("outer 5 inner 6")
    @Async
    static Coroutine<String> an_inner_object_takes_its_outer_one(Steps s) {
        Outer outer = new Outer(await(s.step(5)));
        return done(outer.new Inner(await(s.step(6))).toString());
    }

    private static final class Outer {
        private final int value;

        Outer(int value) {
            this.value = value;
        }

        final class Inner {
            private final int inner;

            Inner(int inner) {
                this.inner = inner;
            }

            @Override
            public String toString() {
                return "outer " + value + " inner " + inner;
            }
        }
    }

    @Fixture("anonymous 4 captured")
    @Async
    static Coroutine<String> an_anonymous_class_takes_an_awaited_argument(Steps s) {
        String captured = await(s.step("captured"));
        ArrayList<Object> list = new ArrayList<>(await(s.step(4))) {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                return "anonymous 4 " + captured;
            }
        };
        return done(list.toString());
    }

    @Fixture("[0, 1, 2]")
    @Async
    static Coroutine<List<Object>> objects_are_constructed_in_a_loop(Steps s) {
        List<Object> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            made.add(new Integer[] {new B(await(s.step((long) i))).wide() == i ? i : -1}[0]);
        }
        return done(made);
    }

    @Fixture("1.5 2 x 3")
    @Async
    static Coroutine<String> arguments_of_every_size_wait_for_a_constructor(Steps s) {
        return done(new Wide(1.5, await(s.step(2L)), 'x', await(s.step(3))).toString());
    }

    private static final class Wide {
        private final String text;

        Wide(double d, long l, char c, int i) {
            text = d + " " + l + " " + c + " " + i;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
