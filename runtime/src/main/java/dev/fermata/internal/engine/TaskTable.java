package dev.fermata.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a loop that have not ended, by number. It holds them strongly. The ready queue, the timers and the carrier
 * know a task by its number only: storing a number into an old object costs one instruction, and storing a reference also
 * costs the collector's barrier. So a switch from task to task stores no reference at all.
 *
 * <p>When a task ends, its number is free, and another task gets it. Eight bytes a task. On the loop's thread; {@link #size}
 * may be read from any thread and may then be slightly out of date.
 */
public final class TaskTable {
    private final FreeNumbers numbers = new FreeNumbers();
    private @Nullable LoopTask<?>[] tasks;
    private int size;

    TaskTable() {
        tasks = new LoopTask<?>[16];
    }

    /** Adds a task and sets its number. */
    void add(LoopTask<?> task) {
        int number = numbers.take();
        if (number >= tasks.length) {
            tasks = Arrays.copyOf(tasks, Growth.after(number));
        }
        tasks[number] = task;
        task.slot = number;
        size++;
    }

    void remove(LoopTask<?> task) {
        tasks[task.slot] = null;
        numbers.giveBack(task.slot);
        task.slot = LoopTask.ENDED;
        size--;
    }

    /** Returns the task with a number; null if the number is free. */
    @Nullable
    LoopTask<?> get(int number) {
        return tasks[number];
    }

    /** Returns how many tasks there are. */
    public int size() {
        return size;
    }

    /** Returns the tasks in the order of their creation. */
    public List<LoopTask<?>> toList() {
        List<LoopTask<?>> list = new ArrayList<>(size);
        for (int number = 0; number < numbers.end(); number++) {
            LoopTask<?> task = tasks[number];
            if (task != null) {
                list.add(task);
            }
        }
        list.sort(Comparator.comparingInt(LoopTask::number));
        return list;
    }
}
