package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** What it allocates to wait for many tasks, beyond the tasks themselves. */
class JoinCostsTest {
    private static final int CHILDREN = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Async
    private static Coroutine<String> child() {
        return done("");
    }

    @AsyncTest
    void a_gather_allocates_two_references_a_child() {
        await(gathered());
        long alone = await(alone());
        long beyond = (await(gathered()) - alone) / CHILDREN;
        assertTrue(beyond <= 16, beyond + " bytes a child"); // one in its list of children, one in its results
    }

    @AsyncTest
    void a_wait_for_all_allocates_no_callback_a_child() {
        await(waitedFor());
        long alone = await(alone());
        long beyond = (await(waitedFor()) - alone) / CHILDREN;
        // A set that finds repetitions, and two lists: 53 bytes. With a callback a child, 79.
        assertTrue(beyond <= 64, beyond + " bytes a child");
    }

    @AsyncTest
    void a_group_of_ten_allocates_no_callback_and_no_entry_a_child() {
        await(grouped(10));
        long alone = await(alone());
        long beyond = (await(grouped(10)) - alone) / CHILDREN;
        assertTrue(beyond <= 32, beyond + " bytes a child"); // the group's own objects, shared by ten
    }

    @AsyncTest
    void a_large_group_allocates_little_more_than_a_reference_a_child() {
        await(grouped(CHILDREN));
        long alone = await(alone());
        long beyond = (await(grouped(CHILDREN)) - alone) / CHILDREN;
        assertTrue(beyond <= 16, beyond + " bytes a child"); // an array that has grown
    }

    /** Starts all and awaits each. */
    @Async
    private Coroutine<Long> alone() {
        long before = threads.getCurrentThreadAllocatedBytes();
        List<Task<String>> tasks = new ArrayList<>(CHILDREN);
        for (int i = 0; i < CHILDREN; i++) {
            tasks.add(createTask(child()));
        }
        for (int i = 0; i < CHILDREN; i++) {
            await(tasks.get(i));
        }
        return done(threads.getCurrentThreadAllocatedBytes() - before);
    }

    @Async
    private Coroutine<Long> gathered() {
        long before = threads.getCurrentThreadAllocatedBytes();
        List<Coroutine<String>> children = new ArrayList<>(CHILDREN);
        for (int i = 0; i < CHILDREN; i++) {
            children.add(child());
        }
        await(gather(children));
        return done(threads.getCurrentThreadAllocatedBytes() - before);
    }

    @Async
    private Coroutine<Long> waitedFor() {
        long before = threads.getCurrentThreadAllocatedBytes();
        List<Task<String>> tasks = new ArrayList<>(CHILDREN);
        for (int i = 0; i < CHILDREN; i++) {
            tasks.add(createTask(child()));
        }
        await(Asyncio.waitUntil(ReturnWhen.ALL_COMPLETED, tasks));
        return done(threads.getCurrentThreadAllocatedBytes() - before);
    }

    @Async
    private Coroutine<Long> grouped(int size) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int started = 0; started < CHILDREN; started += size) {
            try (var group = new TaskGroup()) {
                for (int i = 0; i < size; i++) {
                    group.createTask(child());
                }
            }
        }
        return done(threads.getCurrentThreadAllocatedBytes() - before);
    }
}
