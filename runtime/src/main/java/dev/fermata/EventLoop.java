package dev.fermata;

import dev.fermata.abi.Frame;
import dev.fermata.internal.Inbox;
import dev.fermata.internal.OneLine;
import dev.fermata.internal.Parker;
import dev.fermata.internal.ReadyQueue;
import dev.fermata.internal.TimerHeap;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The event loop: runs tasks and callbacks on one thread, strictly first in first out, one iteration after the other.
 * {@link #iterate} is what an iteration is. Most programs only know {@link Asyncio#run}.
 *
 * <p>All methods are for the loop's own thread, except where they say otherwise; in debug mode
 * ({@code -Dfermata.debug=true}) a call from another thread is an error. asyncio: {@code AbstractEventLoop}.
 */
public final class EventLoop {
    private static final ThreadLocal<@Nullable EventLoop> RUNNING = new ThreadLocal<>();

    private static final String CLOSED =
            "The event loop is closed: what is to run has to begin before its run ends, or on a new loop";

    private static final String FROM_ELSEWHERE = "loop.callSoonThreadsafe(() -> …)";

    static final String NOT_RUN = "A guest loop is not run: its host makes its iterations";

    private static final AtomicLong MADE = new AtomicLong();

    /** In the order in which loops were made. */
    final long number = MADE.incrementAndGet();

    final Inbox inbox = new Inbox();
    final TaskList tasks = new TaskList();
    final LoopCarrier carrier = new LoopCarrier(this);
    final UnreadFailures unreadFailures = new UnreadFailures(this);
    final LoopExecutor executor = new LoopExecutor(this);
    final Parker parker;

    /** Those that have not ended. Written by any thread. */
    final Set<ThreadsafeRun<?>> threadsafeRuns = ConcurrentHashMap.newKeySet();

    private final ReadyQueue ready = new ReadyQueue();
    private final TimerHeap<Timed> timers = new TimerHeap<>();
    private final Clock clock;

    /** Not null if the loop runs on somebody else's. */
    private final @Nullable Guest guest;

    /** Not null only while a test explores other orders. */
    @Nullable
    SchedulePolicy policy;

    /** Of the {@link TaskLocal}s while no task's step runs: the running callback's. */
    private @Nullable Context callbackContext;

    /** Counts up with each iteration. */
    long iteration;

    /** Real nanoseconds that virtual time waits for what comes from outside. */
    long outsideLimit = 5_000_000_000L;

    /** Real nanoseconds that the end of the process waits for the end of a run. Read by the shutdown hook. */
    volatile long shutdownLimit = 5_000_000_000L;

    /** Stages and calls in executors that have not ended and are still listened to. */
    private int outside;

    /** What {@link #runUntilComplete} runs; null outside of it. Its end sets {@link #stopping}. */
    private @Nullable Deferred<?> main;

    private int tasksMade;
    private @Nullable Thread thread;

    /** The iteration is the last one, or one of the last: it does not wait. */
    private boolean stopping;

    private boolean closed;
    private final DebugMode debugMode = new DebugMode(this);

    private @Nullable ExceptionHandler exceptionHandler;

    /** Null until the first handler of a signal. */
    private @Nullable LoopSignals signals;

    private EventLoop(Clock clock, @Nullable GuestHost host) {
        this.clock = clock;
        this.parker = new Parker(inbox, ready);
        this.guest = host == null ? null : new Guest(this, host);
    }

    /** A loop in real time. asyncio: {@code new_event_loop()}. */
    public static EventLoop create() {
        return new EventLoop(new Clock.Real(), null);
    }

    /**
     * A loop for tests, whose time stands still while anything runs and jumps to the next timer when nothing is ready. If
     * nothing is left that could wake a task, {@code run} throws a {@link DeadlockException} that says who waits for what.
     *
     * <p>What comes from outside takes real time: while a call in an executor is outstanding, or a task awaits a stage that
     * is neither a hot method's nor derived from one, virtual time stands still and the loop really waits, up to
     * {@link #setOutsideLimit}; then it throws a {@code DeadlockException} too.
     */
    public static EventLoop virtualTime() {
        return new EventLoop(new Clock.Virtual(), null);
    }

    /**
     * A loop that lives on the thread of another one, as a GUI's: it is never run, its iterations are calls that
     * {@code host} makes. It runs from now on until it is closed. From any thread.
     */
    public static EventLoop guest(GuestHost host) {
        EventLoop loop = new EventLoop(new Clock.Real(), Objects.requireNonNull(host, "host"));
        if (host.isHostThread() && RUNNING.get() == null) {
            RUNNING.set(loop); // before the first tick too
        }
        TaskDump.started(loop);
        return loop;
    }

    /**
     * The loop that runs on the calling thread. asyncio: {@code get_running_loop()}.
     *
     * @throws IllegalStateException if there is none
     */
    public static EventLoop running() {
        EventLoop loop = RUNNING.get();
        if (loop == null) {
            throw NotWoven.withoutLoop().orElseGet(EventLoop::noLoop);
        }
        return loop;
    }

    private static IllegalStateException noLoop() {
        return new IllegalStateException("No event loop runs on thread "
                + Thread.currentThread().getName()
                + ": start the program with Asyncio.run. A loop of another thread takes coroutines by loop.runThreadsafe(…), and"
                + " callbacks by loop.callSoonThreadsafe(…)");
    }

    /** The loop that runs on the calling thread, or null. */
    public static @Nullable EventLoop runningOrNull() {
        return RUNNING.get();
    }

    /** The loops that run in this process, in the order in which they were made. From any thread. */
    public static List<EventLoop> runningLoops() {
        return TaskDump.loops();
    }

    // ---- what an iteration is

    /**
     * One iteration. What is ready at its start runs, oldest first; what becomes ready meanwhile runs in the next one, after
     * channels were polled and timers looked at.
     */
    void iterate() {
        iteration++;
        inbox.takeAll(ready);
        if (ready.isEmpty() && !stopping) {
            clock.idle(this, timers.next(), unreadFailures.next());
            inbox.takeAll(ready);
        } else {
            parker.poll();
        }
        collectDueTimers();
        runReady();
        unreadFailures.reportDue();
        debugMode.iterated();
    }

    /** Timers that are due together join the queue in the order in which they were set. */
    private void collectDueTimers() {
        if (timers.isEmpty()) {
            return;
        }
        long now = clock.now();
        for (Timed due = timers.takeDue(now); due != null; due = timers.takeDue(now)) {
            ready.add(due);
        }
    }

    /** Runs the batch. A tick inside of a step may take entries out of it, hence positions instead of a count. */
    private void runReady() {
        int end = ready.end();
        for (int left = ready.before(end); left > 0; left = ready.before(end)) {
            Object entry;
            if (policy == null) {
                entry = ready.take();
            } else {
                int index = policy.next(left);
                if (index == SchedulePolicy.LATER) {
                    requestGuestTick();
                    return;
                }
                entry = ready.take(Objects.checkIndex(index, left));
            }
            Watchdog watchdog = debugMode.watchdog;
            if (watchdog == null) {
                run(entry);
            } else {
                watchdog.run(entry);
            }
        }
    }

    static void run(Object entry) {
        if (entry instanceof Task<?> task) {
            task.step();
        } else {
            ((Ready) entry).runReady();
        }
    }

    /**
     * An iteration that somebody else's loop makes. It may come while a step is running, when a modal dialog inside a
     * coroutine pumps events: then the other tasks run, and the interrupted one stays current only for itself.
     */
    void tick() {
        if (closed) {
            return;
        }
        Task<?> interrupted = carrier.mount(null);
        carrier.forgetBelow();
        RUNNING.set(this);
        debugMode.watch();
        try {
            iteration++;
            inbox.takeAll(ready);
            parker.poll();
            collectDueTimers();
            if (guest != null) {
                guest.batchBegins();
            }
            runReady();
            unreadFailures.reportDue();
            debugMode.iterated();
        } finally {
            carrier.forgetBelow();
            carrier.mount(interrupted);
        }
    }

    // ---- running

    /**
     * Runs until {@code awaitable} is done. Does not close the loop and leaves other tasks as they are; {@link Asyncio#run}
     * does both. If the calling thread is interrupted meanwhile, {@code awaitable} is cancelled and the thread stays
     * interrupted. asyncio: {@code run_until_complete}.
     *
     * @return its result
     * @throws IllegalStateException if the loop is closed or a guest, a loop runs on this thread already, or {@link #stop} was
     *     called before {@code awaitable} was done
     */
    public <T> T runUntilComplete(Awaitable<T> awaitable) {
        checkCanRun(awaitable);
        enter();
        boolean interrupted = false;
        try {
            Deferred<T> toRun =
                    awaitable instanceof Coroutine<T> coroutine ? createTask(coroutine) : (Deferred<T>) awaitable;
            main = toRun;
            toRun.addDoneCallback(this::stopAfter);
            do {
                iterate();
                if (Thread.interrupted()) {
                    interrupted = true;
                    toRun.cancel("the thread of the event loop was interrupted");
                }
            } while (!stopping);
            if (!toRun.done()) {
                throw new IllegalStateException("The event loop was stopped before " + toRun + " was done");
            }
            return toRun.result();
        } finally {
            main = null;
            stopping = false;
            exit();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Runs until {@link #stop} is called, or the calling thread is interrupted, which it stays. Does not close the loop.
     * asyncio: {@code run_forever}.
     *
     * @throws IllegalStateException if the loop is closed or a guest, or a loop runs on this thread already
     */
    public void runForever() {
        String obstacle = obstacle(null);
        if (obstacle != null) {
            throw new IllegalStateException(obstacle);
        }
        enter();
        try {
            do {
                iterate();
                stopping |= Thread.currentThread().isInterrupted();
            } while (!stopping);
        } finally {
            stopping = false;
            exit();
        }
    }

    /**
     * Has {@link #runForever} end with this iteration; before it, with its first, which does not wait then. asyncio:
     * {@code stop}.
     */
    public void stop() {
        checkThread("stop");
        stopping = true;
    }

    /** The end of what runs, or of what ran when something else ended the run. Its failure is thrown, not reported. */
    private void stopAfter(Deferred<?> ended) {
        if (ended == main) {
            stopping = true;
            ended.markRead();
        }
    }

    /** On the loop's thread. @return false if nothing is left to cancel */
    boolean cancelMain(String message) {
        return main != null && main.cancel(message);
    }

    /** A coroutine that cannot run is closed, not left to be reported as never awaited. */
    void checkCanRun(Awaitable<?> awaitable) {
        Objects.requireNonNull(awaitable, "run(null): there is no coroutine to run");
        String obstacle = obstacle(awaitable);
        if (obstacle != null) {
            if (awaitable instanceof Coroutine<?> coroutine) {
                coroutine.close();
            }
            throw new IllegalStateException(obstacle);
        }
    }

    private @Nullable String obstacle(@Nullable Awaitable<?> awaitable) {
        if (closed) {
            return CLOSED;
        }
        if (guest != null) {
            return NOT_RUN;
        }
        if (RUNNING.get() != null) {
            return "An event loop runs on thread " + Thread.currentThread().getName()
                    + " already, and a second one inside of it would stop it. Await the coroutine, or make it a task";
        }
        if (thread != null) {
            return "The event loop runs on thread " + thread.getName() + " already";
        }
        return awaitable instanceof Deferred<?> deferred && deferred.loop != this
                ? deferred + " belongs to another event loop"
                : null;
    }

    /** The loop runs on the calling thread from now on. */
    void enter() {
        carrier.forgetBelow();
        callbackContext = Context.ofThread();
        debugMode.watch();
        thread = Thread.currentThread();
        RUNNING.set(this);
        TaskDump.started(this);
    }

    void exit() {
        debugMode.unwatch();
        TaskDump.ended(this);
        callbackContext = null;
        RUNNING.remove();
        thread = null;
    }

    boolean isGuest() {
        return guest != null;
    }

    /** The thread that runs it now, if one does; null for a guest. */
    @Nullable
    Thread thread() {
        return thread;
    }

    boolean isInRealTime() {
        return clock instanceof Clock.Real;
    }

    void iterateWithoutWaiting() {
        stopping = true;
        try {
            iterate();
        } finally {
            stopping = false;
        }
    }

    void cancelAll(List<Task<?>> left) {
        for (Task<?> task : left) {
            task.cancel(); // without a message, as in asyncio
        }
    }

    /** Real nanoseconds that the end of the loop waits for calls that are running in its executor. */
    long executorPatience() {
        return clock.executorPatience(this);
    }

    /**
     * Closes the loop: failures that nobody read are reported, its executor is shut down and awaited for up to five minutes,
     * what has not run never will. A guest loop with tasks left cancels them first, and those that they make, and closes when
     * all have ended, the calls in its executor too, and their callbacks have run. Closing again does nothing. asyncio: {@code close()}.
     *
     * @throws IllegalStateException if the loop is running and no guest, or a guest and in debug mode, from another thread
     */
    public void close() {
        if (closed) {
            return;
        }
        if (guest == null && thread != null) {
            throw new IllegalStateException(
                    "The event loop runs on thread " + thread.getName() + ": it can be closed when it has stopped");
        }
        checkThread("close");
        if (guest != null && guest.drains()) {
            return;
        }
        closeNow(executorPatience());
    }

    void closeNow(long executorPatience) {
        if (signals != null) {
            signals.removeAll();
        }
        unreadFailures.reportAll();
        debugMode.loopEnds();
        TaskDump.ended(this);
        closed = true;
        inbox.close();
        threadsafeRuns.stream()
                .sorted(Comparator.comparingLong(it -> it.number))
                .forEach(ThreadsafeRun::loopClosed);
        threadsafeRuns.clear();
        ready.clear();
        timers.clear();
        parker.close();
        if (guest != null && RUNNING.get() == this) {
            RUNNING.remove();
        }
        if (guest == null) {
            executor.shutDownAndWait(executorPatience);
        } else {
            executor.shutDown(); // its thread must not wait
            guest.loopClosed();
        }
    }

    /** Whether the loop was closed. */
    public boolean isClosed() {
        return closed;
    }

    /** Whether the loop runs on the calling thread. asyncio: {@code is_running()}. */
    public boolean isRunning() {
        return RUNNING.get() == this;
    }

    // ---- callbacks and time

    /**
     * Has {@code callback} called in the next iteration. asyncio: {@code call_soon}.
     *
     * @throws IllegalStateException if the loop is closed, or in debug mode from another thread
     */
    public Handle callSoon(Runnable callback) {
        checkOpen();
        checkThread("callSoon");
        Callback handle = new Callback(this, callback);
        enqueue(handle);
        return handle;
    }

    /**
     * The entry for other threads: has {@code callback} called on the loop's thread, and wakes the loop. From any
     * thread, and so is {@link Handle#cancel} of what it returns. asyncio: {@code call_soon_threadsafe}.
     *
     * @throws IllegalStateException if the loop is closed
     */
    public Handle callSoonThreadsafe(Runnable callback) {
        Callback handle = new ThreadsafeCallback(this, callback);
        handOver(handle);
        return handle;
    }

    /**
     * Has a task call {@code callable} in its first step and await what it returns: for other threads, which get a future of
     * it. From any thread. asyncio: {@code run_coroutine_threadsafe}.
     *
     * <p>The task's failure arrives in the future as it is; cancelling the future cancels the task. If the loop closes
     * before the task has ended, the future fails with an IllegalStateException. On the loop's own thread, {@code get} and
     * {@code join} of the future throw an IllegalStateException while it is not done, because they would wait for ever.
     *
     * @throws IllegalStateException if the loop is closed
     */
    public <T> CompletableFuture<T> runThreadsafe(AsyncCallable<T> callable) {
        return ThreadsafeRun.handOver(
                this, Objects.requireNonNull(callable, "runThreadsafe(null): there is nothing to call"));
    }

    /**
     * The same for a coroutine, which is closed if the loop is.
     *
     * @throws IllegalStateException if the coroutine was started before, or the loop is closed
     */
    public <T> CompletableFuture<T> runThreadsafe(Coroutine<T> coroutine) {
        Objects.requireNonNull(coroutine, "runThreadsafe(null): there is no coroutine to run");
        if (coroutine instanceof Frame<?> frame) {
            frame.claim(); // so that it cannot be started here any more, nor again
        }
        return ThreadsafeRun.handOver(this, coroutine);
    }

    /** From any thread: puts a {@link Ready} behind what is ready and what was handed over before, and wakes the loop. */
    void handOver(Ready entry) {
        if (isRunning()) {
            checkOpen();
            inbox.takeAll(ready); // first in, first out: what other threads handed over before stays before
            enqueue(entry);
        } else if (!offer(entry)) {
            throw new IllegalStateException(CLOSED);
        }
    }

    /**
     * Has {@code callback} called after {@code delay}; after a negative one before those that were set without delay. asyncio:
     * {@code call_later}.
     *
     * @throws IllegalStateException as {@link #callSoon}
     */
    public TimerHandle callLater(Duration delay, Runnable callback) {
        return timer("callLater", LoopTime.after(time(), delay), callback);
    }

    /**
     * Has {@code callback} called at a time. asyncio: {@code call_at}.
     *
     * @param when in nanoseconds of {@link #time()}; {@code Long.MAX_VALUE} does not come
     * @throws IllegalStateException as {@link #callSoon}
     */
    public TimerHandle callAt(long when, Runnable callback) {
        return timer("callAt", when, callback);
    }

    private TimerHandle timer(String what, long when, Runnable callback) {
        checkOpen();
        checkThread(what);
        TimedCallback handle = new TimedCallback(this, callback, when);
        setTimer(when, handle);
        return handle;
    }

    /** The loop's time in nanoseconds, monotonic, from an arbitrary origin. asyncio: {@code time()}, in seconds. */
    public long time() {
        return clock.now();
    }

    long timeIn(long nanos) {
        long when = clock.now() + nanos;
        return when < 0 ? LoopTime.NEVER : when;
    }

    void setTimer(long when, Timed timer) {
        if (when != LoopTime.NEVER) {
            timers.add(when, timer);
            if (guest != null) {
                guest.requestTickAt(timers.next());
            }
        }
    }

    void removeTimer(Timed timer) {
        timers.remove(timer);
    }

    /** When the next timer or report is due; {@code Long.MAX_VALUE} if there is none. */
    long nextDue() {
        return Math.min(timers.next(), unreadFailures.next());
    }

    /** Puts a {@link Task} whose step is due, or a {@link Ready}, behind what is ready. */
    void enqueue(Object entry) {
        ready.add(entry);
        requestGuestTick();
    }

    private void requestGuestTick() {
        if (guest != null) {
            guest.requestTick();
        }
    }

    /** Runs at once on the loop's thread, otherwise as {@link #callSoonThreadsafe} does; nothing on a closed loop. */
    void runOnLoop(Runnable action) {
        if (isRunning()) {
            action.run();
        } else {
            offer(new Callback(this, action));
        }
    }

    /** From another thread. @return false if the loop is closed */
    boolean offer(Ready entry) {
        Inbox.Offer offered = inbox.offer(entry);
        if (offered == Inbox.Offer.FIRST) {
            if (guest != null) {
                guest.requestTickThreadsafe();
            } else {
                parker.wake();
            }
        }
        return offered != Inbox.Offer.CLOSED;
    }

    /** Whether something has become ready while the loop was idle. */
    boolean hasNews() {
        return !inbox.isEmpty() || !ready.isEmpty();
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    boolean hasSeveralReady() {
        return ready.before(ready.end()) > 1;
    }

    // ---- channels

    /**
     * Waits until {@code channel} can be read from without blocking, or its other side has ended, or it has failed: reading
     * tells which. Whoever reads first and waits only when there was nothing saves the wait. asyncio: what
     * {@code sock_recv} does when it has to wait.
     *
     * <p>One task at a time may wait for a channel to be read from (or to accept), and one for it to be written to (or to
     * connect). A cancel ends the wait and leaves the channel as it is.
     *
     * @param channel open, in non-blocking mode
     * @return a coroutine that throws, when it is awaited: ClosedChannelException if the channel is closed, its subclass
     *     AsynchronousCloseException if it is closed meanwhile, by another task in the next iteration, by another thread
     *     within a second; IllegalArgumentException if such a channel is never read from; IllegalStateException if it is in
     *     blocking mode, another task waits for the same or {@link #addReader} has set a callback, or the loop is closed
     *     or not the running one; UnsupportedOperationException on a guest loop
     */
    public Coroutine<Void> readable(SelectableChannel channel) {
        return ChannelWait.of(this, channel, ChannelEvent.READABLE);
    }

    /**
     * Waits until {@code channel} can be written to without blocking. A write may still take only a part: write first, and
     * wait when something is left. asyncio: what {@code sock_sendall} does when it has to wait.
     *
     * @return a coroutine that throws as that of {@link #readable}
     */
    public Coroutine<Void> writable(SelectableChannel channel) {
        return ChannelWait.of(this, channel, ChannelEvent.WRITABLE);
    }

    /**
     * Waits until {@code channel} has a connection to accept. asyncio: what {@code sock_accept} does when it has to wait.
     *
     * @return a coroutine that throws as that of {@link #readable}
     */
    public Coroutine<Void> acceptable(SelectableChannel channel) {
        return ChannelWait.of(this, channel, ChannelEvent.ACCEPTABLE);
    }

    /**
     * Waits until {@code channel}, which was told to connect, has done so or failed to: {@code finishConnect()} tells which.
     * asyncio: what {@code sock_connect} does when it has to wait.
     *
     * @return a coroutine that throws as that of {@link #readable}
     */
    public Coroutine<Void> connectable(SelectableChannel channel) {
        return ChannelWait.of(this, channel, ChannelEvent.CONNECTABLE);
    }

    /**
     * Has {@code callback} called whenever {@code channel} can be read from or accepts, once an iteration, instead of the one
     * set before. It ends with the channel. asyncio: {@code add_reader}.
     *
     * @param channel in non-blocking mode
     * @throws IllegalArgumentException if the channel is closed
     * @throws java.nio.channels.IllegalBlockingModeException if the channel is in blocking mode
     * @throws IllegalStateException if a task waits for the same
     */
    public void addReader(SelectableChannel channel, Runnable callback) {
        checkChannels("addReader");
        ChannelCallbacks.set(this, channel, true, callback);
    }

    /** Ends {@link #addReader}. asyncio: {@code remove_reader}. @return whether there was a callback */
    public boolean removeReader(SelectableChannel channel) {
        checkChannels("removeReader");
        return ChannelCallbacks.remove(this, channel, true);
    }

    /** As {@link #addReader}, for writing and connecting. asyncio: {@code add_writer}. */
    public void addWriter(SelectableChannel channel, Runnable callback) {
        checkChannels("addWriter");
        ChannelCallbacks.set(this, channel, false, callback);
    }

    /** Ends {@link #addWriter}. asyncio: {@code remove_writer}. @return whether there was a callback */
    public boolean removeWriter(SelectableChannel channel) {
        checkChannels("removeWriter");
        return ChannelCallbacks.remove(this, channel, false);
    }

    void checkChannels(String what) {
        checkOpen();
        checkThread(what);
        if (guest != null) {
            throw new UnsupportedOperationException("A guest loop waits in its host, which knows no channels");
        }
    }

    // ---- signals

    /**
     * Has {@code handler} called on the loop's thread for each {@code signal} that the process gets, until it is removed or the
     * loop is closed; then whoever handled the signal before does so again. While it is set for {@code INT}, Ctrl-C does
     * nothing else. It counts for nothing in virtual time, which does not wait for signals. asyncio:
     * {@code add_signal_handler}.
     *
     * @param signal its name, with or without {@code SIG}: INT, TERM, HUP, USR2
     * @throws IllegalArgumentException if this system has no such signal, or the JVM keeps it to itself
     * @throws UnsupportedOperationException without the module {@code jdk.unsupported}
     * @throws IllegalStateException as {@link #callSoon}
     */
    public void addSignalHandler(String signal, Runnable handler) {
        checkOpen();
        checkThread("addSignalHandler");
        if (signals == null) {
            signals = new LoopSignals(this);
        }
        signals.add(signal, handler);
    }

    /** Ends {@link #addSignalHandler}. asyncio: {@code remove_signal_handler}. @return whether there was a handler */
    public boolean removeSignalHandler(String signal) {
        checkThread("removeSignalHandler");
        return signals != null && signals.remove(signal);
    }

    // ---- tasks and promises

    /**
     * Has {@code coroutine} run as a task, from the next iteration on. asyncio: {@code create_task}.
     *
     * @throws IllegalStateException if the coroutine was started before, or as {@link #callSoon}
     */
    public <T> Task<T> createTask(Coroutine<T> coroutine) {
        return createTask(coroutine, null, false);
    }

    /** As {@link #createTask(Coroutine)}, with a name for dumps and messages. */
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name) {
        return createTask(coroutine, name, false);
    }

    /**
     * As {@link #createTask(Coroutine)}.
     *
     * @param name for dumps and messages; null for a number
     * @param eagerStart whether the first step is made now, inside this call
     */
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) {
        Objects.requireNonNull(coroutine, "createTask(null): there is no coroutine to run");
        if (closed) {
            coroutine.close();
        }
        checkOpen();
        checkTaskThread();
        if (coroutine instanceof Frame<?> frame) {
            frame.claim();
        }
        return start(coroutine, name, eagerStart);
    }

    /**
     * Has a task call {@code callable} in its first step and await what it returns; its checked exceptions are the task's.
     *
     * @throws IllegalStateException as {@link #callSoon}
     */
    public <T> Task<T> createTask(AsyncCallable<T> callable) {
        return createTask(callable, null);
    }

    /** As {@link #createTask(AsyncCallable)}, with a name for dumps and messages. */
    public <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name) {
        checkOpen();
        checkTaskThread();
        return start(Objects.requireNonNull(callable, "createTask(null): there is nothing to call"), name, false);
    }

    <T> Task<T> start(Object body, @Nullable String name, boolean eagerStart) {
        Task<T> task = new Task<>(this, body, ++tasksMade, name);
        tasks.add(task);
        if (eagerStart) {
            task.startEagerly();
        } else {
            enqueue(task);
        }
        return task;
    }

    /** A promise that somebody will set. asyncio: {@code create_future}. */
    public <T> Promise<T> createPromise() {
        checkThread("createPromise");
        return new Promise<>(this);
    }

    /** A promise with something behind it. */
    <T> Promise<T> createPromise(Origin origin) {
        return new Promise<>(this, origin);
    }

    /** The values of the {@link TaskLocal}s here. */
    @Nullable
    Context context() {
        Task<?> task = carrier.taskOrNull();
        return task == null ? callbackContext : task.context();
    }

    void setContext(@Nullable Context context) {
        Task<?> task = carrier.taskOrNull();
        if (task == null) {
            callbackContext = context;
        } else {
            task.setContext(context);
        }
    }

    /** Of a callback that begins. @return the one before, to be put back at its end */
    @Nullable
    Context enterCallback(@Nullable Context context) {
        Context before = callbackContext;
        callbackContext = context;
        return before;
    }

    void leaveCallback(@Nullable Context before) {
        callbackContext = before;
    }

    /** The task whose step runs; null in a callback. asyncio: {@code current_task}. */
    public @Nullable Task<?> currentTask() {
        return carrier.taskOrNull();
    }

    /** How many tasks have not ended. From another thread the number may be a little late. */
    public int taskCount() {
        return tasks.size();
    }

    /** The tasks that have not ended, in the order of their creation. asyncio: {@code all_tasks}. */
    public List<Task<?>> allTasks() {
        checkThread("allTasks");
        return tasks.toList();
    }

    /**
     * The tasks that have not ended, for people to read: what each waits for and where, below the task that awaits it. Empty if
     * there are none. {@link Asyncio#dump} has all loops. asyncio: {@code print_call_graph}, for all tasks.
     */
    public String describeTasks() {
        return TaskDump.tasks(this).stripTrailing().replaceFirst("^\n", "");
    }

    /**
     * Has {@code callable} called on a thread of {@code executor}. Cancelling the promise keeps a call that has not begun
     * from running; one that has runs on unheard. asyncio: {@code run_in_executor}.
     *
     * @param executor null for the loop's own: virtual threads where the JDK has them, or {@link #setDefaultExecutor}
     * @throws java.util.concurrent.RejectedExecutionException if the executor takes nothing, having been shut down
     * @throws IllegalStateException as {@link #callSoon}
     */
    public <T> Promise<T> runInExecutor(@Nullable Executor executor, Callable<T> callable) {
        checkOpen();
        checkThread("runInExecutor");
        return this.executor.call(executor, callable);
    }

    /**
     * Has {@code toThread}, and {@code runInExecutor} without an executor, use {@code executor} from now on. It becomes the
     * loop's: it is shut down when the loop closes, and its calls are waited for. asyncio: {@code set_default_executor}.
     *
     * @throws IllegalStateException as {@link #callSoon}
     */
    public void setDefaultExecutor(ExecutorService executor) {
        checkOpen();
        checkThread("setDefaultExecutor");
        this.executor.replace(Objects.requireNonNull(executor, "executor"));
    }

    void outsideStarted() {
        outside++;
    }

    void outsideEnded() {
        outside--;
    }

    /** Whether something may happen that no timer of this loop brings. */
    boolean awaitsOutside() {
        return outside > 0 || parker.hasChannels();
    }

    // ---- settings and failures

    /** Sets who hears of failures that reach nobody else; null for the default, which logs. asyncio: {@code set_exception_handler}. */
    public void setExceptionHandler(@Nullable ExceptionHandler handler) {
        checkThread("setExceptionHandler");
        exceptionHandler = handler;
    }

    /** Who hears of failures that reach nobody else; null for the default. asyncio: {@code get_exception_handler}. */
    public @Nullable ExceptionHandler getExceptionHandler() {
        return exceptionHandler;
    }

    /** Logs a failure, for a handler that wants that too. asyncio: {@code default_exception_handler}. */
    public void defaultExceptionHandler(ExceptionHandler.Context context) {
        FailureLog.write(context.message(), context.exception());
    }

    /** Tells the exception handler. What that throws is logged. asyncio: {@code call_exception_handler}. */
    public void callExceptionHandler(ExceptionHandler.Context context) {
        ExceptionHandler handler = exceptionHandler;
        if (handler == null) {
            defaultExceptionHandler(context);
            return;
        }
        try {
            handler.handle(this, context);
        } catch (Throwable failure) {
            if (Rethrow.isFatal(failure)) {
                throw Rethrow.<Error>unchecked(failure);
            }
            FailureLog.write("The exception handler failed while it handled: " + context.message(), failure);
        }
    }

    void callbackFailed(String message, Throwable failure, Object source) {
        if (Rethrow.isFatal(failure)) {
            throw Rethrow.<Error>unchecked(failure);
        }
        callExceptionHandler(new ExceptionHandler.Context(message, failure, source));
    }

    /** Sets how long a failure may stay unread before it is reported, in loop time; one second at first, zero is allowed. */
    public void setUnreadFailureGrace(Duration grace) {
        checkThread("setUnreadFailureGrace");
        unreadFailures.grace = LoopTime.nanos(grace);
    }

    /** Sets how long, in real time, virtual time waits for stages and threads from outside before it fails; 5 s at first. */
    public void setOutsideLimit(Duration limit) {
        outsideLimit = LoopTime.nanos(limit);
    }

    /**
     * Sets how long the end of the process waits, in real time, for the end of a run; 5 s at first, zero for not at all,
     * {@link Asyncio#FOREVER} for no limit. See {@link Asyncio#run}.
     */
    public void setShutdownLimit(Duration limit) {
        shutdownLimit = LoopTime.nanos(limit);
    }

    /** Has a test decide the order of what is ready, and where tasks are cancelled; null for first in first out. */
    public void setSchedulePolicy(@Nullable SchedulePolicy policy) {
        checkThread("setSchedulePolicy");
        this.policy = policy;
    }

    /**
     * Switches debug mode, which costs time and finds mistakes: calls from another thread than the loop's are errors, and a
     * step that takes longer than {@link #setSlowCallbackDuration} is logged <em>while</em> it hogs the loop, with its stack.
     * With {@code -Dfermata.debug=true} each loop is in debug mode, and coroutines that nobody awaits go to the exception
     * handler, with the place where they were made: when they are collected, at the latest when their loop closes. asyncio:
     * {@code set_debug}.
     *
     * @throws IllegalStateException from another thread than the loop's, in debug mode or not
     */
    public void setDebug(boolean debug) {
        checkOwnThread("setDebug", FROM_ELSEWHERE);
        debugMode.set(debug);
    }

    /** Sets from how long on, in real time, a step is slow; 100 ms at first. For debug mode. asyncio: {@code slow_callback_duration}. */
    public void setSlowCallbackDuration(Duration duration) {
        checkThread("setSlowCallbackDuration");
        debugMode.setSlowCallback(LoopTime.nanos(duration));
    }

    /** Whether debug mode is on. asyncio: {@code get_debug}. */
    public boolean isDebug() {
        return debugMode.isOn();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(CLOSED);
        }
    }

    /** In debug mode, that the caller is on the loop's thread. */
    void checkThread(String what) {
        checkThread(what, FROM_ELSEWHERE);
    }

    private void checkTaskThread() {
        checkThread("createTask", "loop.runThreadsafe(…)");
    }

    private void checkThread(String what, String instead) {
        if (debugMode.isOn()) {
            checkOwnThread(what, instead);
        }
    }

    private void checkOwnThread(String what, String instead) {
        if (!isOwnThread()) {
            throw new IllegalStateException(what + " was called on thread "
                    + Thread.currentThread().getName()
                    + ", which is not the event loop's. From there use " + instead);
        }
    }

    @Override
    public String toString() {
        Thread on = thread;
        return "event loop " + number
                + (on == null
                        ? guest == null ? " (not running)" : " (a guest)"
                        : " on thread " + OneLine.of(on.getName()))
                + ", "
                + tasks.size() + (tasks.size() == 1 ? " task" : " tasks");
    }

    private boolean isOwnThread() {
        return guest != null ? guest.isHostThread() : thread == null || thread == Thread.currentThread();
    }
}
