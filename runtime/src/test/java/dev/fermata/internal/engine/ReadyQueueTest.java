package dev.fermata.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadyQueueTest {
    private final ReadyQueue queue = new ReadyQueue();

    @Test
    void does_what_a_list_does_while_it_grows_and_wraps_around() {
        Random random = new Random(1);
        List<Object> model = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            boolean growing = i / 500 % 2 == 0; // it gets far longer than its first ring, and empty again
            if (random.nextInt(3) < (growing ? 2 : 1)) {
                queue.add(i);
                model.add(i);
            } else if (!model.isEmpty() && random.nextBoolean()) {
                assertEquals(model.remove(0), queue.take());
            } else if (!model.isEmpty()) {
                int index = random.nextInt(model.size());
                assertEquals(model.remove(index), queue.take(index));
            }
            assertEquals(model.isEmpty(), queue.isEmpty());
            assertEquals(model.size(), queue.before(queue.end()));
        }
    }

    @Test
    void a_position_stays_where_it_is_when_entries_before_it_are_taken_and_others_added() {
        queue.add("a");
        queue.add("b");
        int end = queue.end();
        queue.add("c");
        assertEquals(2, queue.before(end));
        assertEquals("b", queue.take(1));
        assertEquals("a", queue.take());
        assertEquals(0, queue.before(end));
        assertEquals("c", queue.take());
        assertEquals(-1, queue.before(end)); // a tick inside of a batch has gone beyond it
    }

    @Test
    void a_cleared_queue_has_nothing_before_any_position() {
        queue.add("a");
        queue.add("b");
        int end = queue.end();
        queue.clear();
        assertTrue(queue.isEmpty());
        assertEquals(0, queue.before(end));
    }

    @Test
    void nothing_can_be_taken_out_of_an_empty_queue() {
        assertThrows(AssertionError.class, queue::take);
        assertThrows(AssertionError.class, () -> queue.take(0));
    }
}
