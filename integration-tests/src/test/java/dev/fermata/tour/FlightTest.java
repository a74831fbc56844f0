package dev.fermata.tour;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.cancelAndWait;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gatherSettled;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.runInThread;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncQueue;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.Runner;
import dev.fermata.Task;
import dev.fermata.harness.Child;
import dev.fermata.harness.ClassPath;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording shows of tasks. The recordings of this class are the only ones in its JVM. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlightTest {
    private static final List<String> EVENTS =
            List.of("dev.fermata.Task", "dev.fermata.Wait", "dev.fermata.Step", "dev.fermata.SlowStep");

    private static final String WATCHDOG = "fermata-watchdog";

    /**
     * Commits an event at the beginning of each recording. JDK 17 keeps a table of long texts, and clears it in a new recording
     * only when a thread that has committed events in an earlier one commits again. Each test has a thread of its own, which
     * would refer to texts that are in the file of an earlier recording, and its own file would have null for them.
     */
    private static final ExecutorService CLEARS_TEXTS = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "clears-texts");
        thread.setDaemon(true);
        return thread;
    });

    @Name("test.Mark")
    private static final class MarkEvent extends Event {}

    @TempDir
    Path folder;

    // ---- the program

    @Async
    private static Coroutine<Integer> price(AsyncQueue<Integer> queue) {
        return done(await(queue.get()));
    }

    @Async
    private static Coroutine<Integer> fetch(String name) throws IOException {
        await(sleep(Duration.ZERO));
        throw new IOException("no such file: " + name);
    }

    @Async
    private static Coroutine<Void> forEver() {
        await(new AsyncEvent().untilSet());
        return done();
    }

    @Async
    private static Coroutine<Integer> atOnce() {
        return done(7);
    }

    /** Its tasks end in all ways, and one of them begins inside the call that creates it. */
    @Async
    private static Coroutine<Integer> shop() {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        Task<Integer> tea = createTask(price(queue), "tea");
        Task<Integer> file = createTask(() -> fetch("list"), "file");
        Task<Void> late = createTask(forEver(), "late");
        Task<Integer> eager = EventLoop.running().createTask(atOnce(), "eager", true);
        await(sleep(Duration.ZERO));
        queue.putNowait(3);
        late.cancel();
        await(gatherSettled(List.of(tea, late, file)));
        return done(await(tea) + await(eager));
    }

    // ---- lives and waits

    @Test
    void a_recording_has_the_life_of_each_task_and_how_it_ended() throws Exception {
        List<RecordedEvent> events = recorded(List.of("dev.fermata.Task"), () -> assertEquals(10, run(shop())));

        Map<String, String> outcomes = new TreeMap<>();
        events.forEach(
                it -> outcomes.put(it.getString("task"), it.getString("outcome") + " " + it.getString("failure")));
        assertEquals(
                new TreeMap<>(Map.of(
                        "Task-1", "returned null",
                        "tea", "returned null",
                        "file", "failed java.io.IOException: no such file: list",
                        "late", "cancelled null",
                        "eager", "returned null")),
                outcomes);
        assertEquals(5, events.size());
        assertEquals(1, events.stream().map(it -> it.getLong("loop")).distinct().count(), "loops");
        assertEquals(
                List.of(1, 2, 3, 4, 5),
                events.stream().map(it -> it.getInt("number")).sorted().toList());
        RecordedEvent main = only(events, "Task-1");
        RecordedEvent tea = only(events, "tea");
        assertFalse(main.getStartTime().isAfter(tea.getStartTime()), "the main task began first");
        assertFalse(main.getEndTime().isBefore(tea.getEndTime()), "the main task ended last");
    }

    @Test
    void a_wait_shows_what_the_task_waited_for_and_where() throws Exception {
        List<RecordedEvent> events = recorded(List.of("dev.fermata.Wait"), () -> run(shop()));

        assertEquals(
                List.of("its first step at null", "an item of a queue (0 items, 1 waiting) at price"),
                waits(events, "tea"));
        assertEquals(List.of("its first step at null", "a sleep at fetch"), waits(events, "file"));
        assertEquals(
                List.of("its first step at null", "an event (not set, 1 waiting) at forEver"), waits(events, "late"));
        assertEquals(List.of(), waits(events, "eager"), "never waited");
        assertEquals(
                List.of("its first step at null", "a sleep at shop", "a gather of 3, 3 of them not done at shop"),
                waits(events, "Task-1"),
                events::toString);
    }

    @Test
    void a_wait_that_is_shorter_than_the_threshold_is_not_recorded() throws Exception {
        Path file = folder.resolve("short.jfr");
        try (Recording recording = new Recording()) {
            EVENTS.forEach(recording::disable);
            recording.enable("dev.fermata.Wait").withThreshold(Duration.ofDays(1));
            start(recording);
            run(shop());
            recording.stop();
            recording.dump(file);
        }
        assertEquals(List.of(), read(file));
    }

    /** What each wait of a task was for, and the method. */
    private static List<String> waits(List<RecordedEvent> events, String task) {
        return events.stream()
                .filter(it -> task.equals(it.getString("task")))
                .map(it -> it.getString("waitsFor") + " at " + method(it.getString("at")))
                .toList();
    }

    /** The method of a place, {@code dev.fermata.tour.FlightTest.price(FlightTest.java:65)}. */
    private static String method(String place) {
        if (place == null) {
            return null;
        }
        String own = FlightTest.class.getName() + ".";
        assertTrue(place.startsWith(own) && place.matches(".*\\(FlightTest\\.java:\\d+\\)"), place);
        return place.substring(own.length(), place.indexOf('('));
    }

    // ---- steps

    @Test
    void each_step_is_recorded_only_if_a_recording_asks_for_it() throws Exception {
        List<RecordedEvent> events = recorded(List.of("dev.fermata.Step"), () -> run(shop()));

        assertEquals(
                Arrays.asList(null, "price"),
                events.stream()
                        .filter(it -> it.getString("task").equals("tea"))
                        .map(it -> method(it.getString("from")))
                        .toList());

        Path file = folder.resolve("default.jfr");
        try (Recording recording = new Recording()) {
            start(recording);
            run(shop());
            recording.stop();
            recording.dump(file);
        }
        List<String> names = read(file).stream()
                .map(it -> it.getEventType().getName())
                .distinct()
                .toList();
        assertTrue(names.contains("dev.fermata.Task"), names::toString);
        assertFalse(names.contains("dev.fermata.Step"), names::toString);
    }

    /** Blocks until the watchdog has looked twice after the limit, which has passed when this begins to count. */
    private static void block(Duration limit) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long watchdog =
                watchdogs().stream().mapToLong(Thread::getId).max().orElseThrow(); // earlier ones may not be gone
        long start = System.nanoTime();
        while (System.nanoTime() - start <= limit.toNanos()) {
            Thread.onSpinWait();
        }
        long before = threads.getThreadInfo(watchdog).getWaitedCount();
        while (threads.getThreadInfo(watchdog).getWaitedCount() < before + 2) {
            Thread.onSpinWait();
        }
    }

    private static List<Thread> watchdogs() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(it -> it.getName().equals(WATCHDOG))
                .toList();
    }

    /** Blocks the loop, which nothing else uses. */
    private static void awaitEnds(List<Thread> threads) {
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                Thread.onSpinWait();
            }
        }
    }

    private static List<Long> watchdogIds() {
        return watchdogs().stream().map(Thread::getId).toList();
    }

    @Async
    private static Coroutine<Void> blocked(Duration limit) {
        await(sleep(Duration.ZERO));
        block(limit);
        await(sleep(Duration.ZERO));
        return done();
    }

    @Async
    private static Coroutine<Void> slow(Duration limit) {
        EventLoop.running().setSlowCallbackDuration(limit);
        await(createTask(blocked(limit), "blocked"));
        EventLoop.running().callSoon(() -> block(limit));
        await(sleep(Duration.ZERO));
        await(sleep(Duration.ZERO));
        EventLoop.running().setSlowCallbackDuration(Asyncio.FOREVER);
        return done();
    }

    @Test
    void a_slow_step_shows_its_task_and_where_it_was() throws Exception {
        Duration limit = Duration.ofMillis(1);
        List<RecordedEvent> slow = recorded(List.of("dev.fermata.SlowStep"), () -> run(slow(limit)));
        List<RecordedEvent> blocks = slow.stream()
                .filter(it ->
                        it.getString("stack") != null && it.getString("stack").contains(".block("))
                .toList(); // on a busy machine other steps are slow, too
        assertEquals(2, blocks.size(), slow::toString);
        RecordedEvent ofTask = blocks.get(0);
        assertEquals("blocked", ofTask.getString("task"));
        assertTrue(List.of("block", "watchdogs").contains(method(ofTask.getString("at"))), ofTask::toString);
        String stack = ofTask.getString("stack");
        assertTrue(stack.contains(FlightTest.class.getName() + ".blocked(FlightTest.java:"), stack);
        assertFalse(stack.contains("dev.fermata.internal"), stack);
        assertFalse(ofTask.getDuration().compareTo(limit) <= 0, "shorter than the limit");

        RecordedEvent ofCallback = blocks.get(1);
        assertTrue(ofCallback.getString("callback").contains("FlightTest"), ofCallback::toString);
        assertEquals(null, ofCallback.getString("task"));
    }

    @Test
    void debug_mode_and_a_recording_watch_the_same_steps() throws Exception {
        List<RecordedEvent> events = recorded(
                List.of("dev.fermata.Task"),
                () -> run(() -> {
                    List<Long> before = watchdogIds();
                    EventLoop.running().setDebug(true);
                    assertEquals(
                            1,
                            watchdogIds().stream()
                                    .filter(it -> !before.contains(it))
                                    .count());
                    return shop();
                }));
        assertEquals(5, events.size(), events::toString);
    }

    // ---- when recordings begin and end

    @Async
    private static Coroutine<Void> recordedLater(Recording recording) {
        Task<Void> before = createTask(forEver(), "before");
        await(sleep(Duration.ZERO));
        await(runInThread(recording::start));
        Task<Integer> during = createTask(atOnce(), "during");
        await(during);
        before.cancel();
        await(gatherSettled(List.of(before)));
        await(runInThread(recording::stop));
        await(createTask(atOnce(), "after"));
        awaitEnds(watchdogs());
        return done();
    }

    @Test
    void a_recording_may_begin_and_end_while_the_loop_runs() throws Exception {
        Path file = folder.resolve("later.jfr");
        try (Recording recording = new Recording()) {
            EVENTS.forEach(recording::enable);
            run(recordedLater(recording));
            recording.dump(file);
        }
        List<String> tasks = read(file).stream()
                .filter(it -> it.getEventType().getName().equals("dev.fermata.Task"))
                .map(it -> it.getString("task") + " " + it.getString("outcome"))
                .toList();
        assertEquals(List.of("during returned", "before cancelled"), tasks);
    }

    @Test
    void the_step_that_starts_a_recording_is_no_wait() throws Exception {
        Path file = folder.resolve("started.jfr");
        try (Recording recording = new Recording()) {
            EVENTS.forEach(recording::disable);
            recording.enable("dev.fermata.Wait").withThreshold(Duration.ZERO);
            run(() -> {
                start(recording);
                await(sleep(Duration.ofMillis(1)));
                await(sleep(Duration.ZERO));
                return done();
            });
            recording.stop();
            recording.dump(file);
        }
        assertEquals(
                List.of("a sleep", "a sleep"),
                read(file).stream().map(it -> it.getString("waitsFor")).toList());
    }

    @Test
    void a_life_that_was_there_begins_with_the_recording_also_between_two_runs() throws Exception {
        Path file = folder.resolve("second.jfr");
        Instant started;
        try (Runner runner = new Runner();
                Recording first = new Recording();
                Recording second = new Recording()) {
            first.enable("dev.fermata.Task");
            start(first);
            Task<Void> background = runner.run(() -> done(createTask(forEver(), "background")));
            first.stop();
            second.enable("dev.fermata.Task").withThreshold(Duration.ZERO);
            start(second);
            started = second.getStartTime();
            runner.run(() -> cancelAndWait(background));
            second.stop();
            second.dump(file);
        }
        Instant begins = only(read(file), "background").getStartTime();
        assertFalse(begins.isBefore(started), () -> begins + " is before " + started);
    }

    /** A record that contains itself, say. */
    private static final class Indescribable implements Callable<String> {
        @Override
        public String call() {
            return "called";
        }

        @Override
        public String toString() {
            throw new StackOverflowError();
        }
    }

    @Test
    void what_cannot_be_described_is_recorded_as_such() throws Exception {
        List<RecordedEvent> events =
                recorded(List.of("dev.fermata.Wait"), () -> assertEquals("called", run(toThread(new Indescribable()))));
        assertEquals(
                "a call in an executor: something whose description failed with java.lang.StackOverflowError",
                events.get(events.size() - 1).getString("waitsFor"));
    }

    @Test
    void a_guest_is_recorded_too() throws Exception {
        List<RecordedEvent> events = recorded(List.of("dev.fermata.Task"), () -> {
            ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
            try {
                EventLoop guest = EventLoop.guest(GuestHost.of(executor));
                CompletableFuture<Integer> result = guest.runThreadsafe(FlightTest::shop);
                assertEquals(10, result.join());
                CompletableFuture.runAsync(guest::close, executor).join();
            } finally {
                executor.shutdown();
            }
        });
        assertEquals("returned", only(events, "tea").getString("outcome"));
    }

    @Test
    void a_task_that_is_left_when_its_loop_closes_is_recorded() throws Exception {
        List<RecordedEvent> events = recorded(List.of("dev.fermata.Task"), () -> {
            EventLoop loop = EventLoop.create();
            Task<Void> left = loop.createTask(forEver(), "left");
            loop.runUntilComplete(atOnce());
            loop.close();
            assertFalse(left.done());
        });
        assertEquals("left", only(events, "left").getString("outcome"));
    }

    @Test
    void a_recording_of_other_events_watches_no_step() throws Exception {
        List<Long> before = watchdogIds();
        List<RecordedEvent> events = recorded(
                List.of(),
                () -> run(() -> {
                    assertEquals(
                            0,
                            watchdogIds().stream()
                                    .filter(it -> !before.contains(it))
                                    .count());
                    return shop();
                }));
        assertEquals(List.of(), events);
    }

    // ---- other JVMs

    /** A program without anything of JUnit. */
    static final class Program {
        private Program() {}

        @Async
        static Coroutine<Void> tea() {
            await(sleep(Duration.ofMillis(30)));
            return done();
        }

        @Async
        static Coroutine<Void> main() {
            await(createTask(tea(), "tea"));
            return done();
        }

        /** The process has used no recorder before this one. */
        @Async
        static Coroutine<Void> later(Path file) {
            await(sleep(Duration.ZERO));
            try (Recording recording = new Recording()) {
                await(runInThread(recording::start));
                await(createTask(tea(), "tea"));
                await(runInThread(() -> recording.dump(file)));
            }
            return done();
        }

        public static void main(String[] arguments) {
            run(arguments.length == 0 ? main() : later(Path.of(arguments[0])));
            System.out.println(ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? "with" : "without");
        }
    }

    @Test
    void a_runtime_without_the_module_runs_as_before() throws Exception {
        try (Child child = new Child(List.of("--limit-modules", "java.base"), Program.class)) {
            assertEquals(List.of("without"), child.rest());
            assertEquals(0, child.exitCode());
        }
    }

    @Test
    void the_first_recording_of_a_process_may_begin_while_a_loop_runs() throws Exception {
        Path file = folder.resolve("first.jfr");
        try (Child child = new Child(List.of(), Program.class, file.toString())) {
            assertEquals(List.of("with"), child.rest());
            assertEquals(0, child.exitCode());
        }
        List<RecordedEvent> tasks = read(file).stream()
                .filter(it -> it.getEventType().getName().equals("dev.fermata.Task"))
                .toList();
        assertEquals("returned", only(tasks, "tea").getString("outcome"));
    }

    /** The commands of docs/tools.md. */
    @Test
    void the_commands_of_the_guide_show_tasks() throws Exception {
        Path file = folder.resolve("tasks.jfr");
        String options = ",+dev.fermata.Wait#threshold=1ms,+dev.fermata.Step#enabled=true";
        try (Child child = new Child(List.of("-XX:StartFlightRecording=filename=" + file + options), Program.class)) {
            List<String> lines = child.rest();
            assertTrue(lines.contains("with"), lines::toString);
            assertEquals(0, child.exitCode());
        }
        Child.Ended printed =
                Child.run(List.of(Child.tool("jfr"), "print", "--events", "dev.fermata.*", file.toString()));
        assertEquals(0, printed.exitCode(), printed.errors());
        assertTrue(printed.text().contains("dev.fermata.Task {"), printed.text());
        assertTrue(printed.text().contains("outcome = \"returned\""), printed.text());
        assertTrue(printed.text().contains("waitsFor = \"a sleep\""), printed.text());
        assertTrue(printed.text().contains("dev.fermata.Step {"), printed.text());
    }

    @Test
    void a_run_without_a_recording_loads_nothing_that_watches() throws Exception {
        List<String> command =
                Child.command(List.of("-Xlog:class+load"), ClassPath.of(Program.class, Asyncio.class), Program.class);
        List<String> loaded = Child.run(command).text().lines().toList();
        assertTrue(loaded.stream().anyMatch(it -> it.contains("dev.fermata.internal.engine.Engine ")));
        assertEquals(
                List.of(),
                loaded.stream()
                        .filter(it -> it.contains("dev.fermata.internal.flight.FlightWatch"))
                        .toList());
        List<String> ofRecorder =
                loaded.stream().filter(it -> it.contains(" jdk.jfr.")).toList();
        assertTrue(ofRecorder.size() <= MOST_CLASSES, () -> String.join("\n", ofRecorder));
    }

    /** Of the JDK's recorder, to ask whether it is used. To listen to it takes 20 on JDK 17, and 15 milliseconds. */
    private static final int MOST_CLASSES = 3;

    // ---- recordings

    @FunctionalInterface
    private interface Run {
        void run() throws Exception;
    }

    private static void start(Recording recording) throws InterruptedException, ExecutionException {
        recording.start();
        CLEARS_TEXTS.submit(() -> new MarkEvent().commit()).get();
    }

    /** Runs a program, and returns what was recorded of these events, in the order in which they ended. */
    private List<RecordedEvent> recorded(List<String> events, Run program) throws Exception {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            for (String event : EVENTS) {
                if (events.contains(event)) {
                    recording.enable(event).withThreshold(Duration.ZERO);
                } else {
                    recording.disable(event);
                }
            }
            start(recording);
            program.run();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> all = read(file);
        for (RecordedEvent event : all) {
            assertTrue(events.contains(event.getEventType().getName()), event::toString);
        }
        return all;
    }

    private static List<RecordedEvent> read(Path file) throws IOException {
        List<RecordedEvent> events = new ArrayList<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (event.getEventType().getName().startsWith("dev.fermata.")) {
                events.add(event);
            }
        }
        events.sort((one, other) -> one.getEndTime().compareTo(other.getEndTime()));
        Files.delete(file);
        return events;
    }

    private static RecordedEvent only(List<RecordedEvent> events, String task) {
        List<RecordedEvent> found =
                events.stream().filter(it -> task.equals(it.getString("task"))).collect(Collectors.toList());
        assertEquals(1, found.size(), events::toString);
        return found.get(0);
    }
}
