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
 * A queue that hands items from task to task, first in first out.
 *
 * <p>The queue is strictly fair: an item that is put goes to the task that has waited longest for one, and not to the task
 * that happens to run next; free room goes to the task that has waited longest to put. A task that was woken in this way
 * has a claim on one item, but not on a particular one. If it is cancelled before it runs, no item is lost, and the claim
 * passes to the next task that waits. A cancelled {@code put} has put nothing.
 *
 * <p>{@code null} is not allowed as an item. For the thread of one event loop. asyncio: {@code Queue}.
 *
 * @param <T> the type of the items
 */
public sealed class AsyncQueue<T> extends LoopBound permits AsyncPriorityQueue, AsyncLifoQueue {
    private final int maxsize;

    /** The items, in the order in which {@link #get()} returns them. */
    private final Queue<T> items;

    /** The tasks that wait for an item and have no claim on one. */
    private final WaitingLine getters = new WaitingLine(this);

    /** The tasks that wait for room and have no claim on it. */
    private final WaitingLine putters = new WaitingLine(this);

    private final WaitingLine joiners = new WaitingLine(this);

    /** How many getters were woken and have not run since. Each has a claim on an item, or will find that none is left. */
    private int claimed;

    /**
     * How many putters were woken and have not run since. Each has a claim on room, or will find that the queue was shut
     * down.
     */
    private int reserved;

    private int unfinished;
    private boolean shutDown;

    /** Creates a queue without a bound. */
    public AsyncQueue() {
        this(0);
    }

    /**
     * Creates a queue.
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
     * Puts an item; waits for room first. If there is room, this does not suspend. asyncio: {@code put(item)}.
     *
     * @return a coroutine that throws QueueShutDownException if the queue is shut down, before or while it waits, and
     *     IllegalStateException if it is awaited on another loop than the one that uses the queue
     * @throws NullPointerException if {@code item} is null
     */
    public Coroutine<Void> put(T item) {
        return new Put<>(this, checkItem(item));
    }

    /**
     * Takes an item; waits for one first. If an item is there that is not promised to a waiting task, this does not
     * suspend. asyncio: {@code get()}.
     *
     * @return a coroutine that throws QueueShutDownException if the queue is shut down and no item is left, before or while
     *     it waits, and IllegalStateException if it is awaited on another loop than the one that uses the queue
     */
    public Coroutine<T> get() {
        return new Get<>(this);
    }

    /**
     * Puts an item if there is room. asyncio: {@code put_nowait(item)}.
     *
     * @throws QueueFullException if there is no room, or it is already promised to a waiting task
     * @throws QueueShutDownException if the queue is shut down
     * @throws NullPointerException if {@code item} is null
     */
    public void putNowait(T item) {
        checkItem(item);
        checkThread("AsyncQueue.putNowait");
        checkNotShutDown();
        if (full()) {
            throw new QueueFullException("there is no room in the " + this);
        }
        add(item);
    }

    /**
     * Takes an item if one is there. asyncio: {@code get_nowait()}.
     *
     * @throws QueueEmptyException if there is no item, or every item is already promised to a waiting task
     * @throws QueueShutDownException if the queue is shut down and no item is left
     */
    public T getNowait() {
        checkThread("AsyncQueue.getNowait");
        if (empty()) {
            checkMayCome();
            throw new QueueEmptyException("there is nothing to get in the " + this);
        }
        return take();
    }

    /**
     * Returns how many items are in the queue, including those that are promised to waiting tasks. asyncio:
     * {@code qsize()}.
     */
    public int qsize() {
        return items.size();
    }

    /**
     * Whether {@link #get()} would have to wait: there is no item, or every item is already promised to a waiting task.
     * asyncio: {@code empty()}.
     */
    public boolean empty() {
        return items.size() <= claimed;
    }

    /**
     * Whether {@link #put} would have to wait: there is no room, or all room is already promised to waiting tasks. asyncio:
     * {@code full()}.
     */
    public boolean full() {
        return maxsize > 0 && items.size() + reserved >= maxsize;
    }

    /** Returns how many items the queue may hold; zero or less for any number. asyncio: {@code maxsize}. */
    public int maxsize() {
        return maxsize;
    }

