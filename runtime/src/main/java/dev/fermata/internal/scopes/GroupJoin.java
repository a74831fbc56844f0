package dev.fermata.internal.scopes;

import dev.fermata.CancelledError;
import dev.fermata.ExceptionGroup;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.ScopeCancel;
import dev.fermata.lowlevel.Wait;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The owner's wait for the tasks of a {@link GroupScope}: {@code join()} inside the block, or leaving the block. On the
 * loop's thread.
 */
final class GroupJoin extends Frame<Void> implements Wait {
    private final GroupScope group;
    final boolean leaving;

    /** The exception that leaves the block; null if the block ends normally, or for a join. */
    private final @Nullable Throwable failure;

    /** How many children had failed when the block did. */
    private int failedBefore;

    /** Whether {@link #failure} is the cancel that the group itself sent because a child failed. */
    private boolean stoppedByGroup;

    /** The first cancel that came during this wait. The group sends none then, so it is from outside. */
    private @Nullable CancelledError cancel;

    /** The owner, while it is parked and no wake-up is on its way. */
    private @Nullable LoopTask<?> parked;

    GroupJoin(GroupScope group, boolean leaving, @Nullable Throwable failure) {
        this.group = group;
        this.leaving = leaving;
        this.failure = failure;
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        group.checkOwner(LoopCarrier.current(carrier, "A TaskGroup"), leaving ? "leave" : "join", failure);
        if (group.isOver()) {
            return alreadyOver();
        }
        group.begin(this);
        boolean delivered = group.takeBackCancel();
        stoppedByGroup = group.isOwnCancel(failure)
                || (delivered && failure instanceof CancelledError && !group.cancelledFromOutside());
        if (failure != null) {
            failedBefore = group.failedSoFar(); // not counting those that fail because they are cancelled now
            group.stop();
        }
        return waitForChildren(carrier, null);
    }

    /**
     * Answers for a group that is over. A join has thrown the failure to the block, so leaving adds nothing, and joining
     * again throws the same.
     */
    private @Nullable Object alreadyOver() throws Throwable {
        Throwable delivered = group.delivered();
        if (delivered != null && !leaving) {
            throw delivered;
        }
        return null;
    }

    /**
     * Parks the owner, or ends the wait if no child is left.
     *
     * @param resumed this, if the trampoline has resumed it; null while the methods that leave the block are running
     */
    private @Nullable Object waitForChildren(Carrier carrier, @Nullable Frame<?> resumed) throws Throwable {
        if (group.hasChildren()) {
            parked = group.owner();
            Object suspended = parked.park((Wait) this);
            carrier.suspended(this);
            return suspended;
        }
        Throwable thrown = ending(group.owner());
        group.ended(this, thrown);
        if (thrown != null) {
            ((LoopCarrier) carrier).showAwaiting(group.failed, resumed);
            throw thrown;
        }
        return null;
    }

    /**
     * Runs when the last child or a cancel from outside has woken the owner. A cancel cancels the children, and they are
     * awaited all the same.
     */
    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable thrown, Carrier carrier)
            throws Throwable {
        if (thrown instanceof CancelledError fromOutside) {
            cancel = cancel == null ? fromOutside : cancel;
            group.stop();
        }
        return waitForChildren(carrier, this);
    }

    /** Takes the wait back, unless the wake-up is on its way. */
    @Override
    public boolean takeBack(@Nullable String message) {
        boolean agreed = parked != null;
        parked = null;
        return agreed;
    }

    void childrenDone() {
        LoopTask<?> waiting = parked;
        parked = null;
        if (waiting != null) {
            waiting.wake();
        }
    }

    @Override
    public String describeWait() {
        return "the tasks of a " + group;
    }

    /**
     * Returns what leaves the block, or the join, once all children have ended. Null means "normally", or {@link #failure}
     * itself.
     */
    private @Nullable Throwable ending(LoopTask<?> owner) {
        Throwable ofBlock = failure instanceof CancelledError ? null : failure;
        boolean childFailed = !group.failures.isEmpty();
        if (!childFailed && ofBlock == null) {
            return failure == null ? cancel : null;
        }
        if (group.cancelledFromOutside()) {
            owner.redeliverCancel(messageFromOutside());
        }
        if (!childFailed) {
            return null;
        }
        Throwable combined = GroupFailure.of(group.failures, failedBefore, ofBlock);
        if (failure != null && !stoppedByGroup && combined != failure) {
            Suppression.add(combined, failure);
            if (!(combined instanceof ExceptionGroup)) { // that one is new, and not the cause of anything
                ScopeCancel.unlink(combined, List.of(failure));
            }
        }
        return combined;
    }

    private @Nullable String messageFromOutside() {
        boolean atBlock = failure instanceof CancelledError && !stoppedByGroup;
        Throwable delivered = atBlock ? failure : cancel;
        // the block may have thrown another exception in response to the cancel, which does not have the message
        return delivered == null ? group.lastMessageFromOutside() : Guarded.message(delivered);
    }
}
