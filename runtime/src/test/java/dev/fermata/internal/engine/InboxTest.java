package dev.fermata.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final int THREADS = 4;
    private static final int EACH = 20_000;

    private final Inbox inbox = new Inbox();
    private final ReadyCalls calls = new ReadyCalls();
    private final ReadyQueue queue = calls.queue;

    private record Item(int thread, int number) {}

    @Test
    void nothing_is_lost_each_threads_order_is_kept_and_each_emptying_has_one_first() throws Exception {
        AtomicInteger firsts = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            threads.add(new Thread(() -> {
                for (int i = 0; i < EACH; i++) {
                    if (inbox.offer(new NamedCall(new Item(thread, i))) == Inbox.Offer.FIRST) {
                        firsts.incrementAndGet();
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        int[] next = new int[THREADS];
        int emptyings = 0;
        for (int left = THREADS * EACH; left > 0; ) {
            inbox.takeAll(queue);
            emptyings += queue.isEmpty() ? 0 : 1;
            for (; !queue.isEmpty(); left--) {
                NamedCall call = (NamedCall) calls.take();
                Item item = (Item) call.name();
                assertEquals(next[item.thread]++, item.number);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(inbox.isEmpty());
        assertEquals(emptyings, firsts.get());
    }

    @Test
    void who_finds_it_empty_is_told_to_wake_and_the_others_are_not() {
        assertEquals(Inbox.Offer.FIRST, inbox.offer(new NamedCall("a")));
        assertEquals(Inbox.Offer.BEHIND, inbox.offer(new NamedCall("b")));
        assertFalse(inbox.isEmpty());
        inbox.takeAll(queue);
        assertTrue(inbox.isEmpty());
        assertEquals(Inbox.Offer.FIRST, inbox.offer(new NamedCall("c")));
    }

    @Test
    void a_closed_inbox_forgets_what_is_in_it_and_takes_and_gives_nothing_more() {
        inbox.offer(new NamedCall("a"));
        inbox.close();
        assertTrue(inbox.isEmpty());
        inbox.takeAll(queue);
        assertTrue(queue.isEmpty());
        assertEquals(Inbox.Offer.CLOSED, inbox.offer(new NamedCall("b")));
    }
}
