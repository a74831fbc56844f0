package dev.fermata.testing.net;

import static dev.fermata.Asyncio.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TaskLocal;
import dev.fermata.internal.Backend;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a crash does to tasks: they end where they are, and nothing of them is left. */
final class DroppedTasksTest {
    private static final TaskLocal<String> PLACE = new TaskLocal<>("place");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> log = new ArrayList<>();

    private interface Waiting {
        Coroutine<?> begin() throws Exception;
    }

    @Async
    private Coroutine<Void> watched(Waiting waiting) {
        try {
            await(waiting.begin());
            log.add("went on");
        } catch (Throwable any) {
            log.add("threw " + any);
        } finally {
            log.add("finally");
        }
        return done();
    }

    private static void drop(String place) {
        Backend.get().tasksWith(PLACE, place).forEach(it -> Backend.get().drop(it, place + " is gone"));
    }

    /** Every way to wait, as a task that waits that way and nothing else would end. */
    private static List<Waiting> waits() {
        AsyncLock lock = new AsyncLock();
        lock.tryAcquire();
        return List.of(
                () -> sleep(SECOND),
                () -> sleep(FOREVER),
                () -> done(await(createPromise())),
                () -> lock.acquire(),
                () -> new AsyncEvent().untilSet(),
                () -> new AsyncQueue<String>().get(),
                () -> waitFor(sleep(Duration.ofMinutes(2)), Duration.ofMinutes(1)),
                () -> done(await(gather(sleep(SECOND), sleep(FOREVER)))),
                () -> done(await(shield(sleep(SECOND)))),
                () -> done(await(createTask(sleep(SECOND)))),
                () -> cancelAndWait(createTask(sleep(SECOND))),
                DroppedTasksTest::inScopes,
                DroppedTasksTest::inFailedGroup);
    }

    @Async
    private static Coroutine<Void> inScopes() {
        try (var time = timeout(Duration.ofMinutes(1));
                var group = new TaskGroup()) {
            group.createTask(sleep(SECOND));
            await(sleep(FOREVER));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> inFailedGroup() {
        try (var group = new TaskGroup()) {
            group.createTask(() -> {
                throw new IllegalStateException("as planned");
            });
            try {
                await(sleep(FOREVER));
            } catch (CancelledError cancel) {
                await(sleep(FOREVER));
            }
        }
        return done();
    }

    @AsyncTest
    void whatever_they_wait_for() {
        for (int turns = 0; turns < 4; turns++) {
            try (var set = PLACE.set("host")) {
                for (Waiting waiting : waits()) {
                    createTask(watched(waiting));
                }
            }
            for (int i = 0; i < turns; i++) {
                await(sleep(Duration.ZERO));
            }
            log.clear();
            drop("host");
            assertEquals(1, allTasks().size());
            await(sleep(Duration.ofHours(1)));
            assertEquals(List.of(), log);
        }
    }

    @AsyncTest
    @Explore(schedules = 100)
    void and_what_they_were_granted_passes_on() {
        AsyncLock lock = new AsyncLock();
        var held = await(lock.acquire());
        Task<Void> first;
        try (var set = PLACE.set("host")) {
            first = createTask(watched(() -> lock.acquire()));
        }
        Task<AsyncLock.Held> second = createTask(lock.acquire());
        await(sleep(SECOND));
        held.close(); // the first one has it now, and does not know yet
        drop("host");
        await(second).close();
        assertTrue(first.cancelled());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void whoever_awaits_them_is_told() {
        Task<Void> dropped;
        try (var set = PLACE.set("host")) {
            dropped = createTask(sleep(FOREVER));
        }
        Task<String> awaiting = createTask(() -> {
            try {
                await(dropped);
            } catch (CancelledError cancel) {
                return done(cancel.getMessage());
            }
            return done("nothing");
        });
        await(sleep(SECOND));
        drop("host");
        assertEquals("host is gone", await(awaiting));
        Backend.get().drop(dropped, "again");
        assertThrows(IllegalStateException.class, () -> Backend.get().drop(currentTask(), "the running one"));
    }
}
