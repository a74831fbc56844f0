package dev.fermata;

import dev.fermata.abi.Abi;
import dev.fermata.abi.Frame;
import dev.fermata.internal.Awaiting;
import dev.fermata.internal.Delivery;
import dev.fermata.internal.Guarded;
import dev.fermata.internal.OneLine;
import dev.fermata.internal.OwnFrames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A coroutine that the loop runs beside others, made by {@link Asyncio#createTask}. It runs on the loop's thread, a
 * step at a time: from one await that has to wait to the next. asyncio: {@code Task}.
 *
 * <p>Memory: 48 bytes with compressed pointers (header 12; loop, outcome, waiters 12; these fields 24). A task that
 * sleeps has also its {@link Sleep} (32), 16 bytes in the timer heap, and one frame for each method that is suspended
 * (24 and what it saved): 104 in objects for one method that saves nothing more than a reference.
 *
 * @param <T> the type of the result
 */
public final class Task<T> extends Deferred<T> {
    /** The sender of a cancel that is delivered once more. */
    private static final Object REDELIVERED = new Object();

    /**
     * What the next step runs: the coroutine or {@link AsyncCallable} up to the first one, then the leaf of the parked
     * chain, null if what is awaited is the whole chain. Null while a step runs, so that the task does not hold the
     * coroutine and its arguments, and at the end.
     */
    private @Nullable Object body;

    /**
     * The {@link Deferred} or {@link Waiting} the task is parked on or was woken by. Set by {@link #park}, and by
     * {@link #deliver} when the wait was taken back; null only while a step runs and at the end.
     */
    private @Nullable Object waiting;

    /** The neighbours in the loop's {@link TaskList}, which alone writes them. */
    @Nullable
    Task<?> previous;

    @Nullable
    Task<?> next;

    private final int number;

    /** What most tasks never have; made when first needed. */
    private @Nullable Rare rare;

    Task(EventLoop loop, Object body, int number, @Nullable String name) {
        super(loop);
        this.body = body;
        this.number = number;
        this.waiting = Waiting.FIRST_STEP;
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

    /** The name given to it, or {@code Task-} and its number in the loop. asyncio: {@code get_name}. */
    public String getName() {
        return rare == null || rare.name == null ? "Task-" + number : rare.name;
    }

    /**
     * Names the task, for dumps and messages. They have a line for each thing, so control characters in it are written as in
     * Java source: a line break becomes {@code \\n}. asyncio: {@code set_name}.
     */
    public void setName(String name) {
        rare().name = OneLine.of(name);
    }

    /**
     * Has a {@link CancelledError} thrown into the task, once: at the await where it is parked or at its next suspending
     * one; before its first step, its body never runs. What the task awaits is cancelled. asyncio:
     * {@code cancel(msg)}.
     *
     * @return false if the task is done
     */
    @Override
    public boolean cancel(@Nullable String message) {
        return cancel(message, null);
    }

    /** Cancels for a scope that will take this cancel back with {@link #uncancel(Object, int)}. */
    void cancel(ScopeCancel cancel) {
        rare().scopeCancels = cancel.after(rare().scopeCancels);
        cancel(cancel.message, cancel.sender);
    }

    /** Tasks that await tasks are walked through in a loop, not by recursion: such a chain may be long. */
    private boolean cancel(@Nullable String message, @Nullable Object sender) {
        loop.checkThread("cancel");
        markRead();
        if (done()) {
            return false;
        }
        Task<?> last = lastOfChain();
        for (Object task = this; task != last && task instanceof Task<?> outer; task = outer.waiting) {
            outer.rare().requested(message, outer == this ? sender : null);
        }
        last.rare().requested(message, last == this ? sender : null);
        Object takesItBack = last == this ? sender : null;
        if (last.deliver(message)) {
            last.rare().deliveredForScope = takesItBack != null;
        } else {
            last.rare().append(new Cancel(message, takesItBack));
        }
        return true;
    }

    /** The task at the end of the tasks that await one another, beginning with this one; this one if they are a ring. */
    private Task<?> lastOfChain() {
        Task<?> last = this;
        for (int hops = 0; last.waiting instanceof Task<?> inner && !inner.done(); hops++) {
            if (hops > loop.tasks.size()) {
                return this;
            }
            last = inner;
        }
        return last;
    }

    /** How many cancels were asked for and not taken back. asyncio: {@code cancelling()}. */
    public int cancelling() {
        return rare == null ? 0 : rare.cancelRequests;
    }

    /**
     * Takes a cancel back; the last one takes with it what has not been delivered yet. For scopes that cancel their own
     * task. asyncio: {@code uncancel()}.
     *
     * @return how many are left
     */
    public int uncancel() {
        return uncancel(null, 0);
    }

    /**
     * Takes back the cancel of {@code sender}, if it is not delivered yet out of those that are pending too. If no more are
     * left than {@code before}, when the scope was opened, then what an inner scope has redelivered was this cancel.
     */
    int uncancel(@Nullable Object sender, int before) {
        loop.checkThread("uncancel");
        return rare == null ? 0 : rare.uncancel(sender, before);
    }

    /**
     * The cancels counted by {@link #cancelling()} that were delivered: what a scope finds when it is opened. Of several that
     * are pending {@link #uncancel()} takes back one, and which is not known: more may be pending than are counted.
     */
    int deliveredCancels() {
        return rare == null ? 0 : Math.max(0, rare.cancelRequests - rare.pendingCancels());
    }

    /** The message of the last cancel that no scope sent. */
    @Nullable
    String lastCancelMessage() {
        return rare == null ? null : rare.lastMessage;
    }

    /** The same; if there was none, of the last that a scope sent and has not taken back. */
    @Nullable
    String remainingCancelMessage() {
        String last = lastCancelMessage();
        return last != null || rare == null || rare.scopeCancels == null ? last : rare.scopeCancels.message;
    }

    /** Whether the cancel of {@code sender} was not delivered yet. */
    boolean isCancelPending(Object sender) {
        return rare != null && rare.isPending(sender);
    }

    /** Has a cancel that was delivered, and is still counted, thrown once more at the next await. */
    void redeliverCancel(@Nullable String message) {
        if (rare().pending == null) {
            rare().append(new Cancel(message, REDELIVERED));
        }
    }

    /**
     * Parks the running step on {@code wait}, whose wake-up is registered already. A cancel that is pending reaches it
     * when the chain has unwound.
     *
     * @return {@link Abi#SUSPENDED}, to be returned by the caller
     */
    Object park(Waiting wait) {
        waiting = wait;
        return Abi.SUSPENDED;
    }

    /** Parks the running step on a deferred that is pending. */
    Object park(Deferred<?> deferred) {
        if (deferred.loop != loop) {
            throw new IllegalStateException(this + " cannot await " + deferred + ": it belongs to another event loop");
        }
        if (deferred == this) {
            throw new IllegalStateException(this + " cannot await itself");
        }
        deferred.addWaiter(this);
        waiting = deferred;
        return Abi.SUSPENDED;
    }

    /** Has the next step made in the next iteration. Called by what the task is parked on: one wake-up for each park. */
    void wake() {
        loop.enqueue(this);
    }

    /** A wake-up of a deferred: without effect on a task that an Error ended between parking and unwinding. */
    void wakeFrom(Deferred<?> deferred) {
        if (waiting == deferred) {
            wake();
        }
    }

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
            value = wokenBy instanceof Deferred<?> deferred ? deferred.readOutcome() : ((Waiting) wokenBy).outcome();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        if (rare != null) {
            failure = rare.deliverWith(failure);
        }
        Object toRun = body;
        body = null;
        waiting = null;
        LoopCarrier carrier = loop.carrier;
        Task<?> interrupted = carrier.mount(this);
        try {
            if (failure != null) {
                show(failure, wokenBy, toRun);
            }
            Object result = wokenBy == Waiting.FIRST_STEP
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

    /** Makes the first step inside the call that creates the task. asyncio: {@code eager_start}. */
    void startEagerly() {
        step();
        Throwable failure = peekFailure();
        if (failure != null) { // its trace ends with who created the task, and that may not be who awaits it
            pathIs(Awaiting.made(failure, () -> OwnFrames.below(Task.class, "startEagerly")));
        }
    }

    /** What the task was parked on throws {@code failure}: whose trace then shows who awaited it. */
    private void show(Throwable failure, Object wokenBy, @Nullable Object leaf) {
        Deferred<?> awaited = wokenBy instanceof Deferred<?> deferred
                ? deferred
                : wokenBy instanceof GroupStart<?> start ? start.child() : null;
        boolean isNew = failure instanceof CancelledError cancel && cancel.isUnplaced();
        if (awaited != null && awaited.done() && !isNew) {
            Awaiting awaiting = Awaiting.suspended((Frame<?>) leaf, loop.carrier::below);
            delivered(awaiting.of(failure, awaited.path(), awaited.shortly()));
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
        Rare rare = this.rare;
        if (rare != null && rare.pending != null) {
            if (deliver(rare.pendingMessage())) {
                rare.pending = null;
            }
        } else if (loop.policy != null && loop.policy.cancelHere(this)) {
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
        if (waiting instanceof Deferred<?> awaited) {
            if (!isRing(awaited)) {
                return awaited.cancel(message);
            }
            awaited.removeWaiter(this); // it may come back, and must then be woken once
        }
        if (waiting == null || (waiting instanceof Waiting wait && !wait.cancelWait(this, message))) {
            return false;
        }
        waiting = new Waiting.Cancelled(message);
        wake();
        return true;
    }

    /** Whether {@link #lastOfChain} came back to this task: nobody is at the end, so this one is torn out. */
    private boolean isRing(Deferred<?> awaited) {
        return awaited instanceof Task<?> && !awaited.done() && lastOfChain() == this;
    }

    private void ended(LoopCarrier carrier, @Nullable Object result) {
        end(carrier);
        if (rare != null && rare.pending != null) { // cancelled in its last step: asyncio ends it as cancelled
            String message = rare.takePending();
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
            markRead(); // by whoever runs the loop
            throw Rethrow.<Error>unchecked(failure);
        }
    }

    /**
     * A step may also end while a chain is unwinding (an OutOfMemoryError in code that saves): forgets chain and park. Who
     * stands in line for something must leave it: what it was granted it would never pass on.
     */
    private void end(LoopCarrier carrier) {
        carrier.takeFrames();
        if (waiting instanceof Waiter<?> inLine) {
            inLine.cancelWait(this, null);
        }
        waiting = null;
        loop.tasks.remove(this);
    }

    /** It is thrown no more cancels. Those of scopes that it has not left refer to what failed in them. */
    private void forgetScopes() {
        if (rare != null) {
            rare.scopeCancels = null;
            rare.pending = null;
        }
    }

    /**
     * Where the task stands: the methods that wait, innermost first. Empty while it runs, before it has begun, and when it is
     * done. asyncio: {@code get_stack()}, there outermost first.
     */
    public List<StackTraceElement> getStack() {
        loop.checkThread("getStack");
        return TaskDump.stack(leaf());
    }

    /** What the task waits for, as the end of a sentence. */
    String describeWait() {
        Object wait = waiting;
        if (wait instanceof Deferred<?> deferred) {
            return deferred.describe();
        }
        return wait instanceof Waiting other
                ? other.describeWait()
                : done() ? "nothing, it is done" : "nothing, it runs";
    }

    /** What the task is parked on, if that is a deferred. */
    @Nullable
    Deferred<?> awaited() {
        return waiting instanceof Deferred<?> deferred ? deferred : null;
    }

    /** The innermost frame of the parked chain, or null: not started, running, done, or without any frame. */
    @Nullable
    Frame<?> leaf() {
        return waiting != Waiting.FIRST_STEP && body instanceof Frame<?> frame ? frame : null;
    }

    @Override
    String shortly() {
        return describe();
    }

    @Override
    String describe() {
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

    /** A cancel that has not been delivered yet; the later ones hang on it. */
    private static final class Cancel {
        final @Nullable String message;
        final @Nullable Object sender;

        @Nullable
        Cancel next;

        Cancel(@Nullable String message, @Nullable Object sender) {
            this.message = message;
            this.sender = sender;
        }

        boolean isOfScope() {
            return sender != null && sender != REDELIVERED;
        }
    }

    /** A name of its own, task-local values, and everything about cancels. */
    private static final class Rare {
        @Nullable
        String name;

        @Nullable
        Context context;

        int cancelRequests;

        @Nullable
        String lastMessage;

        /** The cancels of scopes that were not taken back, the latest first. */
        @Nullable
        ScopeCancel scopeCancels;

        /** The oldest cancel that is not delivered yet; delivering one delivers all. */
        @Nullable
        Cancel pending;

        /** What an await in it has thrown last; kept with no more than a trace. */
        @Nullable
        Delivery delivered;

        /** The cancel that wakes the task is one that a scope takes back; until the step. */
        boolean deliveredForScope;

        /** @param sender the scope that takes it back; null for all that are awaited by the task that it was sent to */
        void requested(@Nullable String message, @Nullable Object sender) {
            cancelRequests++;
            if (sender == null) {
                lastMessage = message;
            }
        }

        void append(Cancel cancel) {
            Cancel last = pending;
            if (last == null) {
                pending = cancel;
                return;
            }
            while (last.next != null) {
                last = last.next;
            }
            last.next = cancel;
        }

        /** The message of the oldest pending cancel that no scope takes back; if there is none, of the oldest. */
        @Nullable
        String pendingMessage() {
            Cancel cancel = pending;
            while (cancel != null && cancel.isOfScope()) {
                cancel = cancel.next;
            }
            Cancel standsForAll = cancel == null ? pending : cancel;
            return standsForAll == null ? null : standsForAll.message;
        }

        @Nullable
        String takePending() {
            String message = pendingMessage();
            pending = null;
            return message;
        }

        /** What a step throws that would throw {@code failure}: that, unless a cancel is pending that it does not stand for. */
        @Nullable
        Throwable deliverWith(@Nullable Throwable failure) {
            boolean stands = failure instanceof CancelledError && !deliveredForScope;
            deliveredForScope = false;
            Throwable delivered = failure;
            if (pending != null) {
                String message = takePending();
                delivered = stands ? failure : CancelledError.toDeliver(message);
            }
            if (scopeCancels != null && delivered instanceof CancelledError cancel) {
                ScopeCancel.explain(scopeCancels, cancel);
            }
            return delivered;
        }

        int uncancel(@Nullable Object sender, int before) {
            if (sender != null) {
                scopeCancels = ScopeCancel.without(scopeCancels, sender);
            }
            if (cancelRequests > 0 && --cancelRequests == 0) {
                pending = null;
            } else if (sender != null) {
                removePending(sender);
                if (cancelRequests <= before) {
                    removePending(REDELIVERED);
                }
            }
            return cancelRequests;
        }

        int pendingCancels() {
            int count = 0;
            for (Cancel cancel = pending; cancel != null; cancel = cancel.next) {
                count++;
            }
            return count;
        }

        boolean isPending(Object sender) {
            Cancel cancel = pending;
            while (cancel != null && cancel.sender != sender) {
                cancel = cancel.next;
            }
            return cancel != null;
        }

        private void removePending(Object sender) {
            Cancel before = null;
            for (Cancel cancel = pending; cancel != null; cancel = cancel.next) {
                if (cancel.sender == sender) {
                    if (before == null) {
                        pending = cancel.next;
                    } else {
                        before.next = cancel.next;
                    }
                    return;
                }
                before = cancel;
            }
        }
    }
}
