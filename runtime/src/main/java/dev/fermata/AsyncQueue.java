package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Items handed from task to task, first in first out.
 *
 * <p>Strictly in order of arrival: an item that is put goes to the task that has waited longest for one, and not to whoever
 * runs next; room goes to the task that has waited longest to put. A task that was woken so has a claim on one item, not on a
 * particular one: if it is cancelled before it runs, no item is lost, and the claim goes on to the next who waits. A
 * cancelled {@code put} has put nothing.
 *
 * <p>{@code null} is no item. To be used on the thread of one event loop. asyncio: {@code Queue}.
 *
 * @param <T> the type of the items
 */
public sealed class AsyncQueue<T> extends LoopBound permits AsyncPriorityQueue, AsyncLifoQueue {
    private final int maxsize;

    /** What is there, in the order in which it is given away. */
    private final Queue<T> items;

    /** Those who wait for an item and have no claim on one. */
    private final WaitingLine getters = new WaitingLine(this);

    /** Those who wait for room and have no claim on it. */
    private final WaitingLine putters = new WaitingLine(this);

    private final WaitingLine joiners = new WaitingLine(this);

    /** How many getters were woken and have not run since; each has a claim on an item, or will learn that none is left. */
    private int claimed;

    /** How many putters were woken and have not run since; each has a claim on room, or will learn of the shutdown. */
    private int reserved;

    private int unfinished;
    private boolean shutDown;

    /** A queue without a bound. */
    public AsyncQueue() {
        this(0);
    }

    /**
     * A queue.
     *
     * @param maxsize how many items it may hold; zero or less for any number
     */
    public AsyncQueue(int maxsize) {
        this(maxsize, new ArrayDeque<>());
    }

    AsyncQueue(int maxsize, Queue<T> items) {
        this.maxsize = maxsize;
        this.items = items;
    }

    /**
     * Puts an item, and waits for room before. If there is some it does not suspend. asyncio: {@code put(item)}.
     *
     * @return a coroutine; it throws QueueShutDownException if the queue is shut down, or is so while this waits, and
     *     IllegalStateException if it is awaited on another loop than the one that uses the queue
     * @throws NullPointerException if {@code item} is null
     */
    public Coroutine<Void> put(T item) {
        return new Put<>(this, checkItem(item));
    }

    /**
     * Takes an item, and waits for one before. If one is there that nobody has a claim on it does not suspend. asyncio:
     * {@code get()}.
     *
     * @return a coroutine; it throws QueueShutDownException if the queue is shut down and no item is left, or that happens
     *     while this waits, and IllegalStateException if it is awaited on another loop than the one that uses the queue
     */
    public Coroutine<T> get() {
        return new Get<>(this);
    }

    /**
     * Puts an item if there is room. asyncio: {@code put_nowait(item)}.
     *
     * @throws QueueFullException if there is no room, or somebody has a claim on it
     * @throws QueueShutDownException if the queue is shut down
     * @throws NullPointerException if {@code item} is null
     */
    public void putNowait(T item) {
        checkItem(item);
        checkThread("AsyncQueue.putNowait");
        checkNotShutDown();
        if (full()) {
            throw new QueueFullException("no room in the " + this);
        }
        add(item);
    }

    /**
     * Takes an item if one is there. asyncio: {@code get_nowait()}.
     *
     * @throws QueueEmptyException if none is there that nobody has a claim on
     * @throws QueueShutDownException if the queue is shut down and no item is left
     */
    public T getNowait() {
        checkThread("AsyncQueue.getNowait");
        if (empty()) {
            checkMayCome();
            throw new QueueEmptyException("nothing to get in the " + this);
        }
        return take();
    }

    /** How many items are there, those included that somebody has a claim on. asyncio: {@code qsize()}. */
    public int qsize() {
        return items.size();
    }

    /** Whether a newcomer would find nothing: no item is there that nobody has a claim on. asyncio: {@code empty()}. */
    public boolean empty() {
        return items.size() <= claimed;
    }

    /** Whether a newcomer would find no room: none is there that nobody has a claim on. asyncio: {@code full()}. */
    public boolean full() {
        return maxsize > 0 && items.size() + reserved >= maxsize;
    }

    /** How many items the queue may hold; zero or less for any number. asyncio: {@code maxsize}. */
    public int maxsize() {
        return maxsize;
    }

    /**
     * Waits until all items that were put are done: {@link #taskDone()} was called for each. If none is undone it does not
     * suspend. asyncio: {@code join()}.
     *
     * @return a coroutine; it throws IllegalStateException if it is awaited on another loop than the one that uses the queue
     */
    public Coroutine<Void> join() {
        return new Join(this);
    }

    /**
     * Says that the work on an item that was got is done. asyncio: {@code task_done()}.
     *
     * @throws IllegalStateException if it is called more often than items were put
     */
    public void taskDone() {
        checkThread("AsyncQueue.taskDone");
        if (unfinished == 0) {
            throw new IllegalStateException("AsyncQueue.taskDone was called more often than items were put into the "
                    + this + ". Call it once for each item that was got");
        }
        finish(1);
    }

