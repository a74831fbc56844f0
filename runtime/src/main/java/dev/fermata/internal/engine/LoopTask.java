package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import dev.fermata.TaskLocal;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Frame;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.base.OneLine;
import dev.fermata.internal.base.Rethrow;
import dev.fermata.internal.traces.Awaiting;
import dev.fermata.internal.traces.Delivery;
import dev.fermata.internal.traces.OwnFrames;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Wait;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task of a loop: makes its steps, from one await that has to wait to the next.
 *
 * <p>Memory: 48 bytes with compressed pointers (header 12; engine, outcome, waiters 12; these fields 24). A task that sleeps
 * has also its {@code Sleep} (32), 16 bytes in the timer heap, and one frame for each method that is suspended (24 and what it
 * saved): 104 in objects for one method that saves nothing more than a reference.
 *
 * <p>On the loop's thread.
 *
 * @param <T> the type of the result
 */
public final class LoopTask<T> extends LoopDeferred<T> implements Task<T>, ParkableTask {
    /**
     * What the next step runs: the coroutine or {@link dev.fermata.AsyncCallable} up to the first one, then the leaf of the parked
     * chain, null if what is awaited is the whole chain. Null while a step runs, so that the task does not hold the
     * coroutine and its arguments, and at the end.
     */
    private @Nullable Object body;

    /**
     * The {@link LoopDeferred} or {@link Wait} the task is parked on or was woken by. Set by {@link #park}, and by
     * {@link #deliver} when the wait was taken back; null only while a step runs and at the end.
     */
    private @Nullable Object waiting;

    /** The neighbours in the loop's {@link TaskList}, which alone writes them. */
    @Nullable
    LoopTask<?> previous;

    @Nullable
    LoopTask<?> next;

    private final int number;

    /** What most tasks never have; made when first needed. */
    private @Nullable Rare rare;

    LoopTask(Engine engine, Object body, int number, @Nullable String name) {
        super(engine);
        this.body = body;
        this.number = number;
        this.waiting = Parked.FIRST_STEP;
        if (name != null) {
            rare().name = OneLine.of(name);
        }
        Context inherited = Context.current();
        if (inherited != null) {
            rare().context = inherited;
        }
    }

    /** The values that {@link TaskLocal}s have in it. */
    @Nullable
    Context context() {
        return rare == null ? null : rare.context;
    }

    void setContext(@Nullable Context context) {
        rare().context = context;
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

    /** Cancels for a scope that will take this cancel back with {@link #uncancel(Sender, int)}. */
    void cancel(ScopeCancel cancel) {
        cancels().sentByScope(cancel);
        cancel(cancel.message, cancel.sender);
    }

    /** Tasks that await tasks are walked through in a loop, not by recursion: such a chain may be long. */
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

    /** The task at the end of the tasks that await one another, beginning with this one; this one if they are a ring. */
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
     * Takes back the cancel of {@code sender}; if it is not delivered yet, out of those that are pending too. If no more are
     * left than {@code before}, when the scope was opened, then what an inner scope has redelivered was this cancel.
     */
    int uncancel(Sender sender, int before) {
        engine.checkThread("uncancel");
        return rare == null ? 0 : rare.cancels.uncancel(sender, before);
    }

    /** The record of its cancels, for scopes; null if there never was one. */
    @Nullable
    Cancels cancelsOrNull() {
        return rare == null ? null : rare.cancels;
    }

    private Cancels cancels() {
        return rare().cancels;
    }

    /** Throws a cancel that was delivered, and is still counted, once more at the next await. */
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
        waiting = wait;
        return Abi.SUSPENDED;
    }

    /** Parks the running step on a deferred that is pending. */
    public Object park(LoopDeferred<?> deferred) {
        if (deferred.engine != engine) {
            throw new IllegalStateException(this + " cannot await " + deferred + ": it belongs to another event loop");
        }
        if (deferred == this) {
            throw new IllegalStateException(this + " cannot await itself");
        }
        deferred.addWaiter(this);
        waiting = deferred;
        return Abi.SUSPENDED;
    }

    @Override
    public void wake() {
        engine.enqueue(this);
    }

    /** A wake-up of a deferred: without effect on a task that an Error ended between parking and unwinding. */
    void wakeFrom(LoopDeferred<?> deferred) {
        if (waiting == deferred) {
            wake();
        }
    }

    // ---- the step

