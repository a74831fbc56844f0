package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.Task;
import dev.fermata.TaskLocal;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Frame;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.base.OneLine;
import dev.fermata.internal.base.Rethrow;
import dev.fermata.internal.traces.Awaiting;
import dev.fermata.internal.traces.Delivery;
import dev.fermata.internal.traces.OwnFrames;
import dev.fermata.internal.traces.Traces;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.ThreadContext;
import dev.fermata.lowlevel.Wait;
import dev.fermata.lowlevel.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task of a loop: makes its steps, from one await that has to wait to the next.
 *
 * <p>Memory: 48 bytes with compressed pointers (header 12; engine, outcome, waiters 12; these fields 24). In the
 * tables a task has 8 bytes, and while it sleeps 20 in the timers. Each method that is suspended has a frame of 24 bytes and what it
 * saved. A task that sleeps in one method which saves nothing more than a reference has 100 bytes in all.
 *
 * <p>On the loop's thread.
 *
 * @param <T> the type of the result
 */
public final class LoopTask<T> extends LoopDeferred<T> implements Task<T>, ParkableTask {
    static final int ENDED = -1;

    /**
     * What the next step runs: before the first step the coroutine or {@link dev.fermata.AsyncCallable}, later the leaf of
     * the parked chain, or null if the chain consists only of what is awaited. Null while the first step runs, so that the
     * task does not hold the coroutine and its arguments, and at the end. Later steps leave it where it is while that leaf
     * runs: most suspend there again, and then nothing has to be stored.
     */
    private @Nullable Object body;

    /**
     * What the task is parked on, or what woke it. Set by {@link #park}, and by
     * {@link #deliver} when the wait was taken back. Null while a step runs and at the end. {@link Parked#GIVEN_WAY} stays
     * during the step, because most tasks that give way do so again.
     */
    private @Nullable Wait waiting;

    /** The number of the task in the loop's {@link TaskTable}, which sets it; {@link #ENDED} at the end. */
    int slot;

    /** How many tasks the loop had made with this one; for the name and the order of creation. */
    private final int number;

    /** Whether a step runs that has not parked. */
    private boolean running;

    /** Whether a task that is parked on {@link Parked#ASLEEP} was woken. */
    private boolean awake;

    /**
     * Whether {@link #wake} wakes the task: from {@link #park(Wait)} until it is woken, or until the wait is taken back or
     * abandoned. Nobody else may wake it, or a wake-up too many would step the task that has got the number since.
     */
    private boolean mayBeWoken;

    /** What most tasks never need; created on demand. */
    private @Nullable Rare rare;

    LoopTask(Engine engine, Object body, int number, @Nullable String name) {
        super(engine);
        this.body = body;
        this.number = number;
        this.waiting = Parked.FIRST_STEP;
        if (name != null) {
            rare().name = OneLine.of(name);
        }
        Context inherited = Context.inherited();
        if (inherited != null) {
            rare().context = inherited;
        }
    }

    /** Returns the values of the {@link TaskLocal}s in this task, and what is put in place for its steps. */
    @Nullable
    Context context() {
        return rare == null ? null : rare.context;
    }

    void setContext(@Nullable Context context) {
        rare().context = context;
    }

    /** Returns how many tasks the loop had made when this one was made. */
    public int number() {
        return number;
    }

    @Override
    public String getName() {
        return rare == null || rare.name == null ? "Task-" + number : rare.name;
    }

    @Override
    public void setName(String name) {
        rare().name = OneLine.of(name);
    }

    // ---- cancels

    @Override
    public boolean cancel(@Nullable String message) {
        return cancel(message, Sender.Other.OUTSIDE);
    }

    /** Cancels the task on behalf of a scope that will take this cancel back with {@link #uncancel(Sender, int)}. */
    void cancel(ScopeCancel cancel) {
        cancels().sentByScope(cancel);
        cancel(cancel.message, cancel.sender);
    }

    /**
     * Cancels the task, or what it awaits. The chain of tasks that await each other is walked in a loop and not by
     * recursion, because it may be long.
     */
    private boolean cancel(@Nullable String message, Sender sender) {
        engine.checkThread("cancel");
        markRead();
        if (done()) {
            return false;
        }
        LoopTask<?> last = lastOfChain();
        for (Object task = this; task != last && task instanceof LoopTask<?> outer; task = outer.waiting) {
            outer.cancels().requested(message, outer == this ? sender : Sender.Other.OUTSIDE);
        }
        Sender takesItBack = last == this ? sender : Sender.Other.OUTSIDE;
        last.cancels().requested(message, takesItBack);
        if (last.deliver(message)) {
            last.cancels().delivered(takesItBack);
        } else {
            last.cancels().append(message, takesItBack);
        }
        return true;
    }

