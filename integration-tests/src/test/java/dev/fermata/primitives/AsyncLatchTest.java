package dev.fermata.primitives;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitFor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.harness.Page;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A primitive that is written outside of the runtime works as those inside of it. */
final class AsyncLatchTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private Coroutine<Void> wait(AsyncLatch latch, String name) {
        await(latch.untilZero());
        log.add(name);
        return done();
    }

    @AsyncTest
    @Explore
    void all_that_wait_go_on_at_zero_and_those_that_come_later_do_not_wait() {
        log.clear();
        AsyncLatch latch = new AsyncLatch(2);
        Task<Void> first = createTask(wait(latch, "waited"));
        Task<Void> second = createTask(wait(latch, "waited"));
        await(sleep(Duration.ofSeconds(1)));
        latch.countDown();
        await(sleep(Duration.ofSeconds(1)));
        assertEquals(List.of(), log);
        latch.countDown();
        await(first);
        await(second);
        await(latch.untilZero());
        assertEquals(List.of("waited", "waited"), log);
    }

    @AsyncTest
    void they_go_on_in_order_of_arrival() {
        AsyncLatch latch = new AsyncLatch(1);
        Task<Void> first = createTask(wait(latch, "first"));
        Task<Void> second = createTask(wait(latch, "second"));
        await(sleep(Duration.ZERO));
        latch.countDown();
        await(first);
        await(second);
        assertEquals(List.of("first", "second"), log);
    }

    @AsyncTest
    void a_timeout_ends_the_wait_and_leaves_nothing_in_the_line() {
        AsyncLatch latch = new AsyncLatch(1);
        try {
            await(waitFor(latch.untilZero(), Duration.ofSeconds(1)));
            log.add("waited");
        } catch (TimeoutException e) {
            log.add("timed out");
        }
        assertEquals(List.of("timed out"), log);
        assertEquals("latch (1 to go, 0 waiting)", latch.toString());
        latch.countDown();
        await(latch.untilZero());
    }

    @Test
    void a_deadlock_says_what_is_waited_for() {
        AsyncLatch latch = new AsyncLatch(1);
        DeadlockException deadlock =
                assertThrows(DeadlockException.class, () -> run(latch::untilZero, EventLoop::virtualTime));
        assertTrue(
                deadlock.getMessage().contains("task Task-1 waits for a latch (1 to go, 1 waiting)"),
                deadlock.getMessage());
    }

    @Test
    void a_latch_that_was_waited_at_belongs_to_its_loop() {
        AsyncLatch latch = new AsyncLatch(1);
        assertThrows(DeadlockException.class, () -> run(latch::untilZero, EventLoop::virtualTime));
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> run(latch::untilZero, EventLoop::virtualTime));
        assertTrue(refused.getMessage().contains("belongs to another event loop"), refused.getMessage());
    }

    @Test
    void the_page_shows_the_class_that_is_tested_here() throws IOException {
        Page page = Page.of("docs/primitives.md");
        String source = Files.readString(Path.of("src/main/java/dev/fermata/primitives/AsyncLatch.java"));
        assertTrue(page.blocks("java").contains(source.strip()));
        assertTrue(page.text().contains("`task Task-2 waits for a latch (1 to go, 1 waiting)`"));
    }
}
