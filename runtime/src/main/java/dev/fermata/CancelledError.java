package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * Thrown at the await where a cancelled task is parked, and to whoever awaits something that was cancelled. An
 * {@code Error}, so that {@code catch (Exception e)} does not swallow it; clean up in {@code finally}, or catch it and
 * throw it again. asyncio: {@code CancelledError}.
 */
public class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

    /**
     * Made by the event loop, to be thrown at an await: its trace does not show that yet. Set by {@link #toDeliver} and
     * cleared by whoever delivers it, or hands it on.
     */
    private transient boolean unplaced;

    /** What failed in the scope that sent this cancel; null if nothing did, or no scope sent it. */
    private @Nullable Throwable scopeFailure;

    /** A scope has taken its cancel back, and this stands for another one, whose message is {@link #otherMessage}. */
    private boolean ofOther;

    private @Nullable String otherMessage;

    /** A cancel without a message. */
    public CancelledError() {}

    /** A cancel with the message given to {@link Deferred#cancel(String)}, or null. */
    public CancelledError(@Nullable String message) {
        super(message);
    }

    /** A cancel that something else caused, such as a stage's {@code CancellationException}. */
    public CancelledError(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** A cancel that is delivered to the await where a task is parked. */
    static CancelledError toDeliver(@Nullable String message) {
        CancelledError cancel = new CancelledError(message);
        cancel.unplaced = true;
        return cancel;
    }

    /** It is to be delivered, too. */
    void place() {
        unplaced = true;
    }

    /** Whether it was made {@link #toDeliver} and has not reached an await. */
    boolean isUnplaced() {
        return unplaced;
    }

    /** The message given to {@link Deferred#cancel(String)}; of a cancel that a scope sent, which scope it is and why. */
    @Override
    public @Nullable String getMessage() {
        return ofOther ? otherMessage : super.getMessage();
    }

    final void standFor(@Nullable String message) {
        ofOther = true;
        otherMessage = message;
    }

    /** What caused it; of a cancel that a {@link TaskGroup} sent because a task of it failed, that failure. */
    @Override
    public synchronized @Nullable Throwable getCause() {
        Throwable cause = super.getCause();
        return cause == null ? scopeFailure : cause;
    }

    /** Whether it was made with this very object as its message: a scope makes a new one for each cancel. */
    @SuppressWarnings({"ReferenceEquality", "StringEquality"}) // an equal one may be of another scope
    final boolean carries(String message) {
        return super.getMessage() == message;
    }

    final void setScopeFailure(@Nullable Throwable failure) {
        scopeFailure = failure;
    }

    /** {@code failure} carries this cancel now: it is no more the cause, or the two would lead to one another for ever. */
    final void carriedBy(Throwable failure) {
        if (scopeFailure == failure) {
            scopeFailure = null;
        }
    }

    /** Sets a cause of its own, unless it has one: what answered the cancel says more than why it was sent. */
    final void answeredBy(Throwable answer) {
        if (super.getCause() == null) {
            initCause(answer);
        }
    }

    /** True once, for one that was made {@link #toDeliver}. */
    boolean takeUnplaced() {
        boolean was = unplaced;
        unplaced = false;
        return was;
    }
}