    /**
     * Returns the task at the end of the chain of tasks that await one another, beginning with this one; or this one if
     * they form a ring.
     */
    private LoopTask<?> lastOfChain() {
        LoopTask<?> last = this;
        for (int hops = 0; last.waiting instanceof LoopTask<?> inner && !inner.done(); hops++) {
            if (hops > engine.tasks.size()) {
                return this;
            }
            last = inner;
        }
        return last;
    }

    @Override
    public int cancelling() {
        return rare == null ? 0 : rare.cancels.requests();
    }

    @Override
    public int uncancel() {
        return uncancel(Sender.Other.OUTSIDE, 0);
    }

    /**
     * Takes back the cancel of {@code sender}. If that cancel is not delivered yet, it is removed from those that are
     * pending, too. If no more cancels are left than {@code before}, the number when the scope was opened, then what an
     * inner scope has redelivered was this cancel.
     */
    int uncancel(Sender sender, int before) {
        engine.checkThread("uncancel");
        return rare == null ? 0 : rare.cancels.uncancel(sender, before);
    }

    /** Returns the record of the task's cancels, for scopes; null if there never was one. */
    @Nullable
    Cancels cancelsOrNull() {
        return rare == null ? null : rare.cancels;
    }

    private Cancels cancels() {
        return rare().cancels;
    }

    /** Delivers once more, at the next await, a cancel that was delivered before and is still counted. */
    public void redeliverCancel(@Nullable String message) {
        cancels().redeliver(message);
    }

    // ---- parking and waking

    @Override
    public Task<?> task() {
        return this;
    }

    @Override
    public Object park(Wait wait) {
        if (wait instanceof LoopDeferred<?>) {
            throw new IllegalArgumentException("park: " + wait
                    + " does not wake what is parked on it like that. Await it, or park on a Wait of your own");
        }
        leaveEarlierPark();
        waiting = wait;
        mayBeWoken = true;
        running = false;
        return Abi.SUSPENDED;
    }

    /**
     * Parks the running step for a time. As in asyncio, a sleep takes one iteration more than its timer: the timer falls
     * due, in that iteration the task is woken, and in the next one it runs.
     *
     * @param nanos more than zero; {@code LoopTime.NEVER} for a sleep without end
     */
    public Object sleep(long nanos) {
        long when = engine.timeIn(nanos);
        leaveEarlierPark();
        if (when == LoopTime.NEVER) {
            waiting = Parked.ASLEEP_FOR_EVER;
        } else {
            awake = false;
            engine.wakeAt(when, this);
            waiting = Parked.ASLEEP;
        }
        running = false;
        return Abi.SUSPENDED;
    }

    /** Called when the time of a sleep has come. The sleep may have been taken back, and another one may have begun. */
    void timeToWake() {
        if (waiting == Parked.ASLEEP && !awake && !engine.isToWake(this)) {
            awake = true;
            engine.enqueueStep(this);
        }
    }

    /** Takes the sleep back; returns false if the task was woken. */
    private boolean takeSleepBack() {
        if (awake) {
            return false;
        }
        engine.doNotWake(this);
        return true;
    }

    /** Parks the running step on a deferred that is pending. */
    public Object park(LoopDeferred<?> deferred) {
        if (deferred.engine != engine) {
            throw new IllegalStateException(this + " cannot await " + deferred + ": it belongs to another event loop");
        }
        if (deferred == this) {
            throw new IllegalStateException(this + " cannot await itself");
        }
        leaveEarlierPark();
        deferred.addWaiter(this);
        waiting = deferred;
        running = false;
        return Abi.SUSPENDED;
    }

    /**
     * Called before the task is parked. It may be parked already: an Error came between parking and unwinding, and a method
     * of the chain caught it. Nothing of that park may wake the task later, and what had unwound is not resumed.
     */
    private void leaveEarlierPark() {
        boolean gaveWay = engine.carrier.takeHasGivenWay();
        if (!running || gaveWay) {
            engine.carrier.takeFrames(null);
            leavePark();
        }
    }

    /**
     * Called before other steps run inside the step of this task. It may be parked already, see {@link #leaveEarlierPark}.
     * What the carrier knows of that park would be taken for the park of another task, and its wake-up would make a step of
     * this task inside the one that runs.
     */
    void interrupted() {
        leaveEarlierPark();
        if (!running) {
            waiting = null;
            running = true;
        }
    }

