package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.openjdk.jol.info.GraphLayout;

/**
 * Prints what a parked task holds, with one frame and with three: by the heap, beside the peers, and by JOL, object by
 * object. Does both with the usual object headers and, where the JDK has them, with compact ones.
 */
final class Memory {
    private static final int TASKS = 10_000;
    private static final Duration LONG = Duration.ofHours(10);

    private static final List<String> USUAL_HEADERS = List.of();
    private static final List<String> COMPACT_HEADERS = List.of("-XX:+UseCompactObjectHeaders");
    private static final int FIRST_JDK_WITH_COMPACT_HEADERS = 25;

    /** JOL reads the layout by itself. To ask the VM's agents it would have to attach, which newer JDKs warn of. */
    private static final List<String> JOL =
            List.of("-Djol.skipDynamicAttach=true", "-Djol.skipHotspotSAAttach=true", "-Djol.magicFieldOffset=true");

    private Memory() {}

    /** Without arguments measures all; with one, prints the objects of a task with so many frames in this JVM. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1) {
            printObjects(args[0]);
            System.out.flush();
            Runtime.getRuntime().halt(0); // nobody wants to cancel them all
        }
        print("object headers as usual", USUAL_HEADERS);
        if (Runtime.version().feature() >= FIRST_JDK_WITH_COMPACT_HEADERS) {
            print("compact object headers", COMPACT_HEADERS);
        }
    }

    private static void print(String title, List<String> headers) throws IOException, InterruptedException {
        System.out.printf("%n%s: bytes of a sleeping task by the heap%n", title);
        for (String form : SleepingTaskBytes.forms()) {
            System.out.printf(Locale.ROOT, "%-18s %7.0f%n", form, SleepingTaskBytes.inJvmOfItsOwn(form, headers));
        }
        for (String frames : List.of("1", "3")) {
            System.out.printf("%s: objects of a task with %s frames, by JOL%n", title, frames);
            System.out.print(OwnJvm.run(Memory.class, options(headers), frames));
        }
    }

    private static List<String> options(List<String> headers) {
        return Stream.of(headers, JOL).flatMap(List::stream).toList();
    }

    private static void printObjects(String frames) {
        Supplier<Coroutine<Void>> work = switch (frames) {
            case "1" -> () -> Emitted.nap(LONG);
            case "3" -> () -> threeFrames(LONG);
            default -> throw new IllegalArgumentException("one frame or three, not " + frames);
        };
        EventLoop loop = EventLoop.create();
        loop.runUntilComplete(Emitted.turns(10));
        GraphLayout before = GraphLayout.parseInstance(loop);
        for (int i = 0; i < TASKS; i++) {
            loop.createTask(work.get());
        }
        loop.runUntilComplete(Emitted.turns(10));
        GraphLayout after = GraphLayout.parseInstance(loop);
        List<Class<?>> ofEachTask = after.getClasses().stream()
                .filter(each -> added(before, after, each) >= TASKS)
                .sorted(Comparator.comparing(Class::getName))
                .toList();
        long all = after.totalSize() - before.totalSize();
        long own = 0;
        for (Class<?> each : ofEachTask) {
            long bytes =
                    after.getClassSizes().count(each) - before.getClassSizes().count(each);
            own += bytes;
            print(each.getName(), added(before, after, each) / TASKS, bytes);
        }
        print("its part of the loop's tables", 0, all - own);
        print("together", 0, all);
    }

    private static long added(GraphLayout before, GraphLayout after, Class<?> each) {
        return after.getClassCounts().count(each) - before.getClassCounts().count(each);
    }

    private static void print(String what, long count, long bytesOfAll) {
        System.out.printf(
                Locale.ROOT, "  %-50s %5s %7.1f%n", what, count == 0 ? "" : count + " ×", (double) bytesOfAll / TASKS);
    }

    /** Sleeps below two calls that wait for it. */
    @Async
    static Coroutine<Void> threeFrames(Duration time) {
        await(twoFrames(time));
        return done();
    }

    @Async
    private static Coroutine<Void> twoFrames(Duration time) {
        await(Emitted.nap(time));
        return done();
    }
}
