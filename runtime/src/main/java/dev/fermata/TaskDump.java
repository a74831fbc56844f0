package dev.fermata;

import dev.fermata.abi.Frame;
import dev.fermata.internal.Presence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a loop as text: what each waits for and where, below the task that awaits it. Like a thread dump, for tasks.
 *
 * <p>Made on the loop's thread; {@link #ofAllLoops} asks the others for theirs.
 */
final class TaskDump {
    /** How long another loop is given to answer, in milliseconds. */
    private static final long PATIENCE = 1_000;

    /** Those that run, in this process. */
    private static final Set<EventLoop> LOOPS = ConcurrentHashMap.newKeySet();

    private final StringBuilder text = new StringBuilder();

    /** The tasks that each task awaits, those first in whose line it is to stand. */
    private final Map<Task<?>, List<Task<?>>> awaited = new IdentityHashMap<>();

    private final Map<Task<?>, List<Task<?>>> awaiters = new IdentityHashMap<>();
    private final Set<Task<?>> written = Collections.newSetFromMap(new IdentityHashMap<>());

    static {
        Presence.loopStarts();
    }

    private TaskDump() {}

    static void started(EventLoop loop) {
        LOOPS.add(loop);
    }

    static void ended(EventLoop loop) {
        LOOPS.remove(loop);
    }

    static List<EventLoop> loops() {
        List<EventLoop> loops = new ArrayList<>(LOOPS);
        loops.sort(Comparator.comparingLong(it -> it.number));
        return loops;
    }

    /** All loops that run in this process. From any thread. */
    static String ofAllLoops() {
        StringBuilder all = new StringBuilder();
        for (EventLoop loop : loops()) {
            all.append(all.isEmpty() ? "" : "\n").append(fromAnyThread(loop)).append('\n');
        }
        return all.isEmpty() ? "no event loop runs\n" : all.toString();
    }

    private static String fromAnyThread(EventLoop loop) {
        if (loop.isRunning()) {
            return of(loop);
        }
        CompletableFuture<String> answer = new CompletableFuture<>();
        try {
            loop.callSoonThreadsafe(() -> answer.complete(of(loop)));
            return answer.get(PATIENCE, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return busy(loop);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return loop + ": interrupted while it was asked";
        } catch (ExecutionException | IllegalStateException e) {
            return loop + " has ended";
        }
    }

    /** What keeps the loop from answering is what the reader wants to know. */
    private static String busy(EventLoop loop) {
        StringBuilder text = new StringBuilder(loop.toString()).append(" does not answer: something keeps its thread");
        Thread thread = loop.thread();
        if (thread != null) {
            for (StackTraceElement element : thread.getStackTrace()) {
                text.append("\n      at ").append(element);
            }
        }
        return text.toString();
    }

    /** The loop's tasks under a line about the loop. */
    static String of(EventLoop loop) {
        return loop + tasks(loop);
    }

    /** The loop's tasks, each on a line of its own. */
    static String tasks(EventLoop loop) {
        TaskDump dump = new TaskDump();
        List<Task<?>> tasks = loop.tasks.toList();
        for (Task<?> task : tasks) {
            List<Task<?>> waiting = awaiters(task);
            dump.awaiters.put(task, waiting);
            if (!waiting.isEmpty()) {
                dump.awaited
                        .computeIfAbsent(waiting.get(0), it -> new ArrayList<>())
                        .add(task);
            }
        }
        tasks.stream().filter(it -> awaiters(it).isEmpty()).forEach(dump::write);
        tasks.forEach(dump::write); // what is left awaits itself, in a ring
        return dump.text.toString();
    }

    /** Who goes on when {@code deferred} is done, each once. */
    static List<Task<?>> awaiters(Deferred<?> deferred) {
        List<Task<?>> found = new ArrayList<>();
        for (Object waiter : deferred.waiters()) {
            if (waiter instanceof Task<?> task) {
                addOnce(found, task);
            } else if (((DoneCallback<?>) waiter).callback instanceof AwaitedBy behind) {
                behind.awaiters().forEach(it -> addOnce(found, it));
            }
        }
        return found;
    }

    private static void addOnce(List<Task<?>> found, Task<?> task) {
        if (!found.contains(task)) {
            found.add(task);
        }
    }

    /** Writes a task and what it awaits below it. In a loop, not by recursion: such a chain may be long. */
    private void write(Task<?> root) {
        record Line(Task<?> task, int depth) {}

        Deque<Line> lines = new ArrayDeque<>();
        lines.push(new Line(root, 1));
        while (!lines.isEmpty()) {
            Line line = lines.pop();
            if (written.add(line.task)) {
                write(line.task, line.depth);
                List<Task<?>> below = awaited.getOrDefault(line.task, List.of());
                for (int i = below.size() - 1; i >= 0; i--) {
                    lines.push(new Line(below.get(i), line.depth + 1));
                }
            }
        }
    }

    private void write(Task<?> task, int depth) {
        String indent = "\n" + "  ".repeat(Math.min(depth, 40));
        text.append(indent)
                .append("task ")
                .append(task.getName())
                .append(" waits for ")
                .append(task.describeWait());
        List<Task<?>> waiting = awaiters.getOrDefault(task, List.of());
        for (int i = 1; i < waiting.size(); i++) {
            text.append(i == 1 ? " (awaited by " : ", ").append(waiting.get(i).getName());
        }
        text.append(waiting.size() > 1 ? " too)" : "");
        for (StackTraceElement where : stack(task.leaf())) {
            text.append(indent).append("    at ").append(where);
        }
    }

    /** The places of {@code leaf} and its callers, innermost first. */
    static List<StackTraceElement> stack(@Nullable Frame<?> leaf) {
        List<StackTraceElement> places = new ArrayList<>();
        for (Frame<?> frame = leaf; frame != null; frame = frame.caller()) {
            StackTraceElement where = frame.where();
            if (where != null) {
                places.add(where);
            }
        }
        return places;
    }
}