    private void leavePark() {
        mayBeWoken = false;
        if (waiting instanceof LoopDeferred<?> awaited) {
            awaited.removeWaiter(this);
        } else if (waiting != null) {
            waiting.abandoned();
        }
        engine.forgetWakeUps(this);
    }

    @Override
    public void wake() {
        if (mayBeWoken) {
            mayBeWoken = false;
            engine.enqueueStep(this);
        } else if (running && slot != ENDED) {
            throw new IllegalStateException("wake: " + this
                    + " runs and is not parked. Park it first, and then wake it once: a wake-up that nothing is parked for"
                    + " gets lost");
        }
    }

    /** Wakes the task from a deferred. It has no effect on a task that an Error ended between parking and unwinding. */
    void wakeFrom(LoopDeferred<?> deferred) {
        if (waiting == deferred) {
            engine.enqueueStep(this);
        }
    }

    // ---- the step

    /**
     * Makes one step: reads the outcome of what woke the task, and runs the chain until it parks again or ends. Only the
     * run loop and {@link #startEagerly} call it.
     */
    void step(int number, LoopCarrier carrier) {
        int interrupted = carrier.mount(number);
        ThreadContext.Scope inPlace = null;
        running = true;
        try {
            inPlace = Context.CARRIES ? engine.putInPlace(context(), this) : null;
            Object result = waiting == Parked.GIVEN_WAY && rare == null
                    ? carrier.goOn((Frame<?>) body, null, null)
                    : goOn(carrier);
            if (result == Abi.SUSPENDED) {
                parked(carrier);
            } else {
                ended(carrier, result);
            }
        } catch (Throwable thrown) {
            failed(carrier, thrown);
        } finally {
            carrier.mount(interrupted);
            if (inPlace != null) {
                keep(engine.takeAway(inPlace, this));
            }
        }
    }

    /** Keeps for the next step what this one has left in place. */
    private void keep(ThreadContext.@Nullable Snapshot left) {
        if (left != null && slot != ENDED) {
            setContext(Context.with(context(), left));
        }
    }

