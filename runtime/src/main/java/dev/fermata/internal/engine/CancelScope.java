package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.traces.OwnFrames;
import org.jspecify.annotations.Nullable;

/**
 * A scope that may cancel the task that opened it, and takes that cancel back when it is left: what timeouts and task
 * groups have in common. On the loop's thread. Trio: {@code CancelScope}.
 */
public abstract non-sealed class CancelScope implements Sender {
    private final LoopTask<?> owner;

    /**
     * How many cancels the owner had received when the scope was opened. Later ones are from outside or from this scope.
     */
    private final int cancelsBefore;

    /** Where the scope was opened, as a suffix of its name; empty without debug mode. */
    private final String place;

    /** The cancel that was sent to the owner; null if none was. */
    private @Nullable ScopeCancel sent;

    private boolean takenBack;

    /** Opens a scope of {@code owner}, the running task. */
    protected CancelScope(LoopTask<?> owner) {
        Cancels cancels = owner.cancelsOrNull();
        this.owner = owner;
        this.cancelsBefore = cancels == null ? 0 : cancels.deliveredRequests();
        this.place = owner.engine.isDebug() ? whereOpened() : "";
    }

    /**
     * Returns where the running code opens the scope. Walking the stack takes microseconds, many times as long as opening a
     * scope.
     */
    private static String whereOpened() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(it -> !OwnFrames.isOfRuntime(it.getClassName()))
                        .findFirst()
                        .map(it -> " in " + it.toStackTraceElement())
                        .orElse(""));
    }

    /** Returns the task that opened the scope. */
    public final LoopTask<?> owner() {
        return owner;
    }

    /** Returns the engine of the task that opened the scope. */
    public final Engine engine() {
        return owner.engine;
    }

    /** Returns the code that opened the scope, as {@code " in …"}; empty without debug mode. */
    protected final String place() {
        return place;
    }

    /**
     * Cancels the owner.
     *
     * @param message which scope cancels it, and why. A new object for each cancel, by which the cancel is recognised
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
     * @return whether it had been delivered; false if none was sent, or if it was taken back before
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

    /** Whether {@code thrown} is the cancel that this scope has sent. */
    public final boolean isOwnCancel(@Nullable Throwable thrown) {
        return sent != null
                && thrown instanceof CancelledError cancel
                && CancelAccess.get().carries(cancel, sent.message);
    }

    /**
     * Whether the owner was cancelled by something else since the scope was opened. Meaningful once the scope's own cancel
     * was taken back.
     */
    public final boolean cancelledFromOutside() {
        return owner.cancelling() > cancelsBefore;
    }

    /** Returns the message of the last cancel of the owner that no scope sent. */
    public final @Nullable String lastMessageFromOutside() {
        Cancels cancels = owner.cancelsOrNull();
        return cancels == null ? null : cancels.lastMessage();
    }

    /**
     * As {@link #lastMessageFromOutside}. If there was no such cancel, returns the message of the last one that another
     * scope has not taken back.
     */
    protected final @Nullable String remainingMessage() {
        Cancels cancels = owner.cancelsOrNull();
        return cancels == null ? null : cancels.remainingMessage();
    }
}
