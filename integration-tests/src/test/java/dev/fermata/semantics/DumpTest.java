package dev.fermata.semantics;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.dump;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.shield;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitUntil;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The tasks as text: what each waits for, where, and for whom. */
class DumpTest {
    @Async
    private static Coroutine<Void> parked() {
        await(sleep(FOREVER));
        return done();
    }

    @Async
    private static Coroutine<Void> outer() {
        await(parked());
        return done();
    }

    /** The lines about tasks, without line numbers, of a dump that is made when everything has parked. */
    private static List<String> dumpOf(AsyncCallable<Void> main) {
        return virtually(() -> {
            Task<?> running = createTask(main, "main");
            await(sleep(Duration.ofMillis(1)));
            String text = dump();
            running.cancel();
            return done(text.lines()
                    .skip(2) // the loop, and the task that makes the dump
                    .map(it -> it.replaceAll("dev.fermata/|dev.fermata.semantics.|\\(DumpTest.java:\\d+\\)", ""))
                    .toList());
        });
    }

    @Test
    void a_task_is_shown_with_what_it_waits_for_and_the_methods_that_wait() {
        assertEquals(
                List.of(
                        "  task main waits for a sleep without end",
                        "      at DumpTest.parked",
                        "      at DumpTest.outer"),
                dumpOf(() -> outer()));
    }

    @Test
    void a_line_break_in_a_name_makes_no_line_of_its_own() {
        List<String> lines = dumpOf(() -> {
            Task<Void> named = createTask(parked(), "one\n  task forged waits for nothing");
            currentTask().setName("main\r\u2028\u001b[2J");
            assertEquals("one\\n  task forged waits for nothing", named.getName());
            await(named);
            return done();
        });
        assertEquals(
                List.of(
                        "  task main\\r\\u2028\\u001b[2J waits for task one\\n  task forged waits for nothing",
                        "    task one\\n  task forged waits for nothing waits for a sleep without end"),
                lines.stream().filter(it -> it.contains("task ")).toList());
    }

    @Test
    void nor_does_one_in_the_text_of_a_stage() {
        CompletableFuture<Void> stage = new CompletableFuture<>() {
            @Override
            public String toString() {
                return "of\n  task forged waits for nothing";
            }
        };
        String text = virtually(() -> {
            Task<?> waiting = createTask(() -> done(await(stage)), "main");
            await(sleep(Duration.ZERO));
            String dumped = dump();
            waiting.cancel();
            return done(dumped);
        });
        assertTrue(
                text.lines()
                        .anyMatch(it ->
                                it.equals("  task main waits for the stage of\\n  task forged waits for nothing")),
                text);
    }

    @Test
    void what_a_task_awaits_stands_below_it() {
        List<String> lines = dumpOf(() -> {
            Task<Void> a = createTask(parked(), "a");
            Task<Void> b = createTask(parked(), "b");
            await(gather(a, shield(b)));
            return done();
        });
        assertEquals("  task main waits for a gather of 2, 2 of them not done", lines.get(0));
        assertTrue(lines.contains("    task a waits for a sleep without end"), lines::toString);
        assertTrue(lines.contains("    task b waits for a sleep without end"), lines::toString);
    }

    @Test
    void tasks_of_a_group_stand_below_the_one_that_opened_it_even_while_that_waits_for_something_else() {
        List<String> lines = dumpOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(parked(), "child");
                await(sleep(FOREVER));
            }
            return done();
        });
        assertEquals("  task main waits for a sleep without end", lines.get(0));
        assertTrue(lines.contains("    task child waits for a sleep without end"), lines::toString);
    }

    @Test
    void a_task_with_two_awaiters_is_shown_once_and_names_the_other() {
        List<String> lines = dumpOf(() -> {
            Task<Void> shared = createTask(parked(), "shared");
            Task<?> other = createTask(awaiting(shared), "other");
            await(waitUntil(ReturnWhen.ALL_COMPLETED, shared, other));
            return done();
        });
        assertEquals(
                List.of("    task shared waits for a sleep without end (awaited by other too)"),
                lines.stream().filter(it -> it.contains("task shared waits")).toList());
    }

    @Async
    private static Coroutine<Void> awaiting(Task<Void> task) {
        await(task);
        return done();
    }

    @Test
    void tasks_that_await_one_another_in_a_ring_are_shown_too() {
        List<String> lines = dumpOf(() -> {
            Promise<Task<Void>> link = createPromise();
            Task<Void> a = createTask(awaitingLinked(link), "a");
            Task<Void> b = createTask(awaiting(a), "b");
            link.setResult(b);
            return parked();
        });
        assertTrue(lines.contains("  task a waits for task b"), lines::toString);
        assertTrue(lines.contains("    task b waits for task a"), lines::toString);
    }

    @Async
    private static Coroutine<Void> awaitingLinked(Promise<Task<Void>> link) {
        await(await(link));
        return done();
    }

    @Test
    void a_chain_of_ten_thousand_tasks_is_shown() {
        List<String> lines = dumpOf(() -> {
            Task<Void> last = createTask(parked());
            for (int i = 0; i < 10_000; i++) {
                last = createTask(awaiting(last));
            }
            await(last);
            return done();
        });
        assertEquals(10_002, lines.stream().filter(it -> it.contains("task ")).count());
    }

    @AsyncTest
    void the_stack_of_a_task_is_that_of_the_methods_that_wait_innermost_first() {
        Task<Void> task = createTask(outer());
        assertEquals(List.of(), task.getStack());
        await(sleep(Duration.ofMillis(1)));
        assertEquals(
                List.of("parked", "outer"),
                task.getStack().stream().map(StackTraceElement::getMethodName).toList());
        task.cancel();
        await(sleep(Duration.ofMillis(1)));
        assertEquals(List.of(), task.getStack());
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void another_thread_sees_the_loop_and_what_keeps_one_that_does_not_answer() throws Exception {
        CountDownLatch parked = new CountDownLatch(1);
        CountDownLatch hog = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        EventLoop[] loop = new EventLoop[1];
        Thread thread = new Thread(
                () -> run(() -> {
                    loop[0] = EventLoop.running();
                    createTask(parked(), "worker");
                    await(sleep(Duration.ofMillis(1)));
                    parked.countDown();
                    await(EventLoop.running().runInExecutor(null, () -> {
                        hog.await();
                        return null;
                    }));
                    hogs(release);
                    return done();
                }),
                "other");
        thread.start();
        parked.await();
        assertTrue(EventLoop.runningLoops().contains(loop[0]));
        String answered = dump();
        assertTrue(answered.contains(" on thread other, 2 tasks\n"), answered);
        assertTrue(answered.contains("\n  task worker waits for a sleep without end\n"), answered);
        hog.countDown();
        String busy = dump();
        while (!busy.contains("does not answer")) {
            busy = dump();
        }
        assertTrue(busy.contains("DumpTest.hogs(DumpTest.java:"), busy);
        release.countDown();
        thread.join();
        assertFalse(Asyncio.dump().contains("thread other"));
    }

    private static void hogs(CountDownLatch release) throws InterruptedException {
        release.await();
    }
}
