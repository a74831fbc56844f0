package dev.fermata.internal.loop;

import dev.fermata.AsyncCallable;
import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.GuestHost;
import dev.fermata.Handle;
import dev.fermata.Promise;
import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import dev.fermata.TimerHandle;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.base.OneLine;
import dev.fermata.internal.channels.ChannelEvent;
import dev.fermata.internal.channels.HasChannels;
import dev.fermata.internal.channels.LoopChannels;
import dev.fermata.internal.engine.Callback;
import dev.fermata.internal.engine.Clock;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.ThreadsafeCallback;
import dev.fermata.internal.engine.TimedCallback;
import dev.fermata.internal.flight.Flight;
import dev.fermata.internal.guests.Guest;
import dev.fermata.internal.inspection.DebugMode;
import dev.fermata.internal.inspection.RunningLoops;
import dev.fermata.internal.inspection.TaskDump;
import dev.fermata.internal.signals.EndableRun;
import dev.fermata.internal.signals.LoopSignals;
import dev.fermata.internal.threads.LoopExecutor;
import dev.fermata.internal.threads.LoopStages;
import dev.fermata.internal.threads.ThreadsafeRuns;
import dev.fermata.internal.time.RealClock;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An event loop, put together from the engine and what is built on it. {@link EventLoop} describes each method, and says
 * which thread may call it.
 */
final class Loop implements EventLoop, EndableRun, HasChannels {
    static final String NOT_RUN = "A guest loop cannot be run. Its host calls its iterations";

    private final Engine engine;
    private final LoopExecutor executor;
    private final ThreadsafeRuns threadsafeRuns;
    private final LoopChannels channels;
    private final LoopSignals signals;
    private final DebugMode debugMode;
    private final Flight flight;

    /** Not null if the loop lives on the thread of another one. */
    private final @Nullable Guest guest;

    /** Null until somebody wants a random number. */
    private @Nullable RandomGenerator random;

    /** What {@link #runUntilComplete} runs; null outside of it. Its end sets {@link #stopping}. */
    private @Nullable LoopDeferred<?> main;

    /** Whether the current iteration is the last one, which does not wait. */
    private boolean stopping;

    /** How long, in real nanoseconds, the end of the process waits for the end of a run. The shutdown hook reads it. */
    private volatile long shutdownLimit = 5_000_000_000L;

    /** Not null while a guest is being closed. */
    private @Nullable Shutdown shutdown;

    /** Whether a thread that was started for it runs the loop, or is about to. */
    private final AtomicBoolean isTaken = new AtomicBoolean();

    /** Whether the guest that is being closed has begun to wait for the calls in its executor. */
    private boolean awaitsCalls;

    Loop(Clock clock) {
        this(clock, null);
    }

    @SuppressWarnings("this-escape") // the receivers only keep it
    private Loop(Clock clock, @Nullable GuestHost host) {
        this.engine = new Engine(this, clock, new LoopStages());
        this.executor = new LoopExecutor(engine);
        this.threadsafeRuns = new ThreadsafeRuns(engine);
        this.channels = new LoopChannels(engine);
        this.signals = new LoopSignals(engine);
        this.debugMode = new DebugMode(engine);
        this.flight = new Flight(engine, debugMode);
        this.guest = host == null ? null : new Guest(engine, host, this::ticked);
        if (guest != null) {
            engine.setTicks(guest);
        }
    }

    static Loop guest(GuestHost host) {
        Loop loop = new Loop(new RealClock(), host);
        if (host.isHostThread()) {
            loop.engine.settle();
        }
        RunningLoops.add(loop.engine);
        loop.flight.guestLives();
        loop.engine.wake();
        return loop;
    }

    /** Returns the loop as the runtime's own type, since only the runtime can have created it. */
    static Loop of(EventLoop loop) {
        if (loop instanceof Loop ours) {
            return ours;
        }
        throw new IllegalArgumentException(loop + " is no event loop of Fermata. Only Fermata implements EventLoop");
    }

    @Override
    public Engine engine() {
        return engine;
    }

    /** Gives the loop to a thread that shall run it until its end. Returns false if another one has it. From any thread. */
    boolean takeForThread() {
        return isTaken.compareAndSet(false, true);
    }

