package dev.fermata.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadyQueueTest {
    private final ReadyCalls calls = new ReadyCalls();
    private final ReadyQueue queue = calls.queue;

    private void add(Object name) {
        queue.add(new NamedCall(name));
    }

    private Object take() {
        return call(queue.take());
    }

    private Object take(int index) {
        return call(queue.take(index));
    }

    private Object call(int taken) {
        return ((NamedCall) calls.callOf(taken)).name();
    }

    @Test
    void does_what_a_list_does_while_it_grows_and_wraps_around() {
        Random random = new Random(1);
        LinkedList<Object> model = new LinkedList<>();
        for (int i = 0; i < 400_000; i++) {
            boolean growing = i / 50_000 % 2 == 0; // it gets far longer than its first ring, and empty again
            queue.trim();
            if (random.nextInt(3) < (growing ? 2 : 1)) {
                add(i);
                model.add(i);
            } else if (!model.isEmpty() && random.nextBoolean()) {
                assertEquals(model.remove(0), take());
            } else if (!model.isEmpty()) {
                int index = random.nextInt(Math.min(model.size(), 20));
                assertEquals(model.remove(index), take(index));
            }
            assertEquals(model.isEmpty(), queue.isEmpty());
            assertEquals(model.size(), queue.before(queue.end()));
        }
    }

    @Test
    void a_position_stays_where_it_is_when_entries_before_it_are_taken_and_others_added() {
        add("a");
        add("b");
        int end = queue.end();
        add("c");
        assertEquals(2, queue.before(end));
        assertEquals("b", take(1));
        assertEquals("a", take());
        assertEquals(0, queue.before(end));
        assertEquals("c", take());
        assertEquals(-1, queue.before(end)); // a tick inside of a batch has gone beyond it
    }

    @Test
    void a_cleared_queue_has_nothing_before_any_position() {
        add("a");
        add("b");
        int end = queue.end();
        queue.clear();
        assertTrue(queue.isEmpty());
        assertEquals(0, queue.before(end));
    }

    @Test
    void steps_calls_and_times_to_wake_are_told_apart() {
        queue.addStep(7);
        queue.addTimeToWake(7);
        add("a");
        int step = queue.take();
        assertTrue(ReadyQueue.isStep(step));
        assertEquals(7, ReadyQueue.taskOf(step));
        int timeToWake = queue.take();
        assertFalse(ReadyQueue.isStep(timeToWake));
        assertTrue(ReadyQueue.isOfTask(timeToWake));
        assertEquals(7, ReadyQueue.taskOf(timeToWake));
        int call = queue.take();
        assertFalse(ReadyQueue.isStep(call));
        assertEquals("a", call(call));
    }

    @Test
    void what_is_forgotten_of_one_task_leaves_the_others_in_their_places() {
        queue.addStep(1);
        queue.addStep(2);
        queue.addTimeToWake(1);
        add("a");
        queue.forget(1);
        assertTrue(ReadyQueue.isNothing(queue.take()));
        assertEquals(2, ReadyQueue.taskOf(queue.take()));
        int forgotten = queue.take();
        assertTrue(ReadyQueue.isNothing(forgotten));
        assertFalse(ReadyQueue.isStep(forgotten) || ReadyQueue.isOfTask(forgotten));
        assertEquals("a", take());
    }
}
