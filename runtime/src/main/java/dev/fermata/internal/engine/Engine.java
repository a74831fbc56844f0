package dev.fermata.internal.engine;

import dev.fermata.AsyncCallable;
import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.FailureLog;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.base.Rethrow;
import dev.fermata.internal.traces.Traces;
import dev.fermata.lowlevel.ThreadContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs iterations and steps. It has the ready queue, the timers, the tasks that have not ended, and the way in from other
 * threads. {@link #iterate} defines an iteration. The engine knows no primitive, no channel and no signal; those are built
 * on it, and {@code internal.loop} puts everything together as an {@link EventLoop}.
 *
 * <p>For the loop's thread, unless a method says otherwise.
 */
public final class Engine {
    private static final ThreadLocal<@Nullable Engine> RUNNING = new ThreadLocal<>();

    private static final String CLOSED =
            "The event loop is closed. Start the work before run returns, or create a new loop";

    private static final AtomicLong MADE = new AtomicLong();

    /** Numbers the loops in the order in which they were created. */
    public final long number = MADE.incrementAndGet();

    /** The loop as users see it. */
    public final EventLoop face;

    public final TaskTable tasks = new TaskTable();
    public final UnreadFailures unreadFailures = new UnreadFailures(this);
    public final Parker parker;

    /** Awaits stages, and turns deferreds into stages. */
    public final StageBridge stages;

    final LoopCarrier carrier;

    private final Inbox inbox = new Inbox();
    private final CallTable calls = new CallTable();
    private final ReadyQueue ready = new ReadyQueue(calls);
    private final TimerHeap timers = new TimerHeap();
    private final Clock clock;

    /** Asks for the iterations of a guest, which the loop of another thread makes; null for other loops. */
    private @Nullable Ticks ticks;

    /** Not null only while a test explores other orders. */
    private @Nullable SchedulePolicy policy;

    /** Not null in debug mode. */
    private @Nullable Debugging debugging;

    /**
     * Not null while the loop runs in debug mode, or while a recording wants its events. Read once for each step, because a
     * step may switch it.
     */
    private @Nullable StepWatch watch;

    /** Called after each wait, and before each tick of a guest; null if nobody wants to know. */
    private @Nullable Runnable awoken;

    private @Nullable ExceptionHandler exceptionHandler;

    /** The task-local values of the callback that runs. Used while no task's step runs. */
    private @Nullable Context callbackContext;

    private long iteration;

    /** How long, in real nanoseconds, virtual time waits for what comes from outside. */
    private long outsideLimit = 5_000_000_000L;

    /** Adds to a deadlock what it knows; null for nobody. */
    private @Nullable Consumer<DeadlockException> deadlockExplainer;

    /** How many stages and calls in executors have not ended whose end the loop will be notified of. */
    private int outside;

    /**
     * Whether the loop's thread runs code that belongs to no loop: the body of a hot method that was called outside of any,
     * and whose stage a step or callback of this loop has completed. Written and read by the loop's thread.
     */
    private boolean aside;

    private int tasksMade;
    private @Nullable Thread thread;
    private boolean closed;

    /**
     * Creates an engine that does not run yet.
     *
     * @param face the loop as users see it, which is being created
     */
    public Engine(EventLoop face, Clock clock, StageBridge stages) {
        this.face = face;
        this.clock = clock;
        this.stages = stages;
        this.carrier = new LoopCarrier(this, tasks, ready);
        this.parker = new Parker(inbox, ready);
    }

    /** Returns the engine that runs on the calling thread; null if there is none, or if it stands aside. From any thread. */
    public static @Nullable Engine runningOrNull() {
        Engine running = RUNNING.get();
        return running == null || running.aside ? null : running;
    }

    /** Returns the engine that runs on the calling thread, even if it stands aside, or null. From any thread. */
    public static @Nullable Engine occupyingOrNull() {
        return RUNNING.get();
    }

    /**
     * Returns the engine that runs on the calling thread. From any thread.
     *
     * @throws IllegalStateException if there is none, or if it stands aside
     */
    public static Engine running() {
        Engine running = runningOrNull();
        if (running == null) {
            EventLoop.running(); // throws, with a message that says why there is none
            throw new AssertionError("a loop runs here that has no engine");
        }
        return running;
    }

    // ---- what an iteration is

    /**
     * Makes one iteration. What is ready when it starts runs, oldest first. What becomes ready meanwhile runs in the next
     * iteration, after channels were polled and timers were checked.
     *
     * @param mayWait whether to wait if nothing is ready
     */
    public void iterate(boolean mayWait) {
        iteration++;
        ready.trim();
        inbox.takeAll(ready);
        if (mayWait && ready.isEmpty()) {
            clock.idle(this, timers.next(), unreadFailures.next());
            if (awoken != null) {
                awoken.run();
            }
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

    /**
     * Moves the timers that are due to the ready queue. Timers with the same time keep the order in which they were set.
     */
    private void collectDueTimers() {
        if (timers.isEmpty()) {
            return;
        }
        long now = clock.now();
        for (int due = timers.takeDue(now); due != TimerHeap.NONE; due = timers.takeDue(now)) {
            if (due < 0) {
                ready.addCall(~due);
            } else {
                ready.addTimeToWake(due);
            }
        }
    }

    /**
     * Runs the batch. A tick inside of a step may take entries out of it, so the end of the batch is a position and not a
     * count.
     */
    private void runReady() {
        int end = ready.end();
        for (int left = ready.before(end); left > 0; left = ready.before(end)) {
            if (policy == null) {
                runTaken(ready.take());
            } else if (!runChosen(policy, left)) {
                requestTick();
                return;
            }
        }
    }

    /** Runs what the policy chooses, and tells it what that did. Returns false if it chooses nothing. */
    private boolean runChosen(SchedulePolicy chooser, int left) {
        int index = chooser.next(left);
        if (index == SchedulePolicy.LATER) {
            return false;
        }
        int taken = ready.take(Objects.checkIndex(index, left));
        LoopTask<?> task = ReadyQueue.isStep(taken) ? tasks.get(ReadyQueue.taskOf(taken)) : null;
        int end = ready.end();
        runTaken(taken);
        if (task != null) {
            chooser.ran(new SchedulePolicy.Step(task, task.lately(), task.place(), wokenSince(end)));
        } else if (!ReadyQueue.isNothing(taken)) {
            String what = ReadyQueue.isOfTask(taken) ? "the end of a sleep" : "a callback";
            chooser.ran(new SchedulePolicy.Step(null, what, null, wokenSince(end)));
        }
        return true;
    }

    /** Returns the tasks whose steps are in the ready queue behind a position. */
    private List<Task<?>> wokenSince(int position) {
        List<Task<?>> woken = new ArrayList<>();
        for (int step : ready.stepsFrom(position)) {
            LoopTask<?> task = tasks.get(step);
            if (task != null) {
                woken.add(task);
            }
        }
        return woken;
    }

    private void runTaken(int taken) {
        if (ReadyQueue.isStep(taken) && watch == null) {
            int number = ReadyQueue.taskOf(taken);
            Objects.requireNonNull(tasks.get(number)).step(number, carrier);
        } else {
            runOther(taken);
        }
    }

    private void runOther(int taken) {
        if (!ReadyQueue.isOfTask(taken)) {
            if (!ReadyQueue.isNothing(taken)) {
                runWatched(calls.remove(ReadyQueue.callOf(taken)));
            }
            return;
        }
        LoopTask<?> task = tasks.get(ReadyQueue.taskOf(taken));
        if (task == null) {
            return; // it was to be woken, but was cancelled before, and has ended
        }
        if (ReadyQueue.isStep(taken)) {
            runWatched(task);
        } else {
            task.timeToWake();
        }
    }

    private void runWatched(Object entry) {
        StepWatch watching = watch;
        if (watching == null) {
            run(entry);
        } else {
            watching.run(entry);
        }
    }

    /** Runs an entry of the ready queue: the step of a task, or a call. */
    public static void run(Object entry) {
        if (entry instanceof LoopTask<?> task) {
            task.step(task.slot, task.engine.carrier);
        } else {
            ((Ready) entry).runReady();
        }
    }

    /**
     * Lets the engine that runs on the calling thread stand aside while code runs there that belongs to no loop. Without
     * this such code would act as the task whose step it runs in: read its task locals, open its timeouts, cancel it. From
     * any thread.
     *
     * @return what has to {@link #comeBack} after that code; null if no engine runs here, or if it stands aside already
     */
    public static @Nullable Engine standAside() {
        Engine running = runningOrNull();
        if (running != null) {
            running.aside = true;
        }
        return running;
    }

    /** Ends what {@link #standAside} has begun. */
    public void comeBack() {
        aside = false;
    }

    /**
     * Makes an iteration of a guest. The loop of another thread calls this. It may do so while a step is running, when a
     * modal dialog inside a coroutine pumps events: then the other tasks run, and the interrupted one stays current only
     * for itself. It may be a step of another loop on this thread, which is the running one again afterwards.
     */
    public void tick() {
        if (closed) {
            return;
        }
        LoopTask<?> running = carrier.taskOrNull();
        if (running != null) {
            running.interrupted();
        }
        int interrupted = carrier.mount(LoopCarrier.NO_TASK);
        carrier.forgetBelow();
        Engine around = RUNNING.get();
        boolean wasAside = aside;
        aside = false;
        RUNNING.set(this);
        if (awoken != null) {
            awoken.run();
        }
        if (debugging != null) {
            debugging.runs();
        }
        try {
            iterate(false);
        } finally {
            carrier.forgetBelow();
            carrier.mount(interrupted);
            aside = wasAside;
            if (around != null && !around.closed) { // its task may have opened the modal dialog
                RUNNING.set(around);
            }
        }
    }

    // ---- running and closing

    /** Called when the loop starts to run on the calling thread. */
    public void enter() {
        carrier.forgetBelow();
        callbackContext = Context.ofThread();
        if (debugging != null) {
            debugging.runs();
        }
        thread = Thread.currentThread();
        RUNNING.set(this);
    }

    /** Called when the loop stops running. */
    public void exit() {
        if (debugging != null) {
            debugging.stops();
        }
        callbackContext = null;
        RUNNING.remove();
        thread = null;
    }

    /** Called when a guest begins to live on the calling thread. */
    public void settle() {
        if (RUNNING.get() == null) {
            RUNNING.set(this); // so that it is found before the first tick, too
        }
    }

    /** Called when the guest that {@link #settle settled} here is closed. */
    public void leave() {
        if (RUNNING.get() == this) {
            RUNNING.remove();
        }
    }

    /** Closes the engine: what has not run never will. */
    public void close() {
        closed = true;
        inbox.close();
        ready.clear();
        timers.clear();
        calls.clear();
    }

    public boolean isClosed() {
        return closed;
    }

    /** Whether the loop runs on the calling thread. From any thread. */
    public boolean isRunning() {
        return RUNNING.get() == this;
    }

    /** Returns the thread that runs the loop now; null for a guest, and between runs. */
    public @Nullable Thread thread() {
        return thread;
    }

    /** Whether the calling thread may use the loop: the loop runs on that thread, or on none. From any thread. */
    public boolean isOwnThread() {
        return ticks != null ? ticks.isHostThread() : thread == null || thread == Thread.currentThread();
    }

    /** Checks that the loop is open. Throws an IllegalStateException if it is closed. */
    public void checkOpen() {
        if (closed) {
            throw isClosedAlready();
        }
    }

    public IllegalStateException isClosedAlready() {
        return new IllegalStateException(CLOSED);
    }

    /**
     * Checks, in debug mode, that the calling thread is the loop's. Throws an IllegalStateException if it is not. From any
     * thread.
     */
    public void checkThread(String what) {
        checkThread(what, "loop.callSoonThreadsafe(() -> …)");
    }

    /**
     * As {@link #checkThread(String)}, with a remedy for the message.
     *
     * @param instead what to call from another thread
     */
    public void checkThread(String what, String instead) {
        if (debugging != null) {
            checkOwnThread(what, instead);
        }
    }

    /** As {@link #checkThread(String, String)}, in debug mode or not. */
    public void checkOwnThread(String what, String instead) {
        if (!isOwnThread()) {
            throw new IllegalStateException(what + " was called on thread "
                    + Thread.currentThread().getName()
                    + ", but the event loop runs on another thread. From there, use " + instead);
        }
    }

    // ---- the ready queue and the way in

    /** Adds the step of a task to the end of the ready queue. */
    void enqueueStep(LoopTask<?> task) {
        ready.addStep(task.slot);
        requestTick();
    }

    /** Adds a call to the end of the ready queue. */
    public void enqueue(Ready call) {
        ready.add(call);
        requestTick();
    }

    /**
     * Called when a task ends although it was parked: its wake-up may be in the queue already, or its time still to come.
     */
    void forgetWakeUps(LoopTask<?> task) {
        ready.forget(task.slot);
        doNotWake(task);
    }

    void requestTick() {
        if (ticks != null) {
            ticks.requestTick();
        }
    }

    /** Adds a {@link Ready} behind what is ready and what was handed over before, and wakes the loop. From any thread. */
    public void handOver(Ready entry) {
        if (isRunning()) {
            checkOpen();
            inbox.takeAll(ready); // first in, first out: what other threads handed over before stays in front
            enqueue(entry);
        } else if (!offer(entry)) {
            throw isClosedAlready();
        }
    }

    /**
     * Hands a call over from another thread.
     *
     * @return false if the loop is closed
     */
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

    /**
     * Runs {@code action}: at once on the loop's thread, otherwise in the loop's next iteration. On a closed loop it does
     * nothing. From any thread.
     */
    public void runOnLoop(Runnable action) {
        if (isRunning()) {
            action.run();
        } else {
            offer(new HandedOver(action));
        }
    }

    /**
     * What the runtime itself has to do on the loop's thread. It has no context: nothing of a user runs in it, and what
     * frameworks keep on the thread that hands it over need not be readable.
     */
    private final class HandedOver implements Ready {
        private final Runnable action;

        HandedOver(Runnable action) {
            this.action = action;
        }

        @Override
        public void runReady() {
            try {
                action.run();
            } catch (Throwable failure) {
                callbackFailed("A callback failed", failure, action);
            }
        }

        @Override
        public String toString() {
            return "callback " + action;
        }
    }

    /** Asks for the first iteration of a guest, which nothing else does. From any thread. */
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

    /** Adds the {@link Ready} call of a channel that is ready. Called while the loop's thread polls or waits. */
    public void addReady(Ready call) {
        ready.add(call);
    }

    /** Returns how many entries are ready. */
    public int readyCount() {
        return ready.before(ready.end());
    }

    // ---- time

    /** Returns the loop's time in nanoseconds. */
    public long time() {
        return clock.now();
    }

    /** Returns the time that is {@code nanos} from now. */
    public long timeIn(long nanos) {
        long when = clock.now() + nanos;
        return when < 0 ? LoopTime.NEVER : when;
    }

    /** Sets the time at which a task that sleeps wakes up. */
    void wakeAt(long when, LoopTask<?> sleeper) {
        setTimer(when, sleeper.slot);
    }

    /** Whether the time is still to come at which a task that sleeps wakes up. */
    boolean isToWake(LoopTask<?> sleeper) {
        return timers.contains(sleeper.slot);
    }

    /** Takes that time back, if it has not come yet. */
    void doNotWake(LoopTask<?> sleeper) {
        if (isToWake(sleeper)) {
            timers.remove(sleeper.slot);
        }
    }

    /** Sets the timer of a call: it moves to the ready queue at {@code when}. */
    public void setTimer(long when, TimedCallback call) {
        if (when != LoopTime.NEVER) {
            call.number = calls.add(call);
            setTimer(when, ~call.number);
        }
    }

    private void setTimer(long when, int number) {
        timers.add(when, number);
        if (ticks != null) {
            ticks.requestTickAt(timers.next());
        }
    }

    /** Removes a timer, if it is set. */
    void removeTimer(TimedCallback call) {
        int number = call.number;
        if (number != TimedCallback.NONE && timers.contains(~number) && calls.has(number, call)) {
            timers.remove(~number);
            calls.remove(number);
        }
    }

    /** Returns when the next timer or report is due; {@link LoopTime#NEVER} if there is none. */
    public long nextDue() {
        return Math.min(timers.next(), unreadFailures.next());
    }

    /** Returns how long, in real nanoseconds, the end of the loop waits for calls that are running in its executor. */
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

    /** Sets what is told of a deadlock before it is thrown. Returns what was set before. */
    public @Nullable Consumer<DeadlockException> explainDeadlocks(@Nullable Consumer<DeadlockException> explainer) {
        Consumer<DeadlockException> before = deadlockExplainer;
        deadlockExplainer = explainer;
        return before;
    }

    /** Called with a deadlock that is about to be thrown. */
    public void explain(DeadlockException deadlock) {
        if (deadlockExplainer != null) {
            deadlockExplainer.accept(deadlock);
        }
    }

    /** Called when something outside of the loop has started whose end the loop will be notified of. */
    public void outsideStarted() {
        outside++;
    }

    /** Called when that has ended, or when the loop will not be notified of its end. */
    public void outsideEnded() {
        outside--;
    }

    /** Whether something may happen that does not come from a timer of this loop. */
    public boolean awaitsOutside() {
        return outside > 0 || parker.hasChannels();
    }

    // ---- tasks and promises

    /** Implements {@link EventLoop#createTask(Coroutine, String, boolean)}. */
    public <T> LoopTask<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) {
        Objects.requireNonNull(coroutine, "createTask(null): there is nothing to run");
        if (closed) {
            coroutine.close();
        }
        checkMayCreateTask();
        if (coroutine instanceof Frame<?> frame) {
            frame.claim();
        }
        return start(coroutine, name, eagerStart);
    }

    /** Implements {@link EventLoop#createTask(AsyncCallable, String, boolean)}. */
    public <T> LoopTask<T> createTask(AsyncCallable<T> callable, @Nullable String name, boolean eagerStart) {
        checkMayCreateTask();
        return start(Objects.requireNonNull(callable, "createTask(null): there is nothing to call"), name, eagerStart);
    }

    private void checkMayCreateTask() {
        checkOpen();
        checkThread("createTask", "loop.runThreadsafe(…)");
    }

    /** Returns {@code awaitable} itself, or a new task if it is a coroutine. asyncio: {@code ensure_future}. */
    public <T> LoopDeferred<T> started(Awaitable<T> awaitable) {
        return awaitable instanceof Coroutine<T> coroutine
                ? createTask(coroutine, null, false)
                : LoopDeferred.from((Deferred<T>) awaitable);
    }

    /** Starts a task that runs {@code body}: a coroutine that was claimed, or an {@link AsyncCallable}. */
    public <T> LoopTask<T> start(Object body, @Nullable String name, boolean eagerStart) {
        LoopTask<T> task = new LoopTask<>(this, body, ++tasksMade, name);
        tasks.add(task);
        if (watch != null) {
            watch.created(task);
        }
        if (eagerStart) {
            startEagerly(task);
            if (watch != null) {
                watch.startedEagerly(task);
            }
        } else {
            enqueueStep(task);
        }
        return task;
    }

    private void startEagerly(LoopTask<?> task) {
        boolean wasAside = aside;
        aside = false;
        try {
            task.startEagerly();
        } finally {
            aside = wasAside;
        }
    }

    /** Returns the task whose step is running; null in a callback, and in code for which this stands aside. */
    public @Nullable LoopTask<?> currentTask() {
        return aside ? null : carrier.taskOrNull();
    }

    /** Returns the task whose step is running. Throws an IllegalStateException if there is none. */
    public LoopTask<?> requireTask() {
        return carrier.requireTask();
    }

    /** Returns the number of the iteration that runs, or ran last. */
    public long iteration() {
        return iteration;
    }

    /**
     * Whether the policy cancels a task that has just parked. (A method that returned the policy would never be inlined in
     * programs without one, because its class is not loaded there.)
     */
    boolean cancelsHere(LoopTask<?> task) {
        return policy != null && policy.cancelHere(task);
    }

    public void setPolicy(@Nullable SchedulePolicy policy) {
        this.policy = policy;
    }

    // ---- task locals

    /** Returns the values of the task locals here. */
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

    /**
     * Called when a callback begins.
     *
     * @return the previous context, to be restored when the callback ends
     */
    public @Nullable Context enterCallback(@Nullable Context context) {
        Context before = callbackContext;
        callbackContext = context;
        return before;
    }

    public void leaveCallback(@Nullable Context before) {
        callbackContext = before;
    }

    /**
     * Puts in place what frameworks keep on threads. If that fails it is reported, because a step that was taken from the
     * queue runs.
     *
     * @param user what runs with it
     * @return what takes it away again; null if there is nothing to take away
     */
    public ThreadContext.@Nullable Scope putInPlace(@Nullable Context context, Object user) {
        try {
            return Context.install(context);
        } catch (Throwable failure) {
            threadContextFailed("put in place", failure, user);
            return null;
        }
    }

    /**
     * Takes away what {@link #putInPlace} has put in place.
     *
     * @return what was in place until now; null if nothing was, or if that failed
     */
    public ThreadContext.@Nullable Snapshot takeAway(ThreadContext.@Nullable Scope inPlace, Object user) {
        try {
            return inPlace == null ? null : inPlace.remove();
        } catch (Throwable failure) {
            threadContextFailed("taken away", failure, user);
            return null;
        }
    }

    private void threadContextFailed(String what, Throwable failure, Object user) {
        if (Rethrow.isFatal(failure)) {
            throw Rethrow.<Error>unchecked(failure);
        }
        report(new ExceptionHandler.Context(
                ExceptionHandler.Kind.THREAD_CONTEXT_FAILED,
                "What frameworks keep on the thread could not be " + what + " for " + user,
                failure,
                user));
    }

    // ---- failures

    public @Nullable ExceptionHandler exceptionHandler() {
        return exceptionHandler;
    }

    public void setExceptionHandler(@Nullable ExceptionHandler handler) {
        exceptionHandler = handler;
    }

    /** Calls the exception handler. What it throws is logged. */
    public void report(ExceptionHandler.Context context) {
        if (context.exception() != null) {
            Traces.reported(context.exception());
        }
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
            FailureLog.write("The exception handler threw an exception while handling: " + context.message(), failure);
        }
    }

    /** Logs a failure, as is done without an exception handler. */
    public void log(ExceptionHandler.Context context) {
        System.Logger.Level level = context.kind().level();
        boolean withTrace = level == System.Logger.Level.ERROR || isDebug();
        FailureLog.write(level, context.message(), withTrace ? context.exception() : null);
    }

    /** Called when a callback has thrown {@code failure}. Reports it, unless it has to leave the loop. */
    void callbackFailed(String message, Throwable failure, Object source) {
        if (Rethrow.isFatal(failure)) {
            throw Rethrow.<Error>unchecked(failure);
        }
        report(new ExceptionHandler.Context(ExceptionHandler.Kind.CALLBACK_FAILED, message, failure, source));
    }

    // ---- what is put in from above

    /** Makes this the engine of a guest, whose iterations {@code ticks} asks for. Called once, before anything runs. */
    public void setTicks(Ticks ticks) {
        this.ticks = ticks;
    }

    public boolean isGuest() {
        return ticks != null;
    }

    /** Turns debug mode on, or off if {@code debugging} is null. */
    public void setDebugging(@Nullable Debugging debugging) {
        this.debugging = debugging;
    }

    public boolean isDebug() {
        return debugging != null;
    }

    /** Sets what is called after the loop has waited, and before each tick of a guest; null for nothing. */
    public void setAwoken(@Nullable Runnable awoken) {
        this.awoken = awoken;
    }

    /** Makes {@code watch} run each step from the next one on; null if the engine itself is to run them. */
    public void setWatch(@Nullable StepWatch watch) {
        this.watch = watch;
    }
}
