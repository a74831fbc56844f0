package dev.fermata.internal.scopes;

import dev.fermata.internal.engine.LoopTask;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The children of a {@link GroupScope} that have not ended, in the order of creation. Four bytes a child, as long as they
 * end in that order; after that eight, because the others are then found by their numbers. On the loop's thread.
 */
final class Children {
    private static final LoopTask<?>[] NONE = {};

    /** With gaps where a child has ended before one that was created earlier. */
    private @Nullable LoopTask<?>[] tasks = NONE;

    /** The numbers of the tasks, also of those that have ended; null as long as there was no gap. */
    private int @Nullable [] numbers;

    /** The range in use. There is a child at {@link #first}, unless the range is empty. */
    private int first;

    private int end;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(LoopTask<?> child) {
        if (end == tasks.length) {
            makeRoom();
        }
        int at = end;
        while (at > first && isLater(at - 1, child)) { // created in the first step of an eager one, which is added now
            tasks[at] = tasks[at - 1];
            if (numbers != null) {
                numbers[at] = numbers[at - 1];
            }
            at--;
        }
        if (numbers != null) {
            numbers[at] = child.number();
        }
        tasks[at] = child;
        end++;
        size++;
    }

    private boolean isLater(int at, LoopTask<?> child) {
        LoopTask<?> other = tasks[at];
        if (numbers == null && other == null) {
            throw new AssertionError("a gap without a number");
        }
        int number = numbers == null ? other.number() : numbers[at];
        return number - child.number() > 0; // the numbers of tasks wrap around
    }

    /** Removes a child, if it is there. */
    void remove(LoopTask<?> child) {
        int at = size > 0 && tasks[first] == child ? first : indexOf(child);
        if (at < 0) {
            return;
        }
        tasks[at] = null;
        size--;
        if (size == 0) {
            first = 0;
            end = 0;
            numbers = null;
            return;
        }
        while (tasks[first] == null) {
            first++;
        }
    }

    private int indexOf(LoopTask<?> child) {
        int[] known = numbers;
        if (known == null) {
            known = numbersNow();
            numbers = known;
        }
        int low = first;
        int high = end - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int distance = known[middle] - child.number(); // the numbers of tasks wrap around
            if (distance == 0) {
                return tasks[middle] == child ? middle : -1;
            }
            if (distance < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private int[] numbersNow() {
        int[] found = new int[tasks.length];
        for (int i = first; i < end; i++) {
            LoopTask<?> child = tasks[i];
            found[i] = child == null ? 0 : child.number();
        }
        return found;
    }

    /** Closes the gaps. If there were few, the range grows, so that this is not done again soon. */
    private void makeRoom() {
        int length = size > tasks.length / 2 ? tasks.length * 2 : Math.max(tasks.length, 10);
        @Nullable LoopTask<?>[] moved = new LoopTask<?>[length];
        int to = 0;
        for (int i = first; i < end; i++) {
            LoopTask<?> child = tasks[i];
            if (child != null) {
                moved[to++] = child;
            }
        }
        tasks = moved;
        first = 0;
        end = to;
        numbers = null;
    }

    /** Returns the children as they are now. */
    List<LoopTask<?>> toList() {
        List<LoopTask<?>> list = new ArrayList<>(size);
        for (int i = first; i < end; i++) {
            LoopTask<?> child = tasks[i];
            if (child != null) {
                list.add(child);
            }
        }
        return list;
    }
}