    /**
     * One step: reads what the task was woken by and runs the chain until it parks again or ends. Called by the run loop
     * alone, and by {@link #startEagerly}.
     */
    void step() {
        Object wokenBy = waiting;
        if (wokenBy == null) {
            return; // ended by an Error between parking and unwinding; this is the wake-up of that park
        }
        Object value = null;
        Throwable failure = null;
        try {
            value = wokenBy instanceof LoopDeferred<?> deferred ? deferred.readOutcome() : ((Wait) wokenBy).outcome();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        if (rare != null) {
            failure = rare.cancels.deliverWith(failure);
        }
        Object toRun = body;
        body = null;
        waiting = null;
        LoopCarrier carrier = engine.carrier;
        LoopTask<?> interrupted = carrier.mount(this);
        try {
            if (failure != null) {
                show(failure, wokenBy, toRun);
            }
            Object result = wokenBy == Parked.FIRST_STEP
                    ? carrier.begin(toRun, failure)
                    : carrier.goOn((Frame<?>) toRun, value, failure);
            if (result == Abi.SUSPENDED) {
                parked(carrier);
            } else {
                ended(carrier, result);
            }
        } catch (CancelledError cancel) {
            end(carrier);
            forgetScopes();
            completeCancelled(Guarded.message(cancel), cancel, pathOf(cancel));
        } catch (Throwable thrown) {
            failed(carrier, thrown);
        } finally {
            carrier.mount(interrupted);
        }
    }

    /** Makes the first step inside the call that creates the task. */
    void startEagerly() {
        step();
        Throwable failure = peekFailure();
        if (failure != null) { // its trace ends with who created the task, and that may not be who awaits it
            pathIs(Awaiting.made(failure, () -> OwnFrames.below(LoopTask.class, "startEagerly")));
        }
    }

    /** What the task was parked on throws {@code failure}: whose trace then shows who awaited it. */
    private void show(Throwable failure, Object wokenBy, @Nullable Object leaf) {
        Object awaited = wokenBy instanceof Wait wait ? wait.source() : wokenBy;
        boolean isNew =
                failure instanceof CancelledError cancel && CancelAccess.get().isUnplaced(cancel);
        if (awaited instanceof LoopDeferred<?> source && source.done() && !isNew) {
            Awaiting awaiting = Awaiting.suspended((Frame<?>) leaf, engine.carrier::below);
            delivered(awaiting.of(failure, source.path(), source.shortly()));
        }
    }

    /** An await in it throws what another task, a promise or a stage ended by. */
    void delivered(@Nullable Delivery delivery) {
        if (delivery != null || rare != null) {
            rare().delivered = delivery;
        }
    }

    @Nullable
    Delivery lastDelivery() {
        return rare == null ? null : rare.delivered;
    }

    /** On which way {@code failure} came into this task by an await; null if it did not. */
    StackTraceElement @Nullable [] pathOf(Throwable failure) {
        return rare == null || rare.delivered == null ? null : rare.delivered.path(failure);
    }

    /** The chain has unwound; a cancel that came while it ran, or before, is delivered now. */
    private void parked(LoopCarrier carrier) {
        if (waiting == null) {
            throw new IllegalStateException("A coroutine of " + this
                    + " suspended without parking the task; a primitive" + " that does this, or the weaver, has a bug");
        }
        body = carrier.takeFrames();
        SchedulePolicy policy = engine.policy();
        if (rare != null && rare.cancels.hasPending()) {
            if (deliver(rare.cancels.pendingMessage())) {
                rare.cancels.dropPending();
            }
        } else if (policy != null && policy.cancelHere(this)) {
            cancel("cancelled here by the schedule policy");
        }
    }

    /**
     * The one place where a cancel reaches a parked task. Two callers: {@link #parked}, for a cancel that was pending,
     * and {@link #cancel}, for a task that is parked.
     *
     * @return false if the wake-up is on its way already, or the task is running: the cancel stays pending
     */
    private boolean deliver(@Nullable String message) {
        if (waiting instanceof LoopDeferred<?> awaited) {
            if (!isRing(awaited)) {
                return awaited.cancel(message);
            }
            awaited.removeWaiter(this); // it may come back, and must then be woken once
        }
        if (waiting == null || (waiting instanceof Wait wait && !wait.takeBack(message))) {
            return false;
        }
        waiting = new Parked.Cancelled(message);
        wake();
        return true;
    }

    /** Whether {@link #lastOfChain} came back to this task: nobody is at the end, so this one is torn out. */
    private boolean isRing(LoopDeferred<?> awaited) {
        return awaited instanceof LoopTask<?> && !awaited.done() && lastOfChain() == this;
    }

    private void ended(LoopCarrier carrier, @Nullable Object result) {
        end(carrier);
        if (rare != null && rare.cancels.hasPending()) { // cancelled in its last step: asyncio ends it as cancelled
            String message = rare.cancels.takePending();
            forgetScopes();
            completeCancelled(message, null, null);
        } else {
            forgetScopes();
            completeWith(result);
        }
    }

    private void failed(LoopCarrier carrier, Throwable failure) {
        end(carrier);
        forgetScopes();
        completeFailed(failure, pathOf(failure));
        if (Rethrow.isFatal(failure)) {
            markRead(); // by the code that runs the loop
            throw Rethrow.<Error>unchecked(failure);
        }
    }

    /**
     * A step may also end while a chain is unwinding (an OutOfMemoryError in code that saves): forgets chain and park. Who
     * stands in line for something must leave it: what it was granted it would never pass on.
     */
    private void end(LoopCarrier carrier) {
        carrier.takeFrames();
        if (waiting instanceof Wait wait) {
            wait.abandoned();
        }
        waiting = null;
        engine.tasks.remove(this);
    }

    /** It is thrown no more cancels. Those of scopes that it has not left refer to what failed in them. */
    private void forgetScopes() {
        if (rare != null) {
            rare.cancels.taskEnded();
        }
    }

    // ---- looking inside

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

    /** What the task waits for, as the end of a sentence. */
    public String describeWait() {
        Object wait = waiting;
        if (wait instanceof LoopDeferred<?> deferred) {
            return deferred.describe();
        }
        return wait instanceof Wait other ? other.describeWait() : done() ? "nothing, it is done" : "nothing, it runs";
    }

    /** The innermost frame of the parked chain, or null: not started, running, done, or without any frame. */
    private @Nullable Frame<?> leaf() {
        return waiting != Parked.FIRST_STEP && body instanceof Frame<?> frame ? frame : null;
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

    /** A name of its own, task-local values, and what has to do with cancels and failures. */
    private static final class Rare {
        @Nullable
        String name;

        @Nullable
        Context context;

        /** What an await in it has thrown last; kept with no more than a trace. */
        @Nullable
        Delivery delivered;

        final Cancels cancels = new Cancels();
    }
}
