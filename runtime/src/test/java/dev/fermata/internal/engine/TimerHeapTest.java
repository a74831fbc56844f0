package dev.fermata.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
    /** A timer of a task, or of a call if its number is negative. */
    private record Timer(long due, int order, int number) {}

    private final TimerHeap heap = new TimerHeap();
    private int made;

    private Timer add(long due) {
        int order = made++;
        Timer timer = new Timer(due, order, order % 3 == 0 ? ~order : order);
        heap.add(due, timer.number);
        return timer;
    }

    @Test
    void does_what_a_priority_queue_with_sequence_numbers_does() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            PriorityQueue<Timer> model = new PriorityQueue<>(
                    Comparator.<Timer>comparingLong(it -> it.due).thenComparingInt(it -> it.order));
            List<Timer> set = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int operation = random.nextInt(5);
                if (operation < 3) {
                    Timer timer = add(random.nextInt(20)); // few times, so that many are due together
                    model.add(timer);
                    set.add(timer);
                    assertTrue(heap.contains(timer.number));
                } else if (operation == 3 && !set.isEmpty()) {
                    Timer removed = set.remove(random.nextInt(set.size()));
                    heap.remove(removed.number);
                    model.remove(removed);
                } else {
                    takeDue(random.nextInt(20), model, set);
                }
                assertEquals(model.isEmpty(), heap.isEmpty());
                assertEquals(model.isEmpty() ? Long.MAX_VALUE : model.peek().due, heap.next());
            }
            takeDue(20, model, set);
        }
    }

    private void takeDue(long now, PriorityQueue<Timer> model, List<Timer> set) {
        while (!model.isEmpty() && model.peek().due <= now) {
            Timer first = model.remove();
            assertEquals(first.number, heap.takeDue(now));
            assertFalse(heap.contains(first.number));
            set.remove(first);
        }
        assertEquals(TimerHeap.NONE, heap.takeDue(now));
    }

    @Test
    void what_is_not_due_stays() {
        Timer timer = add(5);
        assertEquals(TimerHeap.NONE, heap.takeDue(4));
        assertEquals(5, heap.next());
        assertEquals(timer.number, heap.takeDue(5));
        assertTrue(heap.isEmpty());
    }

    @Test
    void what_a_cleared_heap_has_forgotten_is_not_in_it() {
        List<Timer> timers = List.of(add(1), add(2), add(3));
        heap.clear();
        assertTrue(heap.isEmpty());
        assertEquals(TimerHeap.NONE, heap.takeDue(Long.MAX_VALUE));
        timers.forEach(it -> assertFalse(heap.contains(it.number)));
    }
}
