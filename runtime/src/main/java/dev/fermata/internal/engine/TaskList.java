package dev.fermata.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a loop that have not ended, in the order of their creation. It holds them strongly. On the loop's thread;
 * {@link #size} may be read from any thread and may then be slightly out of date.
 */
public final class TaskList {
    private @Nullable LoopTask<?> first;
    private @Nullable LoopTask<?> last;
    private int size;

    void add(LoopTask<?> task) {
        LoopTask<?> before = last;
        task.previous = before;
        if (before == null) {
            first = task;
        } else {
            before.next = task;
        }
        last = task;
        size++;
    }

    void remove(LoopTask<?> task) {
        LoopTask<?> before = task.previous;
        LoopTask<?> after = task.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        task.previous = null;
        task.next = null;
        size--;
    }

    public int size() {
        return size;
    }

    public List<LoopTask<?>> toList() {
        List<LoopTask<?>> list = new ArrayList<>(size);
        for (LoopTask<?> task = first; task != null; task = task.next) {
            list.add(task);
        }
        return list;
    }
}
