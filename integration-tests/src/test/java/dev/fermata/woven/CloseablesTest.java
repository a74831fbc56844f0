package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.Coroutine;

/** Async try-with-resources, on every way out of its block. */
final class CloseablesTest implements Fixtures {
    /** Logs its opening and closing. Closing takes a step. */
    private static final class Door implements AsyncCloseable {
        private final Steps s;
        private final String name;

        Door(Steps s, String name) {
            this.s = s;
            this.name = name;
            s.log("open-" + name);
        }

        @Async
        static Coroutine<Door> open(Steps s, String name) {
            await(s.step(0));
            return done(new Door(s, name));
        }

        @Override
        @Async
        public Coroutine<Void> aclose() {
            s.log("close-" + name);
            await(s.step(0));
            s.log("closed-" + name);
            return done();
        }
    }

    /** Closing it fails. */
    private static final class Jammed implements AsyncCloseable {
        private final Steps s;

        Jammed(Steps s) {
            this.s = s;
        }

        @Override
        @Async
        public Coroutine<Void> aclose() {
            await(s.step(0));
            throw new IllegalStateException("jammed");
        }
    }

    @Fixture("in | open-a close-a closed-a")
    @Async
    static Coroutine<String> a_resource_is_closed_at_the_end_of_its_block(Steps s) {
        String result;
        try (Door a = new Door(s, "a")) {
            result = await(s.step("in"));
        }
        return done(result);
    }

    @Fixture("in | open-a close-a closed-a after")
    @Async
    static Coroutine<String> a_resource_may_be_awaited_and_inferred(Steps s) {
        String result;
        try (var a = await(Door.open(s, "a"))) {
            result = await(s.step("in"));
        }
        s.log("after");
        return done(result);
    }

    @Fixture(value = "IllegalArgumentException: body | open-a close-a closed-a", twinKnowsCancels = false)
    @Async
    static Coroutine<Void> a_resource_is_closed_when_an_exception_leaves(Steps s) {
        try (Door a = new Door(s, "a")) {
            await(s.step(0));
            throw new IllegalArgumentException("body");
        }
    }

    @Fixture("returned | open-a close-a closed-a finally")
    @Async
    static Coroutine<String> return_closes_before_finally(Steps s) {
        try (Door a = new Door(s, "a")) {
            return done(await(s.step("returned")));
        } finally {
            s.log("finally");
        }
    }

    @Fixture(value = "caught body | open-a close-a closed-a catch", twinKnowsCancels = false)
    @Async
    static Coroutine<String> the_resource_is_closed_before_the_catch(Steps s) {
        try (Door a = new Door(s, "a")) {
            await(s.step(0));
            throw new IllegalArgumentException("body");
        } catch (IllegalArgumentException e) {
            s.log("catch");
            await(s.step(0));
            return done("caught " + e.getMessage());
        }
    }

    @Fixture("2 | open-0 close-0 closed-0 open-1 close-1 closed-1 open-2 close-2 closed-2")
    @Async
    static Coroutine<Integer> break_and_continue_close_in_a_loop(Steps s) {
        int i = 0;
        for (; i < 9; i++) {
            try (Door door = new Door(s, "" + i)) {
                if (await(s.step(i)) == 0) {
                    continue;
                }
                if (i == 2) {
                    break;
                }
            }
        }
        return done(i);
    }

    @Fixture("in | open-a open-b close-b closed-b close-a closed-a")
    @Async
    static Coroutine<String> two_resources_close_in_reverse_order(Steps s) {
        try (Door a = new Door(s, "a");
                Door b = await(Door.open(s, "b"))) {
            return done(await(s.step("in")));
        }
    }

    @Fixture("in | open-a open-b close-b closed-b between close-a closed-a")
    @Async
    static Coroutine<String> nested_resources_close_one_after_the_other(Steps s) {
        String result;
        try (Door a = new Door(s, "a")) {
            try (Door b = new Door(s, "b")) {
                result = await(s.step("in"));
            }
            s.log("between");
        }
        return done(result);
    }

    @Fixture("nothing to close")
    @Async
    static Coroutine<String> a_null_resource_is_not_closed(Steps s) {
        try (Door none = await(s.step((Door) null))) {
            await(s.step(0));
            return done(none == null ? "nothing to close" : "a door");
        }
    }

    @Fixture("IllegalStateException: jammed")
    @Async
    static Coroutine<String> what_close_throws_leaves_a_block_that_ended_normally(Steps s) {
        try (Jammed jammed = new Jammed(s)) {
            return done("lost");
        }
    }

    @Fixture("in the end | open-a close-a closed-a")
    @Async
    static Coroutine<String> a_resource_declared_before_the_try(Steps s) {
        Door a = await(Door.open(s, "a"));
        try (a) {
            await(s.step(0));
        }
        return done("in the end");
    }

    @Fixture(value = "opening failed | open-a close-a closed-a", twinKnowsCancels = false)
    @Async
    static Coroutine<String> the_first_is_closed_when_the_second_does_not_open(Steps s) {
        try (Door a = new Door(s, "a");
                Door b = await(failToOpen(s))) {
            return done("open");
        } catch (IllegalArgumentException e) {
            return done(e.getMessage());
        }
    }

    @Async
    private static Coroutine<Door> failToOpen(Steps s) {
        await(s.step(0));
        throw new IllegalArgumentException("opening failed");
    }

    @Fixture("2 | plain-closed open-a close-a closed-a")
    @Async
    static Coroutine<Integer> ordinary_resources_are_closed_as_ever(Steps s) throws Exception {
        int one;
        try (AutoCloseable plain = () -> s.log("plain-closed")) {
            one = await(s.step(1));
        }
        try (Door a = new Door(s, "a")) {
            return done(one + await(s.step(1)));
        }
    }

    @Fixture("5 | open-a open-b close-b closed-b close-a closed-a")
    @Async
    static Coroutine<Integer> resources_with_values_on_the_operand_stack(Steps s) {
        int two = 2;
        return done(two
                + switch (await(s.step(1))) {
                    case 1 -> {
                        try (Door a = new Door(s, "a");
                                Door b = new Door(s, "b")) {
                            yield await(s.step(3));
                        }
                    }
                    default -> 0;
                });
    }

    @Fixture("explicit | open-a close-a closed-a")
    @Async
    static Coroutine<String> close_may_be_called_by_hand(Steps s) {
        Door a = new Door(s, "a");
        await(s.step(0));
        a.close();
        return done("explicit");
    }

    @Fixture("aclose | open-a close-a closed-a")
    @Async
    static Coroutine<String> aclose_may_be_awaited_by_hand(Steps s) {
        Door a = new Door(s, "a");
        await(a.aclose());
        return done("aclose");
    }
}
