package dev.fermata.testing;

import dev.fermata.EventLoop;
import dev.fermata.SchedulePolicy.Step;
import dev.fermata.Task;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The last steps of a run: who ran, what became of it, and whom it woke. On the loop's thread. */
final class Story {
    private static final int LENGTH = 30;

    private record Entry(long time, Step step, @Nullable String cancel) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private int steps;

    /** The cancel that was sent during the step that runs. */
    private @Nullable String cancel;

    /** Callbacks that wake nobody are left out: most are of the loop itself. */
    void add(Step step) {
        if (step.task() == null && step.woken().isEmpty() && cancel == null) {
            return;
        }
        EventLoop loop = EventLoop.runningOrNull();
        entries.add(new Entry(loop == null ? 0 : loop.time(), step, cancel));
        cancel = null;
        steps++;
        if (entries.size() > LENGTH) {
            entries.remove();
        }
    }

    void cancelled(Task<?> task, int park) {
        cancel = "here the exploration cancels " + task.getName() + " (await " + park + ")";
    }

    @Override
    public String toString() {
        String heading =
                steps > entries.size() ? "The last " + entries.size() + " of " + steps + " steps:" : "The steps:";
        return heading + entries.stream().map(Story::line).collect(Collectors.joining());
    }

    private static String line(Entry entry) {
        Step step = entry.step();
        String who = step.task() == null ? step.what() : step.task().getName() + " " + step.what();
        String where = step.place() == null
                ? ""
                : ", at " + step.place().getFileName() + ":" + step.place().getLineNumber();
        String woken = step.woken().isEmpty()
                ? ""
                : "; wakes " + step.woken().stream().map(Task::getName).collect(Collectors.joining(", "));
        String after = entry.cancel() == null ? "" : "\n    " + entry.cancel();
        return "\n  " + seconds(entry.time()) + " s: " + who + where + woken + after;
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }
}
