package dev.fermata.internal.inspection;

import dev.fermata.Task;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.traces.OwnFrames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Describes the tasks of a loop as text: what each waits for and where, below the task that awaits it. Like a thread dump,
 * for tasks.
 *
 * <p>On the loop's thread; {@link #ofAllLoops} asks the other loops for theirs.
 */
public final class TaskDump {
    /** How long another loop has to answer, in milliseconds. */
    private static final long PATIENCE = 1_000;

    private final StringBuilder text = new StringBuilder();

    /** For each task, the tasks it awaits and below which it lists them. */
    private final Map<Task<?>, List<LoopTask<?>>> awaited = new IdentityHashMap<>();

    private final Map<Task<?>, List<Task<?>>> awaiters = new IdentityHashMap<>();
    private final Set<Task<?>> written = Collections.newSetFromMap(new IdentityHashMap<>());

    private TaskDump() {}

    /** Describes the tasks of all loops that run in this process. From any thread. */
    public static String ofAllLoops() {
        StringBuilder all = new StringBuilder();
        for (Engine engine : RunningLoops.list()) {
            all.append(all.isEmpty() ? "" : "\n").append(fromAnyThread(engine)).append('\n');
        }
        return all.isEmpty() ? "no event loop runs\n" : all.toString();
    }

    private static String fromAnyThread(Engine engine) {
        if (engine.isRunning()) {
            return of(engine);
        }
        CompletableFuture<String> answer = new CompletableFuture<>();
        try {
            engine.face.callSoonThreadsafe(() -> answer.complete(of(engine)));
            return answer.get(PATIENCE, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return busy(engine);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return engine.face + ": interrupted while it was asked";
        } catch (ExecutionException | IllegalStateException e) {
            return engine.face + " has ended";
        }
    }

    /**
     * Describes a loop that does not answer, with the stack of its thread: what keeps it busy is what the reader wants to
     * know.
     */
    private static String busy(Engine engine) {
        StringBuilder text =
                new StringBuilder(engine.face.toString()).append(" does not answer: its thread is blocked");
        Thread thread = engine.thread();
        if (thread != null) {
            for (StackTraceElement element : thread.getStackTrace()) {
                text.append("\n      at ").append(element);
            }
        }
        return text.toString();
    }

    /** Describes the loop's tasks below a line about the loop. */
    static String of(Engine engine) {
        return engine.face + tasks(engine);
    }

    /** Describes the loop's tasks, each on a line of its own. */
    public static String tasks(Engine engine) {
        TaskDump dump = new TaskDump();
        List<LoopTask<?>> tasks = engine.tasks.toList();
        for (LoopTask<?> task : tasks) {
            List<Task<?>> waiting = task.awaiters();
            dump.awaiters.put(task, waiting);
            if (!waiting.isEmpty()) {
                dump.awaited
                        .computeIfAbsent(waiting.get(0), it -> new ArrayList<>())
                        .add(task);
            }
        }
        tasks.stream().filter(it -> it.awaiters().isEmpty()).forEach(dump::write);
        tasks.forEach(dump::write); // the tasks that are left await themselves, in a ring
        return dump.text.toString();
    }

    /** Writes a task, and what it awaits below it. In a loop and not by recursion, because such a chain may be long. */
    private void write(LoopTask<?> root) {
        record Line(LoopTask<?> task, int depth) {}

        Deque<Line> lines = new ArrayDeque<>();
        lines.push(new Line(root, 1));
        while (!lines.isEmpty()) {
            Line line = lines.pop();
            if (written.add(line.task)) {
                write(line.task, line.depth);
                List<LoopTask<?>> below = awaited.getOrDefault(line.task, List.of());
                for (int i = below.size() - 1; i >= 0; i--) {
                    lines.push(new Line(below.get(i), line.depth + 1));
                }
            }
        }
    }

    private void write(LoopTask<?> task, int depth) {
        String indent = "\n" + "  ".repeat(Math.min(depth, 40));
        text.append(indent)
                .append("task ")
                .append(task.getName())
                .append(" waits for ")
                .append(task.waitsFor());
        List<Task<?>> waiting = awaiters.getOrDefault(task, List.of());
        for (int i = 1; i < waiting.size(); i++) {
            text.append(i == 1 ? " (awaited by " : ", ").append(waiting.get(i).getName());
        }
        text.append(waiting.size() > 1 ? " too)" : "");
        for (StackTraceElement where : OwnFrames.shownIn(task.getStack())) {
            text.append(indent).append("    at ").append(where);
        }
    }
}