    /**
     * Waits until the work on all items is done, that is, until {@link #taskDone()} was called for each item that was put.
     * If no work is left, this does not suspend. asyncio: {@code join()}.
     *
     * @return a coroutine that throws IllegalStateException if it is awaited on another loop than the one that uses the
     *     queue
     */
    public Coroutine<Void> join() {
        return new Join(this);
    }

    /**
     * Reports that the work on an item is done. Call it once for each item that was taken. asyncio: {@code task_done()}.
     *
     * @throws IllegalStateException if it is called more often than items were put
     */
    public void taskDone() {
        checkThread("AsyncQueue.taskDone");
        if (unfinished == 0) {
            throw new IllegalStateException("AsyncQueue.taskDone was called more often than items were put into the "
                    + this + ". Call it once for each item that you got");
        }
        finish(1);
    }

    /** Shuts the queue down and leaves its items to be taken: {@code shutdown(false)}. */
    public void shutdown() {
        shutdown(false);
    }

    /**
     * Shuts the queue down. Nothing can be put any more, and tasks that wait to put throw a {@link QueueShutDownException}.
     * Items that are there can still be taken. Once none is left, tasks that wait for one, and tasks that ask for one
     * later, throw that exception too. asyncio: {@code shutdown(immediate)}.
     *
     * @param immediate whether to drop the items that are there; each counts as done
     */
    public void shutdown(boolean immediate) {
        checkThread("AsyncQueue.shutdown");
        shutDown = true;
        if (immediate) {
            int thrownAway = items.size();
            items.clear();
            finish(Math.min(thrownAway, unfinished)); // taskDone may have been called for items that were never taken
        }
        settle();
    }

    /** Whether this was made by its constructor. A mock was not. */
    @SuppressWarnings("RedundantNullCheck")
    final boolean isReal() {
        return getters != null;
    }

    /**
     * Whether {@link #get()} need not wait, for the running task.
     *
     * @throws IllegalStateException if that task belongs to another loop
     */
    final boolean mayGet(Carrier carrier) {
        use(carrier, "AsyncQueue.get");
        return !empty();
    }

    /** Whether {@link #put} need not wait and does not fail, for the running task. Throws as {@link #mayGet}. */
    final boolean mayPut(Carrier carrier) {
        use(carrier, "AsyncQueue.put");
        return !shutDown && !full();
    }

    /** Whether {@link #join()} need not wait, for the running task. Throws as {@link #mayGet}. */
    final boolean isJoined(Carrier carrier) {
        use(carrier, "AsyncQueue.join");
        return unfinished == 0;
    }

    final void add(T item) {
        try {
            items.add(item);
            unfinished++;
        } finally {
            settle(); // also if a comparator refuses the item: the room then goes to another task
        }
    }

    final T take() {
        T item = items.remove();
        settle();
        return item;
    }

    /**
     * Wakes waiting tasks: one for each item or room that has become free, which it then has a claim on, and all that wait
     * in vain.
     */
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

    /**
     * Whether no item is left and none will come. While a task has a claim on an item, that item may become free by a
     * cancel.
     */
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
        return Objects.requireNonNull(item, "A queue cannot hold null");
    }

    String kind() {
        return "queue";
    }

    /** Returns how full the queue is and how many wait, for dumps. */
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

    /** One wait for an item. */
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
            return waitInLine(task);
        }

        @Override
        protected Object granted() {
            queue.claimed--;
            queue.checkMayCome();
            return queue.take();
        }

        @Override
        protected void lost() {
            queue.claimed--;
            queue.settle();
        }

        @Override
        public String describeWait() {
            return "an item of a " + queue.describe(queue.getters);
        }
    }

    /** One wait for room. */
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
                return waitInLine(task);
            }
            queue.add(item);
            return null;
        }

        @Override
        protected @Nullable Object granted() {
            queue.reserved--;
            queue.checkNotShutDown();
            queue.add(item);
            return null;
        }

        @Override
        protected void lost() {
            queue.reserved--;
            queue.settle();
        }

        @Override
        public String describeWait() {
            return "room in a " + queue.describe(queue.putters);
        }
    }

    /** One wait for the end of the work; nothing is lost if it is cancelled. */
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
