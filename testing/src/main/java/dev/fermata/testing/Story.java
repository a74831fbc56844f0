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

    /** How many characters of a name are shown. */
    private static final int LONGEST_NAME = 60;

    private record Entry(long time, Step step, @Nullable String cancel) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private int steps;

    /** The cancel that was sent during the step that runs. */
    private @Nullable String cancel;

    /** The task of the first step, which is that of the test. */
    private @Nullable Task<?> test;

    /** Whether the test has failed: what other tasks do afterwards would push its failure out of the story. */
    private boolean over;

    /** Callbacks that wake nobody are left out: most are of the loop itself. */
    void add(Step step) {
        if (over || (step.task() == null && step.woken().isEmpty() && cancel == null)) {
            return;
        }
        if (test == null) {
            test = step.task();
        }
        over = test != null && step.task() == test && hasFailed(test);
        EventLoop loop = EventLoop.runningOrNull();
        entries.add(new Entry(loop == null ? 0 : loop.time(), step, cancel));
        cancel = null;
        steps++;
        if (entries.size() > LENGTH) {
            entries.remove();
        }
    }

    private static boolean hasFailed(Task<?> task) {
        return task.done() && (task.cancelled() || task.exception() != null);
    }

    void cancelled(Task<?> task, int park) {
        cancel = "here the exploration cancels " + name(task) + " (await " + park + ")";
    }

    /** Returns the steps, to be read by people; nothing if there were none. */
    @Override
    public String toString() {
        if (entries.isEmpty()) {
            return "";
        }
        String heading =
                steps > entries.size() ? "The last " + entries.size() + " of " + steps + " steps:" : "The steps:";
        return heading + entries.stream().map(Story::line).collect(Collectors.joining());
    }

    private static String line(Entry entry) {
        Step step = entry.step();
        String who = step.task() == null ? step.what() : name(step.task()) + " " + step.what();
        String where = step.place() == null
                ? ""
                : ", at " + step.place().getFileName() + ":" + step.place().getLineNumber();
        String others = step.woken().stream()
                .filter(it -> it != step.task()) // who sleeps for no time wakes itself
                .map(Story::name)
                .collect(Collectors.joining(", "));
        String woken = others.isEmpty() ? "" : "; wakes " + others;
        String after = entry.cancel() == null ? "" : "\n    " + entry.cancel();
        return "\n  " + seconds(entry.time()) + " s: " + who + where + woken + after;
    }

    private static String name(Task<?> task) {
        String name = task.getName();
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }
}
