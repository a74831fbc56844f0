package dev.fermata.internal.engine;

import dev.fermata.AsyncCallable;
import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.SchedulePolicy;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.FailureLog;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.base.Rethrow;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What runs iterations and steps: the ready queue, the timers, the tasks that have not ended, and the way in from other
 * threads. {@link #iterate} is what an iteration is. It knows no primitive, no channel and no signal; what does is built on
 * it, and {@code internal.loop} puts all of it together as an {@link EventLoop}.
 *
 * <p>For the loop's thread, unless a method says otherwise.
 */
public final class Engine {
    private static final ThreadLocal<@Nullable Engine> RUNNING = new ThreadLocal<>();

    private static final String CLOSED =
            "The event loop is closed: what is to run has to begin before its run ends, or on a new loop";

    private static final AtomicLong MADE = new AtomicLong();

    /** In the order in which loops were created. */
    public final long number = MADE.incrementAndGet();

    /** The loop as users see it. */
    public final EventLoop face;

    public final TaskList tasks = new TaskList();
    public final UnreadFailures unreadFailures = new UnreadFailures(this);
    public final Parker parker;

    /** How stages are awaited and deferreds become stages. */
    public final StageBridge stages;

    final LoopCarrier carrier = new LoopCarrier(this);

    private final Inbox inbox = new Inbox();
    private final ReadyQueue ready = new ReadyQueue();
    private final TimerHeap<Timed> timers = new TimerHeap<>();
    private final Clock clock;

    /** Not null if the iterations of this loop are calls that the loop of another thread makes. */
    private @Nullable Ticks ticks;

    /** Not null only while a test explores other orders. */
    private @Nullable SchedulePolicy policy;

    /** Not null in debug mode. */
    private @Nullable Debugging debugging;

    /** Not null while the loop runs in debug mode. Read once for each step: debug mode may be switched inside of one. */
    private @Nullable StepWatch watch;

    private @Nullable ExceptionHandler exceptionHandler;

    /** Of the task locals while no task's step runs: that of the callback that runs. */
    private @Nullable Context callbackContext;

    private long iteration;

    /** Real nanoseconds that virtual time waits for what comes from outside. */
    private long outsideLimit = 5_000_000_000L;

    /** Stages and calls in executors that have not ended and whose end the loop will hear of. */
    private int outside;

    private int tasksMade;
    private @Nullable Thread thread;
    private boolean closed;

    /**
     * An engine that does not run yet.
     *
     * @param face the loop as users see it, which is being created
     */
    public Engine(EventLoop face, Clock clock, StageBridge stages) {
        this.face = face;
        this.clock = clock;
        this.stages = stages;
        this.parker = new Parker(inbox, ready);
    }

    /** The loop that runs on the calling thread, or null. From any thread. */
    public static @Nullable Engine runningOrNull() {
        return RUNNING.get();
    }

    /**
     * The loop that runs on the calling thread. From any thread.
     *
     * @throws IllegalStateException if there is none
     */
    public static Engine running() {
        Engine running = RUNNING.get();
        if (running == null) {
            EventLoop.running(); // throws, and says why there is none
            throw new AssertionError("a loop runs here that has no engine");
        }
        return running;
    }

    // ---- what an iteration is

    /**
     * One iteration. What is ready when it starts runs, oldest first. What becomes ready meanwhile runs in the next iteration,
     * after channels were polled and timers were checked.
     *
     * @param mayWait whether to wait if nothing is ready
     */
    public void iterate(boolean mayWait) {
        iteration++;
        inbox.takeAll(ready);
        if (mayWait && ready.isEmpty()) {
            clock.idle(this, timers.next(), unreadFailures.next());
            inbox.takeAll(ready);
        } else {
            parker.poll();
        }
        collectDueTimers();
        if (ticks != null) {
            ticks.batchBegins();
        }
        runReady();
        unreadFailures.reportDue();
        if (debugging != null) {
            debugging.iterated();
        }
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
                    requestTick();
                    return;
                }
                entry = ready.take(Objects.checkIndex(index, left));
            }
            StepWatch watching = watch;
            if (watching == null) {
                run(entry);
            } else {
                watching.run(entry);
            }
        }
    }

    /** Runs an entry of the ready queue: the step of a task, or a call. */
    public static void run(Object entry) {
        if (entry instanceof LoopTask<?> task) {
            task.step();
        } else {
            ((Ready) entry).runReady();
        }
    }

    /**
     * An iteration that the loop of another thread makes. It may come while a step is running, when a modal dialog inside a
     * coroutine pumps events: then the other tasks run, and the interrupted one stays current only for itself.
     */
    public void tick() {
        if (closed) {
            return;
        }
        LoopTask<?> interrupted = carrier.mount(null);
        carrier.forgetBelow();
        RUNNING.set(this);
        if (debugging != null) {
            debugging.runs();
        }
        try {
            iterate(false);
        } finally {
            carrier.forgetBelow();
            carrier.mount(interrupted);
        }
    }

    // ---- running and closing

    /** The loop runs on the calling thread from now on. */
    public void enter() {
        carrier.forgetBelow();
        callbackContext = Context.ofThread();
        if (debugging != null) {
            debugging.runs();
        }
        thread = Thread.currentThread();
        RUNNING.set(this);
    }

    /** It does not run any more. */
    public void exit() {
        if (debugging != null) {
            debugging.stops();
        }
        callbackContext = null;
        RUNNING.remove();
        thread = null;
    }

    /** A guest lives on the calling thread from now on. */
    public void settle() {
        if (RUNNING.get() == null) {
            RUNNING.set(this); // before the first tick too
        }
    }

    /** The loop that {@link #settle settled} here is closed. */
    public void leave() {
        if (RUNNING.get() == this) {
            RUNNING.remove();
        }
    }

    /** What has not run never will. */
    public void close() {
        closed = true;
        inbox.close();
        ready.clear();
        timers.clear();
    }

    public boolean isClosed() {
        return closed;
    }

    /** Whether the loop runs on the calling thread. From any thread. */
    public boolean isRunning() {
        return RUNNING.get() == this;
    }

    /** The thread that runs it now; null for a guest, and between runs. */
    public @Nullable Thread thread() {
        return thread;
    }

    /** Whether the calling thread may use the loop: it runs on that thread, or on none. From any thread. */
    public boolean isOwnThread() {
        return ticks != null ? ticks.isHostThread() : thread == null || thread == Thread.currentThread();
    }

    /** Throws an IllegalStateException if the loop is closed. */
    public void checkOpen() {
        if (closed) {
            throw isClosedAlready();
        }
    }

    public IllegalStateException isClosedAlready() {
        return new IllegalStateException(CLOSED);
    }

    /** Throws an IllegalStateException if the calling thread is not the loop's; only in debug mode. From any thread. */
    public void checkThread(String what) {
        checkThread(what, "loop.callSoonThreadsafe(() -> …)");
    }

    /**
     * The same, with what to call instead.
     *
     * @param instead what to call from another thread
     */
    public void checkThread(String what, String instead) {
        if (debugging != null) {
            checkOwnThread(what, instead);
        }
    }

    /** The same, in debug mode or not. */
    public void checkOwnThread(String what, String instead) {
        if (!isOwnThread()) {
            throw new IllegalStateException(what + " was called on thread "
                    + Thread.currentThread().getName()
                    + ", which is not the event loop's. From there use " + instead);
        }
    }

    // ---- the ready queue and the way in

    /** Puts a {@link LoopTask} whose step is due, or a {@link Ready}, behind what is ready. */
    public void enqueue(Object entry) {
        ready.add(entry);
        requestTick();
    }

    private void requestTick() {
        if (ticks != null) {
            ticks.requestTick();
        }
    }

    /** Puts a {@link Ready} behind what is ready and what was handed over before, and wakes the loop. From any thread. */
    public void handOver(Ready entry) {
        if (isRunning()) {
            checkOpen();
            inbox.takeAll(ready); // first in, first out: what other threads handed over before stays before
            enqueue(entry);
        } else if (!offer(entry)) {
            throw isClosedAlready();
        }
    }

    /** Hands a call over from another thread. @return false if the loop is closed */
    public boolean offer(Ready entry) {
        Inbox.Offer offered = inbox.offer(entry);
        if (offered == Inbox.Offer.FIRST) {
            if (ticks != null) {
                ticks.requestTickThreadsafe();
            } else {
                parker.wake();
            }
        }
        return offered != Inbox.Offer.CLOSED;
    }

    /** Runs at once on the loop's thread, otherwise in its next iteration; nothing on a closed loop. From any thread. */
    public void runOnLoop(Runnable action) {
        if (isRunning()) {
            action.run();
        } else {
            offer(new Callback(this, action));
        }
    }

    /** Asks for a first iteration, which nothing else does. From any thread. */
    public void wake() {
        if (ticks != null) {
            ticks.requestTickThreadsafe();
        }
    }

    /** Whether something has become ready, here or in the inbox. */
    public boolean hasNews() {
        return !inbox.isEmpty() || !ready.isEmpty();
    }

    /** Whether another thread has handed something over. From any thread. */
    public boolean hasMail() {
        return !inbox.isEmpty();
    }

    /** What {@link Ready} calls of channels that are ready are added by, while the loop's thread polls or waits. */
    public void addReady(Ready call) {
        ready.add(call);
    }

    /** How many entries are ready. */
    public int readyCount() {
        return ready.before(ready.end());
    }

    // ---- time

    /** The loop's time in nanoseconds. */
    public long time() {
        return clock.now();
    }

    /** The time in {@code nanos} from now. */
    public long timeIn(long nanos) {
        long when = clock.now() + nanos;
        return when < 0 ? LoopTime.NEVER : when;
    }

    /** Puts {@code timer} into the ready queue at {@code when}. */
    public void setTimer(long when, Timed timer) {
        if (when != LoopTime.NEVER) {
            timers.add(when, timer);
            if (ticks != null) {
                ticks.requestTickAt(timers.next());
            }
        }
    }

    /** Takes back a timer that is set. */
    public void removeTimer(Timed timer) {
        timers.remove(timer);
    }

    /** When the next timer or report is due; {@link LoopTime#NEVER} if there is none. */
    public long nextDue() {
        return Math.min(timers.next(), unreadFailures.next());
    }

    /** Real nanoseconds that the end of the loop waits for calls that are running in its executor. */
    public long executorPatience() {
        return clock.executorPatience(this);
    }

    /** Whether the loop's time is that of the machine. */
    public boolean isInRealTime() {
        return clock.isReal();
    }

    public long outsideLimit() {
        return outsideLimit;
    }

    public void setOutsideLimit(long nanos) {
        outsideLimit = nanos;
    }

    /** Something outside of the loop has started whose end the loop will hear of. */
    public void outsideStarted() {
        outside++;
    }

    /** It has ended, or the loop will not hear of it. */
    public void outsideEnded() {
        outside--;
    }

    /** Whether something may happen that no timer of this loop brings. */
    public boolean awaitsOutside() {
        return outside > 0 || parker.hasChannels();
    }

    // ---- tasks and promises

    /** {@link EventLoop#createTask(Coroutine, String, boolean)}. */
    public <T> LoopTask<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) {
        Objects.requireNonNull(coroutine, "createTask(null): there is no coroutine to run");
        if (closed) {
            coroutine.close();
        }
        checkMayCreateTask();
        if (coroutine instanceof Frame<?> frame) {
            frame.claim();
        }
        return start(coroutine, name, eagerStart);
    }

    /** {@link EventLoop#createTask(AsyncCallable, String)}. */
    public <T> LoopTask<T> createTask(AsyncCallable<T> callable, @Nullable String name) {
        checkMayCreateTask();
        return start(Objects.requireNonNull(callable, "createTask(null): there is nothing to call"), name, false);
    }

    private void checkMayCreateTask() {
        checkOpen();
        checkThread("createTask", "loop.runThreadsafe(…)");
    }

    /** {@code awaitable} itself, or the task that it is made. asyncio: {@code ensure_future}. */
    public <T> LoopDeferred<T> started(Awaitable<T> awaitable) {
        return awaitable instanceof Coroutine<T> coroutine
                ? createTask(coroutine, null, false)
                : LoopDeferred.from((Deferred<T>) awaitable);
    }

    /** Starts a task that runs {@code body}: a coroutine that was claimed, or an {@link AsyncCallable}. */
    public <T> LoopTask<T> start(Object body, @Nullable String name, boolean eagerStart) {
        LoopTask<T> task = new LoopTask<>(this, body, ++tasksMade, name);
        tasks.add(task);
        if (eagerStart) {
            task.startEagerly();
        } else {
            enqueue(task);
        }
        return task;
    }

    /** The task whose step runs; null in a callback. */
    public @Nullable LoopTask<?> currentTask() {
        return carrier.taskOrNull();
    }

    /** The task whose step runs; an IllegalStateException if none does. */
    public LoopTask<?> requireTask() {
        return carrier.requireTask();
    }

    /** The number of the iteration that runs, or ran last. */
    long iteration() {
        return iteration;
    }

    @Nullable
    SchedulePolicy policy() {
        return policy;
    }

    public void setPolicy(@Nullable SchedulePolicy policy) {
        this.policy = policy;
    }

    // ---- task locals

    /** The values of the task locals here. */
    @Nullable
    Context context() {
        LoopTask<?> task = carrier.taskOrNull();
        return task == null ? callbackContext : task.context();
    }

    void setContext(@Nullable Context context) {
        LoopTask<?> task = carrier.taskOrNull();
        if (task == null) {
            callbackContext = context;
        } else {
            task.setContext(context);
        }
    }

    /** A callback begins. @return the context before, to be put back when it ends */
    public @Nullable Context enterCallback(@Nullable Context context) {
        Context before = callbackContext;
        callbackContext = context;
        return before;
    }

    public void leaveCallback(@Nullable Context before) {
        callbackContext = before;
    }

    // ---- failures

    public @Nullable ExceptionHandler exceptionHandler() {
        return exceptionHandler;
    }

    public void setExceptionHandler(@Nullable ExceptionHandler handler) {
        exceptionHandler = handler;
    }

    /** Calls the exception handler. What that throws is logged. */
    public void report(ExceptionHandler.Context context) {
        ExceptionHandler handler = exceptionHandler;
        if (handler == null) {
            log(context);
            return;
        }
        try {
            handler.handle(face, context);
        } catch (Throwable failure) {
            if (Rethrow.isFatal(failure)) {
                throw Rethrow.<Error>unchecked(failure);
            }
            FailureLog.write("The exception handler failed while it handled: " + context.message(), failure);
        }
    }

    /** What is done without an exception handler. */
    public static void log(ExceptionHandler.Context context) {
        FailureLog.write(context.message(), context.exception());
    }

    /** A callback has thrown {@code failure}, which is reported unless it has to leave the loop. */
    void callbackFailed(String message, Throwable failure, Object source) {
        if (Rethrow.isFatal(failure)) {
            throw Rethrow.<Error>unchecked(failure);
        }
        report(new ExceptionHandler.Context(message, failure, source));
    }

    // ---- what is put in from above

    /** The iterations are calls that {@code ticks} brings. Set once, before anything runs. */
    public void setTicks(Ticks ticks) {
        this.ticks = ticks;
    }

    public boolean isGuest() {
        return ticks != null;
    }

    /** Switches debug mode: not null in debug mode. */
    public void setDebugging(@Nullable Debugging debugging) {
        this.debugging = debugging;
    }

    public boolean isDebug() {
        return debugging != null;
    }

    /** Each step is run by {@code watch} from the next one on; null for by the engine itself. */
    public void setWatch(@Nullable StepWatch watch) {
        this.watch = watch;
    }
}