    @Override
    public LoopExecutor executor() {
        return executor;
    }

    // ---- running

    @Override
    public <T> T runUntilComplete(Awaitable<T> awaitable) {
        checkCanRun(awaitable);
        enter();
        boolean interrupted = false;
        try {
            LoopDeferred<T> toRun = engine.started(awaitable);
            main = toRun;
            toRun.addDoneCallback(new StopAfter<>());
            do {
                engine.iterate(!stopping);
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

    @Override
    public void runForever() {
        String obstacle = obstacle(null);
        if (obstacle != null) {
            throw new IllegalStateException(obstacle);
        }
        enter();
        try {
            do {
                engine.iterate(!stopping);
                stopping |= Thread.currentThread().isInterrupted();
            } while (!stopping);
        } finally {
            stopping = false;
            exit();
        }
    }

    @Override
    public void stop() {
        engine.checkThread("stop");
        stopping = true;
    }

    /**
     * Called at the end of the main task of this run, or of an earlier run that something else has ended. A failure of the
     * former is thrown, so it is not reported.
     */
    private void stopAfter(Deferred<?> ended) {
        if (ended == main) {
            stopping = true;
            main.markRead();
        }
    }

    /** {@link #stopAfter} as a class: a lambda costs each program a millisecond at its start. */
    private final class StopAfter<T> implements Consumer<Deferred<T>> {
        @Override
        public void accept(Deferred<T> ended) {
            stopAfter(ended);
        }
    }

    @Override
    public boolean cancelMain(String message) {
        return main != null && main.cancel(message);
    }

    /**
     * Checks that {@code awaitable} can run here. A coroutine that cannot is closed; otherwise it would be reported as
     * never awaited.
     */
    void checkCanRun(Awaitable<?> awaitable) {
        Objects.requireNonNull(awaitable, "run(null): there is nothing to run");
        String obstacle = obstacle(awaitable);
        if (obstacle != null) {
            if (awaitable instanceof Coroutine<?> coroutine) {
                coroutine.close();
            }
            throw new IllegalStateException(obstacle);
        }
    }

    private @Nullable String obstacle(@Nullable Awaitable<?> awaitable) {
        if (engine.isClosed()) {
            return engine.isClosedAlready().getMessage();
        }
        if (guest != null) {
            return NOT_RUN;
        }
        if (Engine.occupyingOrNull() != null) {
            return "An event loop runs on thread " + Thread.currentThread().getName()
                    + " already, and running a second one inside it would block the first. Await the coroutine, or start it with createTask";
        }
        Thread thread = engine.thread();
        if (thread != null) {
            return "The event loop runs on thread " + thread.getName() + " already";
        }
        return awaitable instanceof Deferred<?> deferred && deferred.loop() != this
                ? deferred + " belongs to another event loop"
                : null;
    }

    /** Called when the loop starts to run on the calling thread. */
    void enter() {
        engine.enter();
        RunningLoops.add(engine);
        flight.loopRuns();
    }

    void exit() {
        flight.loopStops();
        RunningLoops.remove(engine);
        engine.exit();
    }

    @Override
    public boolean isRunning() {
        return engine.isRunning();
    }

    // ---- closing

    @Override
    public void close() {
        if (engine.isClosed()) {
            return;
        }
        Thread thread = engine.thread();
        if (guest == null && thread != null) {
            throw new IllegalStateException(
                    "The event loop runs on thread " + thread.getName() + ". Close it after it has stopped");
        }
        if (isTaken.get()) {
            throw new IllegalStateException(
                    "The event loop belongs to a LoopThread. Close that, which closes the loop too");
        }
        engine.checkThread("close");
        if (guest != null && shutdown == null && (engine.tasks.size() > 0 || executor.isBusy())) {
            shutdown = new Shutdown(engine, executor);
            guest.requestTick(); // otherwise nothing might ask for one: there may be no task to cancel
        }
        if (shutdown == null) {
            closeNow(engine.executorPatience());
        }
    }

    /** Called after the host has made an iteration of a guest, which may be one on the way to its end. */
    private void ticked() {
        if (shutdown == null) {
            return;
        }
        switch (shutdown.next()) {
            case ITERATE, ITERATE_AT_ONCE -> {} // what is ready, or will be, asks the host for the iteration
            case AWAIT_CALLS -> awaitCalls();
            case CLOSE -> closeNow(engine.executorPatience());
        }
    }

    /**
     * Begins to wait for the calls. The host's thread does not block: the end of each call causes an iteration, and so does
     * the end of the time limit.
     */
    private void awaitCalls() {
        if (!awaitsCalls && guest != null) {
            awaitsCalls = true;
            guest.executeLater(this::callsTookTooLong, engine.executorPatience());
        }
    }

    private void callsTookTooLong() {
        if (!engine.isClosed() && guest != null && shutdown != null) {
            shutdown.giveUpOnCalls();
            executor.reportBusy();
            guest.run();
        }
    }

    void closeNow(long executorPatience) {
        signals.removeAll();
        engine.unreadFailures.reportAll();
        flight.loopEnds();
        debugMode.loopEnds();
        RunningLoops.remove(engine);
        engine.close();
        threadsafeRuns.loopClosed();
        channels.close();
        if (guest == null) {
            executor.shutDownAndWait(executorPatience);
        } else {
            engine.leave();
            executor.shutDown(); // its thread must not wait
            guest.loopClosed();
        }
    }

    @Override
    public boolean isClosed() {
        return engine.isClosed();
    }

    // ---- callbacks and time

    @Override
    public Handle callSoon(Runnable callback) {
        check("callSoon");
        Callback handle = new Callback(engine, callback);
        engine.enqueue(handle);
        return handle;
    }

    @Override
    public Handle callSoonThreadsafe(Runnable callback) {
        Callback handle = new ThreadsafeCallback(engine, callback);
        engine.handOver(handle);
        return handle;
    }

    @Override
    public <T> CompletableFuture<T> runThreadsafe(AsyncCallable<T> callable) {
        return threadsafeRuns.handOver(
                Objects.requireNonNull(callable, "runThreadsafe(null): there is nothing to call"));
    }

    @Override
    public <T> CompletableFuture<T> runThreadsafe(Coroutine<T> coroutine) {
        Objects.requireNonNull(coroutine, "runThreadsafe(null): there is nothing to run");
        if (coroutine instanceof Frame<?> frame) {
            frame.claim(); // so that it cannot be started here any more, nor a second time
        }
        return threadsafeRuns.handOver(coroutine);
    }

    @Override
    public TimerHandle callLater(Duration delay, Runnable callback) {
        return timer("callLater", LoopTime.after(time(), delay), callback);
    }

    @Override
    public TimerHandle callAt(long when, Runnable callback) {
        return timer("callAt", when, callback);
    }

    private TimerHandle timer(String what, long when, Runnable callback) {
        check(what);
        TimedCallback handle = new TimedCallback(engine, callback, when);
        engine.setTimer(when, handle);
        return handle;
    }

    @Override
    public long time() {
        return engine.time();
    }

    // ---- channels

    @Override
    public LoopChannels channels() {
        return channels;
    }

    @Override
    public Coroutine<Void> readable(SelectableChannel channel) {
        return channels.until(channel, ChannelEvent.READABLE);
    }

    @Override
    public Coroutine<Void> writable(SelectableChannel channel) {
        return channels.until(channel, ChannelEvent.WRITABLE);
    }

    @Override
    public Coroutine<Void> acceptable(SelectableChannel channel) {
        return channels.until(channel, ChannelEvent.ACCEPTABLE);
    }

    @Override
    public Coroutine<Void> connectable(SelectableChannel channel) {
        return channels.until(channel, ChannelEvent.CONNECTABLE);
    }

    @Override
    public void addReader(SelectableChannel channel, Runnable callback) {
        channels.setCallback("addReader", channel, true, callback);
    }

    @Override
    public boolean removeReader(SelectableChannel channel) {
        return channels.removeCallback("removeReader", channel, true);
    }

    @Override
    public void addWriter(SelectableChannel channel, Runnable callback) {
        channels.setCallback("addWriter", channel, false, callback);
    }

    @Override
    public boolean removeWriter(SelectableChannel channel) {
        return channels.removeCallback("removeWriter", channel, false);
    }

    // ---- signals

    @Override
    public void addSignalHandler(String signal, Runnable handler) {
        check("addSignalHandler");
        signals.add(signal, handler);
    }

    @Override
    public boolean removeSignalHandler(String signal) {
        engine.checkThread("removeSignalHandler");
        return signals.remove(signal);
    }

    // ---- tasks and promises

    @Override
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) {
        return engine.createTask(coroutine, name, eagerStart);
    }

    @Override
    public <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name, boolean eagerStart) {
        return engine.createTask(callable, name, eagerStart);
    }

    @Override
    public <T> Promise<T> createPromise() {
        engine.checkThread("createPromise");
        return new LoopPromise<>(engine);
    }

    @Override
    public @Nullable Task<?> currentTask() {
        return engine.currentTask();
    }

    @Override
    public int taskCount() {
        return engine.tasks.size();
    }

    @Override
    public List<Task<?>> allTasks() {
        engine.checkThread("allTasks");
        return new ArrayList<>(engine.tasks.toList());
    }

    @Override
    public String describeTasks() {
        return TaskDump.tasks(engine).stripTrailing().replaceFirst("^\n", "");
    }

    // ---- threads

    @Override
    public <T> Promise<T> runInExecutor(@Nullable Executor executor, Callable<T> callable) {
        check("runInExecutor");
        return this.executor.call(executor, callable);
    }

    @Override
    public void setDefaultExecutor(ExecutorService executor) {
        check("setDefaultExecutor");
        this.executor.replace(Objects.requireNonNull(executor, "executor"));
    }

    // ---- settings and failures

    @Override
    public void setExceptionHandler(@Nullable ExceptionHandler handler) {
        engine.checkThread("setExceptionHandler");
        engine.setExceptionHandler(handler);
    }

    @Override
    public @Nullable ExceptionHandler getExceptionHandler() {
        return engine.exceptionHandler();
    }

    @Override
    public void defaultExceptionHandler(ExceptionHandler.Context context) {
        engine.log(context);
    }

    @Override
    public void callExceptionHandler(ExceptionHandler.Context context) {
        engine.report(context);
    }

    @Override
    public void setUnreadFailureGrace(Duration grace) {
        engine.checkThread("setUnreadFailureGrace");
        engine.unreadFailures.setGrace(LoopTime.nanos(grace));
    }

    @Override
    public void setOutsideLimit(Duration limit) {
        engine.setOutsideLimit(LoopTime.nanos(limit));
    }

    @Override
    public void setShutdownLimit(Duration limit) {
        shutdownLimit = LoopTime.nanos(limit);
    }

    @Override
    public long shutdownLimit() {
        return shutdownLimit;
    }

    @Override
    public void setSchedulePolicy(@Nullable SchedulePolicy policy) {
        engine.checkThread("setSchedulePolicy");
        engine.setPolicy(policy);
    }

    @Override
    public RandomGenerator random() {
        engine.checkThread("random");
        if (random == null) {
            random = new Random();
        }
        return random;
    }

    @Override
    public void setRandom(RandomGenerator random) {
        engine.checkThread("setRandom");
        this.random = Objects.requireNonNull(random, "random");
    }

    @Override
    public void setDebug(boolean debug) {
        engine.checkOwnThread("setDebug", "loop.callSoonThreadsafe(() -> …)");
        debugMode.set(debug);
    }

    @Override
    public void setSlowCallbackDuration(Duration duration) {
        engine.checkThread("setSlowCallbackDuration");
        debugMode.setSlowCallback(LoopTime.nanos(duration));
    }

    @Override
    public boolean isDebug() {
        return engine.isDebug();
    }

    @Override
    public void checkThread(String what) {
        engine.checkThread(what);
    }

    private void check(String what) {
        engine.checkOpen();
        engine.checkThread(what);
    }

    @Override
    public String toString() {
        Thread on = engine.thread();
        int tasks = engine.tasks.size();
        return "event loop " + engine.number
                + (on == null
                        ? guest == null ? " (not running)" : " (a guest)"
                        : " on thread " + OneLine.of(on.getName()))
                + ", "
                + tasks + (tasks == 1 ? " task" : " tasks");
    }
}
