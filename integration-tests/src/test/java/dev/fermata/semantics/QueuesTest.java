package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.now;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.saysThat;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.fermata.Async;
import dev.fermata.AsyncLifoQueue;
import dev.fermata.AsyncPriorityQueue;
import dev.fermata.AsyncQueue;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.QueueEmptyException;
import dev.fermata.QueueFullException;
import dev.fermata.QueueShutDownException;
import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link AsyncQueue} and its kin: in order, and no item is lost or doubled. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class QueuesTest {
    /** The three kinds of queues, for what they have in common. */
    enum Kind {
        FIFO {
            @Override
            AsyncQueue<Integer> create(int maxsize) {
                return new AsyncQueue<>(maxsize);
            }
        },
        LIFO {
            @Override
            AsyncQueue<Integer> create(int maxsize) {
                return new AsyncLifoQueue<>(maxsize);
            }
        },
        PRIORITY {
            @Override
            AsyncQueue<Integer> create(int maxsize) {
                return new AsyncPriorityQueue<>(maxsize);
            }
        };

        abstract AsyncQueue<Integer> create(int maxsize);
    }

    private final List<Object> log = new ArrayList<>();

    @Async
    private Coroutine<Void> getAndLog(AsyncQueue<?> queue, String name) {
        log.add(name + " " + await(queue.get()));
        return done();
    }

    @Async
    private <T> Coroutine<Void> putAndLog(AsyncQueue<T> queue, T item) {
        await(queue.put(item));
        log.add("put " + item);
        return done();
    }

    @Async
    private static <T> Coroutine<List<T>> getAll(AsyncQueue<T> queue, int count) {
        List<T> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(await(queue.get()));
        }
        return done(items);
    }

    private static void isShutDown(Throwable failure) {
        saysThat("shut down", assertInstanceOf(QueueShutDownException.class, failure));
    }

    // ---- what is there

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_queue_is_empty_then_holds_items_then_is_full(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(2); // none of which needs a loop
        assertEquals(2, queue.maxsize());
        assertTrue(queue.empty());
        assertFalse(queue.full());
        assertEquals(0, queue.qsize());
        queue.putNowait(1);
        assertFalse(queue.empty());
        assertFalse(queue.full());
        assertEquals(1, queue.qsize());
        queue.putNowait(2);
        assertTrue(queue.full());
        assertEquals(2, queue.qsize());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_queue_of_zero_or_less_is_never_full(Kind kind) {
        for (int maxsize : new int[] {0, -1}) {
            AsyncQueue<Integer> queue = kind.create(maxsize);
            assertEquals(maxsize, queue.maxsize());
            for (int i = 0; i < 100; i++) {
                queue.putNowait(i);
                assertFalse(queue.full());
            }
            assertEquals(100, queue.qsize());
        }
    }

    @AsyncTest
    void items_leave_in_the_order_in_which_they_came() {
        AsyncQueue<String> queue = new AsyncQueue<>();
        for (String item : List.of("b", "c", "a")) {
            await(queue.put(item));
        }
        assertEquals(List.of("b", "c", "a"), await(getAll(queue, 3)));
    }

    @Async
    private static Coroutine<Void> awaitsNoQueue(AsyncQueue<String> none, boolean get) {
        if (get) {
            await(none.get());
        }
        await(none.put("a"));
        return done();
    }

    @AsyncTest
    void an_await_of_a_queue_that_is_null_says_so_at_the_line_of_the_await() {
        AsyncQueue<String> none = new AtomicReference<AsyncQueue<String>>().get();
        List<String> said = new ArrayList<>();
        for (boolean get : new boolean[] {true, false}) {
            Throwable failure = await(failureOf(awaitsNoQueue(none, get)));
            said.add(failure.getMessage() + " at " + failure.getStackTrace()[0].getMethodName());
        }
        assertEquals(
                List.of(
                        "await(queue.get()): the queue is null at awaitsNoQueue",
                        "await(queue.put(item)): the queue is null at awaitsNoQueue"),
                said);
    }

    @AsyncTest
    void of_a_lifo_queue_the_last_item_leaves_first() {
        AsyncLifoQueue<String> queue = new AsyncLifoQueue<>();
        for (String item : List.of("b", "c", "a")) {
            await(queue.put(item));
        }
        assertEquals(List.of("a", "c", "b"), await(getAll(queue, 3)));
    }

    @AsyncTest
    void of_a_priority_queue_the_least_item_leaves_first() {
        AsyncPriorityQueue<String> queue = new AsyncPriorityQueue<>();
        for (String item : List.of("b", "c", "a")) {
            await(queue.put(item));
        }
        assertEquals(List.of("a", "b", "c"), await(getAll(queue, 3)));
        AsyncPriorityQueue<String> other = new AsyncPriorityQueue<>(Comparator.reverseOrder());
        for (String item : List.of("b", "c", "a")) {
            await(other.put(item));
        }
        assertEquals(List.of("c", "b", "a"), await(getAll(other, 3)));
    }

    @AsyncTest
    void of_equal_items_in_a_priority_queue_the_first_leaves_first() {
        AsyncPriorityQueue<String> queue = new AsyncPriorityQueue<>(Comparator.comparing(String::length));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            names.add("x" + (100 + i));
            await(queue.put("x" + (100 + i)));
            await(queue.put("longer" + (100 + i)));
        }
        assertEquals(names, await(getAll(queue, 100)));
    }

    @AsyncTest
    void items_of_a_priority_queue_that_cannot_be_compared_are_refused_and_the_room_is_somebody_elses() {
        AsyncPriorityQueue<Object> queue = new AsyncPriorityQueue<>(1);
        assertThrows(ClassCastException.class, () -> queue.putNowait(new Object()));
        assertInstanceOf(ClassCastException.class, await(failureOf(() -> queue.put(new Object()))));
        assertEquals(0, queue.qsize());
        queue.putNowait("a");
        Task<Void> bad = createTask(queue.put(new Object()));
        Task<Void> good = createTask(queue.put("b"));
        await(turns(1));
        queue.getNowait();
        assertInstanceOf(ClassCastException.class, await(failureOf(bad)));
        await(good);
        assertEquals("b", await(queue.get()));
        queue.taskDone();
        queue.taskDone();
        assertThrows(IllegalStateException.class, queue::taskDone); // what was refused is no work
    }

    @Test
    void null_is_no_item() {
        AsyncQueue<String> queue = new AsyncQueue<>();
        saysThat("A queue cannot hold null", assertThrows(NullPointerException.class, () -> queue.put(null)));
        saysThat("A queue cannot hold null", assertThrows(NullPointerException.class, () -> queue.putNowait(null)));
        assertEquals(0, queue.qsize());
    }

    // ---- get and put without waiting

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nothing_can_be_got_from_an_empty_queue(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        assertThrows(QueueEmptyException.class, queue::getNowait);
        queue.putNowait(1);
        assertEquals(1, queue.getNowait());
        assertThrows(QueueEmptyException.class, queue::getNowait);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nothing_can_be_put_into_a_full_queue(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        queue.putNowait(1);
        assertThrows(QueueFullException.class, () -> queue.putNowait(2));
        assertEquals(1, queue.getNowait());
        queue.putNowait(3);
        assertEquals(3, queue.getNowait());
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void get_does_not_suspend_if_an_item_is_there_nor_put_if_there_is_room(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        EventLoop.running().callSoon(() -> log.add("next iteration"));
        for (int i = 0; i < 3; i++) {
            await(queue.put(i));
            assertEquals(i, await(queue.get()));
        }
        assertEquals(List.of(), log);
    }

    // ---- waiting

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void get_waits_for_an_item(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        EventLoop.running().callLater(ms(10), () -> queue.putNowait(1));
        assertEquals(1, await(queue.get()));
        assertEquals(10, now());
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void put_waits_for_room(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        await(queue.put(1));
        EventLoop.running().callLater(ms(10), queue::getNowait);
        await(queue.put(2));
        assertEquals(10, now());
        assertEquals(2, queue.getNowait());
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_slow_producer_and_a_fast_consumer_do_not_stop_each_other(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        try (var group = new TaskGroup()) {
            group.createTask(() -> {
                for (int i = 0; i < 5; i++) {
                    await(queue.put(i));
                }
                return done();
            });
            group.createTask(() -> {
                log.add(await(getAll(queue, 5)));
                return done();
            });
        }
        assertEquals(List.of(List.of(0, 1, 2, 3, 4)), log);
    }

    @AsyncTest
    void those_who_wait_for_items_are_served_in_the_order_of_their_arrival() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        for (String name : List.of("a", "b", "c")) {
            createTask(getAndLog(queue, name));
        }
        await(turns(1));
        for (int i = 1; i <= 3; i++) {
            queue.putNowait(i);
        }
        await(turns(3));
        assertEquals(List.of("a 1", "b 2", "c 3"), log);
    }

    @AsyncTest
    void those_who_wait_for_room_are_served_in_the_order_of_their_arrival() {
        AsyncQueue<String> queue = new AsyncQueue<>(1);
        for (String name : List.of("a", "b", "c", "d")) {
            createTask(queue.put(name));
        }
        await(turns(1));
        assertEquals(List.of("a", "b", "c", "d"), await(getAll(queue, 4)));
    }

    @AsyncTest
    void those_who_wait_for_items_of_a_lifo_queue_are_served_in_the_order_of_their_arrival_too() {
        AsyncLifoQueue<Integer> queue = new AsyncLifoQueue<>();
        for (String name : List.of("a", "b")) {
            createTask(getAndLog(queue, name));
        }
        await(turns(1));
        queue.putNowait(1);
        queue.putNowait(2);
        await(turns(3));
        assertEquals(List.of("a 2", "b 1"), log);
    }

    // ---- claims

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_item_that_a_woken_getter_has_a_claim_on_is_not_for_newcomers(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Void> waiter = createTask(getAndLog(queue, "waiter"));
        await(turns(1));
        queue.putNowait(1);
        assertEquals(1, queue.qsize());
        assertTrue(queue.empty());
        assertThrows(QueueEmptyException.class, queue::getNowait);
        EventLoop.running().callLater(ms(10), () -> queue.putNowait(2));
        await(getAndLog(queue, "newcomer"));
        assertTrue(waiter.done());
        assertEquals(List.of("waiter 1", "newcomer 2"), log);
    }

    @AsyncTest
    void a_claim_is_on_one_item_and_not_on_a_particular_one() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        Task<Void> waiter = createTask(getAndLog(queue, "waiter"));
        await(turns(1));
        queue.putNowait(1);
        queue.putNowait(2);
        assertFalse(queue.empty());
        assertEquals(1, queue.getNowait());
        assertTrue(queue.empty());
        await(waiter);
        assertEquals(List.of("waiter 2"), log);
    }

    @AsyncTest
    void a_woken_getter_of_a_priority_queue_gets_what_is_least_when_it_runs() {
        AsyncPriorityQueue<Integer> queue = new AsyncPriorityQueue<>();
        Task<Void> waiter = createTask(getAndLog(queue, "waiter"));
        await(turns(1));
        queue.putNowait(5);
        queue.putNowait(1);
        await(waiter);
        assertEquals(List.of("waiter 1"), log);
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void room_that_a_woken_putter_has_a_claim_on_is_not_for_newcomers(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        queue.putNowait(1);
        Task<Void> waiter = createTask(putAndLog(queue, 2));
        await(turns(1));
        assertEquals(1, queue.getNowait());
        assertEquals(0, queue.qsize());
        assertTrue(queue.full());
        assertTrue(queue.empty());
        assertThrows(QueueFullException.class, () -> queue.putNowait(3));
        EventLoop.running().callLater(ms(10), queue::getNowait);
        await(putAndLog(queue, 4));
        assertTrue(waiter.done());
        assertEquals(List.of("put 2", "put 4"), log);
    }

    // ---- cancels

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_getter_that_is_cancelled_leaves_the_line(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Integer> cancelled = createTask(queue.get());
        Task<Integer> next = createTask(queue.get());
        await(turns(1));
        cancelled.cancel();
        await(turns(1));
        assertTrue(cancelled.cancelled());
        await(queue.put(1));
        assertEquals(1, await(next));
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_claim_of_a_getter_that_is_cancelled_passes_on(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Integer> cancelled = createTask(queue.get());
        Task<Integer> next = createTask(queue.get());
        await(turns(1));
        queue.putNowait(1);
        cancelled.cancel();
        assertEquals(1, await(next));
        assertTrue(cancelled.cancelled());
        assertEquals(0, queue.qsize());
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_item_of_a_getter_that_is_cancelled_is_there_for_the_next_who_comes(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Integer> cancelled = createTask(queue.get());
        await(turns(1));
        queue.putNowait(1);
        cancelled.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(cancelled)));
        assertEquals(1, queue.qsize());
        assertFalse(queue.empty());
        assertEquals(1, await(queue.get()));
    }

    @AsyncTest
    void items_keep_their_order_when_a_claim_passes_on() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        Task<Integer> cancelled = createTask(queue.get());
        Task<Integer> second = createTask(queue.get());
        Task<Integer> third = createTask(queue.get());
        await(turns(1));
        queue.putNowait(1);
        queue.putNowait(2);
        cancelled.cancel();
        await(gather(second, third));
        assertEquals(1, second.result());
        assertEquals(2, third.result());
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_putter_that_is_cancelled_has_put_nothing(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        queue.putNowait(1);
        Task<Void> cancelled = createTask(queue.put(2));
        Task<Void> next = createTask(queue.put(3));
        await(turns(1));
        cancelled.cancel();
        await(turns(1));
        assertTrue(cancelled.cancelled());
        assertEquals(1, queue.getNowait());
        await(next);
        assertEquals(3, queue.getNowait());
        assertThrows(QueueEmptyException.class, queue::getNowait);
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_room_of_a_putter_that_is_cancelled_passes_on(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        queue.putNowait(1);
        Task<Void> cancelled = createTask(queue.put(2));
        Task<Void> next = createTask(queue.put(3));
        await(turns(1));
        assertEquals(1, queue.getNowait());
        cancelled.cancel();
        await(next);
        assertTrue(cancelled.cancelled());
        assertEquals(3, queue.getNowait());
        assertEquals(0, queue.qsize());
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_room_of_a_putter_that_is_cancelled_is_there_for_the_next_who_comes(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        queue.putNowait(1);
        Task<Void> cancelled = createTask(queue.put(2));
        await(turns(1));
        assertEquals(1, queue.getNowait());
        cancelled.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(cancelled)));
        assertFalse(queue.full());
        queue.putNowait(2);
        assertEquals(2, queue.getNowait());
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void waiting_in_vain_times_out_and_leaves_the_line(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        assertInstanceOf(TimeoutException.class, await(failureOf(() -> waitFor(queue.get(), ms(10)))));
        queue.putNowait(1);
        assertInstanceOf(TimeoutException.class, await(failureOf(() -> waitFor(queue.put(2), ms(10)))));
        assertEquals(1, queue.getNowait());
        assertTrue(queue.empty());
        assertFalse(queue.full());
    }

    @AsyncTest
    void an_item_that_was_got_is_not_lost_by_a_cancel_that_comes_after() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        Task<Integer> consumer = createTask(() -> {
            Integer item = await(queue.get());
            try {
                await(sleep(FOREVER));
            } finally {
                log.add("got " + item);
            }
            return done(item);
        });
        await(turns(1));
        queue.putNowait(1);
        await(turns(1)); // it has the item
        consumer.cancel();
        await(failureOf(consumer));
        assertEquals(0, queue.qsize());
        assertEquals(List.of("got 1"), log);
    }

    @Async
    private static Coroutine<Void> putInto(AsyncQueue<Integer> queue, int item) {
        await(queue.put(item));
        return done();
    }

    @AsyncTest
    void a_comparator_that_fails_after_a_wait_for_room_is_in_the_trace() {
        AsyncQueue<Integer> queue = new AsyncPriorityQueue<>(2, QueuesTest::failing);
        queue.putNowait(1);
        queue.putNowait(2);
        Task<Void> putter = createTask(putInto(queue, 13));
        await(turns(1));
        queue.getNowait();
        await(turns(1));
        StackTraceElement[] trace = Objects.requireNonNull(putter.exception()).getStackTrace();
        assertEquals("failing", trace[0].getMethodName());
        assertTrue(Arrays.stream(trace).anyMatch(it -> it.getMethodName().equals("putInto")));
    }

    private static int failing(Integer one, Integer other) {
        if (one == 13 || other == 13) {
            throw new IllegalArgumentException("pretended");
        }
        return one.compareTo(other);
    }

    @AsyncTest
    void a_task_that_an_error_ends_before_it_could_wait_is_given_no_item_and_no_room() {
        EventLoop.running().setExceptionHandler((loop, context) -> log.add("reported"));
        AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        Task<Void> dead = createTask(new Unlucky(queue.get(), new StackOverflowError("pretended")));
        Task<Integer> next = createTask(queue.get());
        await(turns(1));
        assertNotNull(dead.exception());
        queue.putNowait(1);
        assertEquals(1, await(next));
        queue.putNowait(2);
        dead = createTask(new Unlucky(queue.put(3), new StackOverflowError("pretended")));
        Task<Void> putter = createTask(queue.put(4));
        await(turns(1));
        assertNotNull(dead.exception());
        assertEquals(2, queue.getNowait());
        await(putter);
        assertEquals(4, queue.getNowait());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void two_hundred_thousand_who_wait_are_cancelled_one_by_one_in_any_order() {
        // with a cost that grows with the line this takes minutes
        AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        queue.putNowait(1);
        List<Task<Void>> waiters = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            waiters.add(createTask(queue.put(i)));
        }
        await(turns(1));
        for (int i = waiters.size() - 1; i >= 0; i -= 2) {
            waiters.get(i).cancel();
        }
        for (int i = 0; i < waiters.size(); i += 2) {
            waiters.get(i).cancel();
        }
        await(turns(1));
        assertTrue(waiters.stream().allMatch(Task::cancelled));
        assertEquals(1, queue.getNowait());
        assertTrue(queue.empty());
        assertFalse(queue.full());
    }

    // ---- join

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void join_waits_until_each_item_is_done(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        for (int i = 0; i < 100; i++) {
            queue.putNowait(i);
        }
        int[] sum = {0};
        List<Task<Void>> workers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            workers.add(createTask(() -> {
                while (true) {
                    int item = await(queue.get());
                    await(sleep(ms(1)));
                    sum[0] += item;
                    queue.taskDone();
                }
            }));
        }
        await(queue.join());
        assertEquals(4950, sum[0]);
        assertEquals(50, now());
        workers.forEach(Task::cancel);
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void join_does_not_suspend_if_nothing_is_undone(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        EventLoop.running().callSoon(() -> log.add("next iteration"));
        await(queue.join());
        await(queue.join());
        queue.putNowait(1);
        queue.getNowait();
        queue.taskDone();
        await(queue.join());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void all_who_join_go_on_even_if_more_is_put_before_they_run() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        queue.putNowait(1);
        Task<Void> one = createTask(queue.join());
        Task<Void> cancelled = createTask(queue.join());
        Task<Void> other = createTask(queue.join());
        await(turns(1));
        cancelled.cancel();
        queue.getNowait();
        await(turns(1));
        assertFalse(one.done());
        queue.taskDone();
        queue.putNowait(2);
        await(gather(one, other));
        assertTrue(cancelled.cancelled());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void calling_task_done_too_often_is_an_error_that_says_what_to_do(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        saysThat(
                "AsyncQueue.taskDone was called more often than items were put",
                assertThrows(IllegalStateException.class, queue::taskDone));
        queue.putNowait(1);
        queue.taskDone(); // it counts what was put, not what was got
        saysThat("once for each item that you got", assertThrows(IllegalStateException.class, queue::taskDone));
    }

    // ---- shutdown

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void who_waits_for_an_item_of_an_empty_queue_is_told_of_the_shutdown(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Integer> getter = createTask(queue.get());
        await(turns(1));
        queue.shutdown();
        isShutDown(await(failureOf(getter)));
        await(queue.join());
        isShutDown(await(failureOf(queue.put(1))));
        isShutDown(assertThrows(QueueShutDownException.class, () -> queue.putNowait(1)));
        isShutDown(await(failureOf(queue.get())));
        isShutDown(assertThrows(QueueShutDownException.class, queue::getNowait));
        assertEquals(0, queue.qsize());
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_is_there_can_still_be_got_after_a_shutdown(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        queue.putNowait(1);
        Task<Void> joiner = createTask(queue.join());
        Task<Void> putter = createTask(queue.put(2));
        await(turns(1));
        queue.shutdown();
        assertEquals(1, queue.qsize());
        isShutDown(await(failureOf(putter)));
        isShutDown(await(failureOf(queue.put(3))));
        assertEquals(1, await(queue.get()));
        isShutDown(await(failureOf(queue.get())));
        isShutDown(assertThrows(QueueShutDownException.class, queue::getNowait));
        await(turns(3));
        assertFalse(joiner.done());
        queue.taskDone();
        await(joiner);
        assertThrows(IllegalStateException.class, queue::taskDone);
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_immediate_shutdown_throws_away_what_is_there(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(2);
        queue.putNowait(1);
        queue.putNowait(2);
        Task<Void> joiner = createTask(queue.join());
        Task<Void> putter = createTask(queue.put(3));
        await(turns(1));
        queue.shutdown(true);
        assertEquals(0, queue.qsize());
        await(joiner); // each counts as done
        isShutDown(await(failureOf(putter)));
        isShutDown(await(failureOf(queue.get())));
        isShutDown(assertThrows(QueueShutDownException.class, queue::getNowait));
        isShutDown(await(failureOf(queue.put(4))));
        isShutDown(assertThrows(QueueShutDownException.class, () -> queue.putNowait(4)));
        assertThrows(IllegalStateException.class, queue::taskDone);
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_immediate_shutdown_does_not_count_what_was_got_before_as_done(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        queue.putNowait(1);
        queue.putNowait(2);
        Task<Void> joiner = createTask(queue.join());
        await(queue.get());
        queue.shutdown(true);
        await(turns(3));
        assertFalse(joiner.done());
        queue.taskDone();
        await(joiner);
        assertThrows(IllegalStateException.class, queue::taskDone);
    }

    @Test
    void an_immediate_shutdown_counts_nothing_as_done_that_was_said_to_be_so_already() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        queue.putNowait(1);
        queue.putNowait(2);
        queue.taskDone();
        queue.shutdown(true);
        assertThrows(IllegalStateException.class, queue::taskDone);
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_immediate_shutdown_may_follow_one_that_drains(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        queue.putNowait(1);
        queue.shutdown();
        assertEquals(1, queue.qsize());
        queue.shutdown(true);
        assertEquals(0, queue.qsize());
        await(queue.join());
        isShutDown(await(failureOf(queue.get())));
        queue.shutdown();
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_woken_getter_gets_its_item_in_spite_of_a_shutdown_and_the_next_is_told_of_it(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Integer> woken = createTask(queue.get());
        Task<Integer> next = createTask(queue.get());
        await(turns(1));
        queue.putNowait(1);
        queue.shutdown();
        assertThrows(QueueEmptyException.class, queue::getNowait); // the item is there, but claimed
        assertEquals(1, await(woken));
        isShutDown(await(failureOf(next)));
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_claim_outlives_a_shutdown_in_whatever_order_tasks_run(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Integer> woken = createTask(queue.get());
        Task<Integer> next = createTask(queue.get());
        await(turns(1));
        EventLoop.running().setSchedulePolicy(new SchedulePolicy() {
            @Override
            public int next(int ready) {
                return ready - 1;
            }
        });
        queue.putNowait(1);
        queue.shutdown();
        isShutDown(await(failureOf(next)));
        assertEquals(1, await(woken));
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_claim_passes_on_after_a_shutdown_too(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Integer> cancelled = createTask(queue.get());
        Task<Integer> next = createTask(queue.get());
        Task<Integer> last = createTask(queue.get());
        await(turns(1));
        queue.putNowait(1);
        queue.shutdown();
        cancelled.cancel();
        assertEquals(1, await(next));
        isShutDown(await(failureOf(last)));
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_woken_getter_whose_item_was_thrown_away_is_told_of_the_shutdown(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(0);
        Task<Integer> woken = createTask(queue.get());
        Task<Integer> next = createTask(queue.get());
        await(turns(1));
        queue.putNowait(1);
        queue.shutdown(true);
        isShutDown(await(failureOf(woken)));
        isShutDown(await(failureOf(next)));
    }

    @AsyncTest
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_woken_putter_is_told_of_the_shutdown(Kind kind) {
        AsyncQueue<Integer> queue = kind.create(1);
        queue.putNowait(1);
        Task<Void> woken = createTask(queue.put(2));
        Task<Void> next = createTask(queue.put(3));
        await(turns(1));
        queue.getNowait();
        queue.shutdown();
        isShutDown(await(failureOf(woken)));
        isShutDown(await(failureOf(next)));
        assertEquals(0, queue.qsize());
    }

    // ---- what it costs

    /** Items back and forth between two tasks, where each get waits. */
    @Async
    private static Coroutine<Void> rally(AsyncQueue<Integer> in, AsyncQueue<Integer> out, int count) {
        Integer item = 1;
        for (int i = 0; i < count; i++) {
            await(out.put(item));
            item = await(in.get());
        }
        return done();
    }

    @AsyncTest
    void a_round_trip_allocates_no_more_than_the_coroutines_of_its_puts_and_gets() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AsyncQueue<Integer> to = new AsyncQueue<>(1);
        AsyncQueue<Integer> fro = new AsyncQueue<>(1);
        int rounds = 10_000;
        createTask(rally(to, fro, 3 * rounds));
        await(rally(fro, to, rounds)); // warms up, and makes the frames
        long before = threads.getCurrentThreadAllocatedBytes();
        await(rally(fro, to, rounds));
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
        // two puts and two gets of 40 bytes; the JIT compiler may do without some
        assertTrue(each <= 4 * 40, each + " bytes");
        await(rally(fro, to, rounds));
    }

    // ---- what cannot work, and what it says

    @Test
    void a_dump_says_what_is_waited_for() {
        AsyncQueue<Integer> queue = new AsyncQueue<>(10);
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    createTask(getAndLog(queue, "a"), "a");
                    createTask(getAndLog(queue, "b"), "b");
                    await(getAndLog(queue, "c"));
                    return done();
                }));
        saysThat("task a waits for an item of a queue (0 of 10, 3 waiting)", thrown);
        saysThat("at dev.fermata.semantics.QueuesTest.getAndLog(QueuesTest.java", thrown);

        AsyncQueue<Integer> full = new AsyncLifoQueue<>(1);
        thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    await(full.put(1));
                    createTask(full.join(), "joiner");
                    await(full.put(2));
                    return done();
                }));
        saysThat("task Task-1 waits for room in a LIFO queue (1 of 1, 1 waiting)", thrown);
        saysThat(
                "task joiner waits for the end of the work on the items of a LIFO queue (1 of 1, 1 waiting to put, 1"
                        + " unfinished)",
                thrown);

        thrown = assertThrows(DeadlockException.class, () -> virtually(() -> new AsyncPriorityQueue<Integer>().get()));
        saysThat("task Task-1 waits for an item of a priority queue (0 items, 1 waiting)", thrown);
    }

    @Test
    void a_queue_says_what_it_holds() {
        AsyncQueue<Integer> queue = new AsyncQueue<>(2);
        queue.putNowait(1);
        assertEquals("queue (1 of 2, 1 unfinished)", queue.toString());
        queue.shutdown(true);
        assertEquals("queue (0 of 2, shut down)", queue.toString());
        virtually(() -> {
            AsyncQueue<Integer> other = new AsyncQueue<>();
            createTask(other.get());
            await(turns(1));
            assertEquals("queue (0 items, 1 waiting to get)", other.toString());
            return done();
        });
    }

    @Test
    void a_queue_that_was_waited_at_on_one_loop_cannot_be_used_on_another() {
        AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        virtually(() -> {
            EventLoop.running().callSoon(() -> queue.putNowait(1));
            await(queue.get());
            return done();
        });
        virtually(() -> {
            for (Coroutine<?> wait : List.of(queue.get(), queue.put(1), queue.join())) {
                Throwable thrown = await(failureOf(wait));
                assertInstanceOf(IllegalStateException.class, thrown);
                saysThat("The queue (0 of 1, 1 unfinished) belongs to another event loop", thrown);
            }
            return done();
        });
    }

    @Test
    void waiting_without_a_loop_is_an_error_that_names_run() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        Throwable thrown =
                assertThrows(Exception.class, () -> getHot(queue).join()).getCause();
        assertInstanceOf(IllegalStateException.class, thrown);
        saysThat("AsyncQueue.get needs an event loop, and none ran where this hot method was called", thrown);
        thrown = assertThrows(Exception.class, () -> putHot(queue).join()).getCause();
        saysThat("AsyncQueue.put needs an event loop, and none ran where this hot method was called", thrown);
        assertEquals(0, queue.qsize());
    }

    @Async
    private static CompletableFuture<Integer> getHot(AsyncQueue<Integer> queue) {
        return CompletableFuture.completedFuture(await(queue.get()));
    }

    @Async
    private static CompletableFuture<Void> putHot(AsyncQueue<Integer> queue) {
        await(queue.put(1));
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void in_debug_mode_other_threads_are_told_that_they_are_wrong() {
        virtually(() -> {
            EventLoop.running().setDebug(true);
            AsyncQueue<Integer> queue = new AsyncQueue<>();
            await(queue.put(1));
            Foreign.run(() -> {
                refused("putNowait", () -> queue.putNowait(2));
                refused("getNowait", queue::getNowait);
                refused("taskDone", queue::taskDone);
                refused("shutdown", queue::shutdown);
            });
            assertEquals(1, queue.getNowait());
            queue.taskDone();
            queue.putNowait(2);
            return done();
        });
    }

    private static void refused(String what, org.junit.jupiter.api.function.Executable call) {
        saysThat("AsyncQueue." + what + " was called on thread", assertThrows(IllegalStateException.class, call));
    }
}