    /** Shuts the queue down after draining: {@code shutdown(false)}. */
    public void shutdown() {
        shutdown(false);
    }

    /**
     * Ends the queue: nothing can be put any more, and those who wait to put get a {@link QueueShutDownException}. Items that
     * are there can still be got; when none is left those who wait for one, and those who come, get that exception too.
     * asyncio: {@code shutdown(immediate)}.
     *
     * @param immediate whether to throw away the items that are there; each counts as done
     */
    public void shutdown(boolean immediate) {
        checkThread("AsyncQueue.shutdown");
        shutDown = true;
        if (immediate) {
            int thrownAway = items.size();
            items.clear();
            finish(Math.min(thrownAway, unfinished)); // taskDone may have been called for what nobody has got
        }
        settle();
    }

    private void add(T item) {
        try {
            items.add(item);
            unfinished++;
        } finally {
            settle(); // also if a comparator refuses the item: the room is somebody else's then
        }
    }

    private T take() {
        T item = items.remove();
        settle();
        return item;
    }

    /** Gives to those who wait claims on what has become free, and to those who wait in vain the word that they do. */
    private void settle() {
        while (!getters.isEmpty() && (!empty() || isOver())) {
            claimed++;
            getters.grantFirst();
        }
        while (!putters.isEmpty() && (!full() || shutDown)) {
            reserved++;
            putters.grantFirst();
        }
    }

    /** No item is left and none will come. While somebody has a claim on one, it may be left by a cancel. */
    private boolean isOver() {
        return shutDown && items.isEmpty();
    }

    private void finish(int items) {
        unfinished -= items;
        if (unfinished == 0) {
            joiners.grantAll();
        }
    }

    private void checkMayCome() {
        if (isOver()) {
            throw new QueueShutDownException("the queue was shut down, and no item is left");
        }
    }

    private void checkNotShutDown() {
        if (shutDown) {
            throw new QueueShutDownException("the queue was shut down");
        }
    }

    private static <T> T checkItem(T item) {
        return Objects.requireNonNull(item, "null is no item for a queue");
    }

    String kind() {
        return "queue";
    }

    /** How full it is and who waits, for dumps. */
    private String describe(WaitingLine waiting) {
        return kind() + " (" + fill() + ", " + waiting.size() + " waiting)";
    }

    private String fill() {
        return maxsize > 0 ? items.size() + " of " + maxsize : items.size() + " items";
    }

    @Override
    public String toString() {
        return kind() + " (" + fill()
                + (getters.isEmpty() ? "" : ", " + getters.size() + " waiting to get")
                + (putters.isEmpty() ? "" : ", " + putters.size() + " waiting to put")
                + (unfinished == 0 ? "" : ", " + unfinished + " unfinished")
                + (shutDown ? ", shut down)" : ")");
    }

    /** One who wants an item. */
    private static final class Get<T> extends Waiter<T> {
        private final AsyncQueue<T> queue;

        Get(AsyncQueue<T> queue) {
            this.queue = queue;
        }

        @Override
        protected WaitingLine line() {
            return queue.getters;
        }

        @Override
        protected Object start(Carrier carrier) {
            ParkableTask task = queue.user(carrier, "AsyncQueue.get");
            if (!queue.empty()) {
                return queue.take();
            }
            queue.checkMayCome();
            return waitInLine(task, carrier);
        }

        @Override
        protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) throws Throwable {
            if (wasGranted()) {
                queue.claimed--;
            }
            if (failure != null) {
                queue.settle();
                throw failure;
            }
            queue.checkMayCome();
            return queue.take();
        }

        @Override
        public String describeWait() {
            return "an item of a " + queue.describe(queue.getters);
        }
    }

    /** One who wants to put an item. */
    private static final class Put<T> extends Waiter<Void> {
        private final AsyncQueue<T> queue;
        private final T item;

        Put(AsyncQueue<T> queue, T item) {
            this.queue = queue;
            this.item = item;
        }

        @Override
        protected WaitingLine line() {
            return queue.putters;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) {
            ParkableTask task = queue.user(carrier, "AsyncQueue.put");
            queue.checkNotShutDown();
            if (queue.full()) {
                return waitInLine(task, carrier);
            }
            queue.add(item);
            return null;
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (wasGranted()) {
                queue.reserved--;
            }
            if (failure != null) {
                queue.settle();
                throw failure;
            }
            queue.checkNotShutDown();
            queue.add(item);
            return null;
        }

        @Override
        public String describeWait() {
            return "room in a " + queue.describe(queue.putters);
        }
    }

    /** One who waits for the end of the work; nothing is lost if it is cancelled. */
    private static final class Join extends Waiter<Void> {
        private final AsyncQueue<?> queue;

        Join(AsyncQueue<?> queue) {
            this.queue = queue;
        }

        @Override
        protected WaitingLine line() {
            return queue.joiners;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) {
            ParkableTask task = queue.user(carrier, "AsyncQueue.join");
            return queue.unfinished == 0 ? null : waitInLine(task);
        }

        @Override
        public String describeWait() {
            return "the end of the work on the items of a " + queue;
        }
    }
}