    /** Goes on with the outcome of what woke the task. */
    private @Nullable Object goOn(LoopCarrier carrier) throws Throwable {
        Wait wokenBy = Objects.requireNonNull(waiting);
        Object value = null;
        Throwable failure = null;
        if (wokenBy != Parked.GIVEN_WAY) {
            waiting = null;
            try {
                if (rare != null && rare.cancels.hasPending()) {
                    wokenBy.passOn();
                } else {
                    value = wokenBy.outcome();
                }
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }
        if (rare != null) {
            failure = rare.cancels.deliverWith(failure);
        }
        if (failure != null) {
            show(failure, wokenBy, body);
        }
        return wokenBy == Parked.FIRST_STEP
                ? carrier.begin(takeBody(), failure)
                : carrier.goOn((Frame<?>) body, value, failure);
    }

    private @Nullable Object takeBody() {
        Object toRun = body;
        body = null;
        return toRun;
    }

    /** Called when the leaf of the chain is left for good, and its callers go on. */
    void leafLeft() {
        body = null;
    }

    /** Makes the first step inside the call that creates the task. */
    void startEagerly() {
        LoopTask<?> interrupted = engine.carrier.taskOrNull();
        if (interrupted != null) {
            interrupted.interrupted();
        }
        step(slot, engine.carrier);
        Throwable failure = peekFailure();
        if (failure != null) { // its trace ends with what created the task, which may not be what awaits it
            pathIs(Awaiting.made(failure, () -> OwnFrames.below(LoopTask.class, "startEagerly")));
        }
    }

    /** Makes the trace of {@code failure} show what awaited it. What the task was parked on throws that failure. */
    private void show(Throwable failure, Wait wokenBy, @Nullable Object leaf) {
        Object awaited = wokenBy.source();
        boolean isNew =
                failure instanceof CancelledError cancel && CancelAccess.get().isUnplaced(cancel);
        if (awaited instanceof LoopDeferred<?> source && source.done() && !isNew) {
            Awaiting awaiting = Awaiting.suspended((Frame<?>) leaf, engine.carrier::below);
            delivered(awaiting.of(failure, source.path(), source.shortly()));
        } else if (wokenBy instanceof Waiter && !(failure instanceof CancelledError)) {
            showNew(failure, (Frame<?>) leaf);
        }
    }

    /**
     * Makes the trace of {@code failure}, which a wait has just thrown, show where the task is parked. It keeps what a
     * comparator or the like shows that the wait has called.
     */
    private void showNew(Throwable failure, @Nullable Frame<?> leaf) {
        if (leaf == null) {
            Traces.settle(failure);
        } else {
            List<StackTraceElement> trace = new ArrayList<>();
            for (StackTraceElement element : failure.getStackTrace()) {
                if (OwnFrames.isOurs(element)) {
                    break;
                }
                trace.add(element);
            }
            Traces.place(failure, leaf, engine.carrier.below());
            if (!trace.isEmpty()) {
                trace.addAll(List.of(failure.getStackTrace()));
                failure.setStackTrace(trace.toArray(StackTraceElement[]::new));
            }
        }
    }

    /** Called when an await in this task throws what ended another task, a promise or a stage. */
    void delivered(@Nullable Delivery delivery) {
        if (delivery != null || rare != null) {
            rare().delivered = delivery;
        }
    }

    @Nullable
    Delivery lastDelivery() {
        return rare == null ? null : rare.delivered;
    }

    /** Returns the path by which {@code failure} came into this task through an await; null if it did not. */
    StackTraceElement @Nullable [] pathOf(Throwable failure) {
        return rare == null || rare.delivered == null ? null : rare.delivered.path(failure);
    }

    /** Called when the chain has unwound. Delivers a cancel that came while the chain ran, or before. */
    private void parked(LoopCarrier carrier) {
        if (carrier.takeHasGivenWay()) {
            if (waiting != Parked.GIVEN_WAY) {
                if (!running) { // it was parked before, see leaveEarlierPark
                    leavePark();
                    engine.enqueueStep(this);
                }
                waiting = Parked.GIVEN_WAY;
            }
            running = false;
        } else if (running) {
            throw new IllegalStateException("A coroutine of " + this
                    + " suspended without parking the task: a primitive" + " that does this, or the weaver, has a bug");
        }
        Object before = body;
        Frame<?> leaf = carrier.takeFrames((Frame<?>) before);
        if (leaf != before) {
            body = leaf;
        }
        if (rare != null && rare.cancels.hasPending()) {
            if (deliver(rare.cancels.pendingMessage())) {
                rare.cancels.dropPending();
            }
        } else if (engine.cancelsHere(this)) {
            cancel("cancelled here by the schedule policy");
        }
    }

    /**
     * Delivers a cancel to a parked task. The one place where a cancel arrives. There are two callers: {@link #parked}, for
     * a cancel that was pending, and {@link #cancel}, for a task that is parked.
     *
     * @return false if the wake-up is on its way already, or the task is running: the cancel stays pending
     */
    private boolean deliver(@Nullable String message) {
        if (waiting instanceof LoopDeferred<?> awaited) {
            if (!isRing(awaited)) {
                return awaited.cancel(message);
            }
            awaited.removeWaiter(this); // it may be awaited again, and must then wake this task only once
        } else if (!takeWaitBack(message)) {
            return false;
        }
        waiting = new Parked.Cancelled(message);
        engine.enqueueStep(this);
        return true;
    }

    private boolean takeWaitBack(@Nullable String message) {
        if (waiting == Parked.ASLEEP) {
            return takeSleepBack();
        }
        if (!mayBeWoken) {
            return waiting == Parked.ASLEEP_FOR_EVER;
        }
        boolean agrees = waiting != null && waiting.takeBack(message);
        boolean takenBack = agrees && mayBeWoken; // if it has woken the task nevertheless, the wake-up counts
        if (takenBack) {
            mayBeWoken = false;
        }
        return takenBack;
    }

    /**
     * Whether the chain of awaited tasks leads back to this one. Then no task is at its end, so this one is taken out of
     * the ring.
     */
    private boolean isRing(LoopDeferred<?> awaited) {
        return awaited instanceof LoopTask<?> && !awaited.done() && lastOfChain() == this;
    }

    private void ended(LoopCarrier carrier, @Nullable Object result) {
        end(carrier);
        if (rare != null && rare.cancels.hasPending()) { // cancelled in its last step: ends as cancelled, as in asyncio
            String message = rare.cancels.takePending();
            forgetScopes();
            completeCancelled(message, null, null);
        } else {
            forgetScopes();
            completeWith(result);
        }
    }

    private void failed(LoopCarrier carrier, Throwable failure) {
        if (slot == ENDED) {
            throw Rethrow.<Error>unchecked(failure); // of a guest's host or a full heap, when it was told of the end
        }
        end(carrier);
        forgetScopes();
        if (failure instanceof CancelledError cancel) {
            completeCancelled(Guarded.message(cancel), cancel, pathOf(cancel));
            return;
        }
        completeFailed(failure, pathOf(failure));
        if (Rethrow.isFatal(failure)) {
            markRead(); // by the code that runs the loop
            throw Rethrow.<Error>unchecked(failure);
        }
    }

    /**
     * Ends the task: forgets its chain and its park. A step may also end while a chain is unwinding (an OutOfMemoryError in
     * code that saves). A wait in a line must then leave the line, because it would never pass on what it was granted.
     */
    private void end(LoopCarrier carrier) {
        carrier.takeFrames(null);
        body = null;
        boolean gaveWay = carrier.takeHasGivenWay();
        if (!running || gaveWay) {
            leavePark();
        }
        waiting = null;
        engine.tasks.remove(this);
    }

    /**
     * Called when no more cancels are thrown into the task. The cancels of scopes it has not left would keep what failed in
     * them alive.
     */
    private void forgetScopes() {
        if (rare != null) {
            rare.cancels.taskEnded();
        }
    }

    /**
     * Ends a task that does not run as the end of its process would: where it is, without a CancelledError, so no finally
     * block of it runs either. What it has opened stays open. Whoever awaits it is told that it was cancelled.
     */
    public void drop(@Nullable String message) {
        engine.checkThread("drop");
        if (done()) {
            return;
        }
        if (running) {
            throw new IllegalStateException("drop: " + this + " runs, and cannot be ended in the middle of a step");
        }
        rare().dropped = true;
        leavePark();
        body = null;
        waiting = null;
        engine.tasks.remove(this);
        forgetScopes();
        completeCancelled(message, null, null);
    }

    /** Whether the task was ended by {@link #drop}. It has left none of the scopes that it had opened, and that is no mistake. */
    public boolean isDropped() {
        return rare != null && rare.dropped;
    }

    // ---- looking inside

    /** Returns the value of a {@link TaskLocal} in this task; null if none was set. */
    public @Nullable Object valueOf(Object local) {
        return rare == null || rare.context == null ? null : rare.context.value(local);
    }

    @Override
    public List<StackTraceElement> getStack() {
        engine.checkThread("getStack");
        List<StackTraceElement> places = new ArrayList<>();
        for (Frame<?> frame = leaf(); frame != null; frame = frame.caller()) {
            StackTraceElement where = frame.where();
            if (where != null) {
                places.add(where);
            }
        }
        return places;
    }

    /** Returns what the task waits for, as the end of a sentence. */
    public String waitsFor() {
        Wait wait = waiting;
        if (wait == null || running) {
            return done() ? "nothing, it is done" : "nothing, it runs";
        }
        return Guarded.description(wait::describeWait);
    }

    /** Returns what has become of the task in its last step, as the end of a sentence. */
    String lately() {
        if (!done()) {
            return "waits for " + waitsFor();
        }
        Throwable failure = peekFailure();
        return cancelled()
                ? "was cancelled"
                : failure == null
                        ? "returned"
                        : "failed with " + failure.getClass().getName();
    }

    /**
     * Returns where the task waits: the innermost place in code that is not Fermata's; the innermost of all if all of it is.
     * Null if the task does not wait, or if none of its frames shows where.
     */
    public @Nullable StackTraceElement place() {
        StackTraceElement innermost = null;
        for (Frame<?> frame = leaf(); frame != null; frame = frame.caller()) {
            StackTraceElement where = frame.where();
            if (where != null && !OwnFrames.isOfFermata(where.getClassName())) {
                return where;
            }
            innermost = innermost == null ? where : innermost;
        }
        return innermost;
    }

    /**
     * Returns the innermost frame of the parked chain. Null if the task has not started, is running or done, or has no
     * frame.
     */
    private @Nullable Frame<?> leaf() {
        return waiting != Parked.FIRST_STEP && !running && body instanceof Frame<?> frame ? frame : null;
    }

    @Override
    public String shortly() {
        return describe();
    }

    @Override
    public String describe() {
        return "task " + getName();
    }

    @Override
    public String toString() {
        return "task " + getName()
                + (cancelled()
                        ? " (cancelled)"
                        : peekFailure() != null ? " (failed)" : done() ? " (done)" : " (pending)");
    }

    private Rare rare() {
        Rare made = rare;
        if (made == null) {
            made = new Rare();
            rare = made;
        }
        return made;
    }

    /** A name, task-local values, and what concerns cancels and failures. */
    private static final class Rare {
        @Nullable
        String name;

        @Nullable
        Context context;

        /** What an await in this task has thrown last. It holds no more than a trace. */
        @Nullable
        Delivery delivered;

        boolean dropped;

        final Cancels cancels = new Cancels();
    }
}
