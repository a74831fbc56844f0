package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.traces.OwnFrames;
import org.jspecify.annotations.Nullable;

/**
 * A scope that may cancel the task that opened it, and takes that cancel back when it is left: what a timeout and a task
 * group have in common. Trio: {@code CancelScope}. On the loop's thread.
 */
public abstract non-sealed class CancelScope implements Sender {
    private final LoopTask<?> owner;

    /** How many cancels the owner had got when the scope was opened; those that come later are from outside or its own. */
    private final int cancelsBefore;

    /** Where it was opened, in debug mode; to be put behind its name. */
    private final String place;

    /** The cancel that was sent to the owner. */
    private @Nullable ScopeCancel sent;

    private boolean takenBack;

    /** Opened by {@code owner}, the running task. */
    protected CancelScope(LoopTask<?> owner) {
        Cancels cancels = owner.cancelsOrNull();
        this.owner = owner;
        this.cancelsBefore = cancels == null ? 0 : cancels.deliveredRequests();
        this.place = owner.engine.isDebug() ? whereOpened() : "";
    }

    /** A look at the stack takes microseconds, many times what opening a scope does. */
    private static String whereOpened() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(it -> !OwnFrames.isOfRuntime(it.getClassName()))
                        .findFirst()
                        .map(it -> " in " + it.toStackTraceElement())
                        .orElse(""));
    }

    /** The task that opened it. */
    public final LoopTask<?> owner() {
        return owner;
    }

    /** The loop of the task that opened it. */
    public final Engine engine() {
        return owner.engine;
    }

    /** The code that opened it, as {@code " in …"}; empty without debug mode. */
    protected final String place() {
        return place;
    }

    /**
     * Cancels the owner.
     *
     * @param message what cancels it, and why. An object of its own, by which the cancel is recognised
     * @param failure what failed; null if nothing did
     */
    protected final void cancelOwner(String message, @Nullable Throwable failure) {
        sent = new ScopeCancel(this, message, failure);
        owner.cancel(sent);
    }

    /** Whether {@link #cancelOwner} was called. */
    protected final boolean hasCancelled() {
        return sent != null;
    }

    /**
     * Takes back the cancel that was sent, once.
     *
     * @return whether it had been delivered; false if none was sent or it was taken back before
     */
    public final boolean takeBackCancel() {
        if (sent == null || takenBack) {
            return false;
        }
        takenBack = true;
        Cancels cancels = owner.cancelsOrNull();
        boolean pending = cancels != null && cancels.isPending(this);
        owner.uncancel(this, cancelsBefore);
        return !pending;
    }

    /** Whether {@code thrown} is the cancel that the scope has sent. */
    public final boolean isOwnCancel(@Nullable Throwable thrown) {
        return sent != null
                && thrown instanceof CancelledError cancel
                && CancelAccess.get().carries(cancel, sent.message);
    }

    /** Whether the owner was cancelled, since the scope was opened, by something else. To be asked when its own was taken back. */
    public final boolean cancelledFromOutside() {
        return owner.cancelling() > cancelsBefore;
    }

    /** The message of the last cancel of the owner that no scope sent. */
    public final @Nullable String lastMessageFromOutside() {
        Cancels cancels = owner.cancelsOrNull();
        return cancels == null ? null : cancels.lastMessage();
    }

    /** The same; if there was none, of the last that another scope has not taken back. */
    protected final @Nullable String remainingMessage() {
        Cancels cancels = owner.cancelsOrNull();
        return cancels == null ? null : cancels.remainingMessage();
    }
}
