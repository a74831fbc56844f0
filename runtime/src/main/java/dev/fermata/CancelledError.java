package dev.fermata;

import dev.fermata.internal.CancelAccess;
import org.jspecify.annotations.Nullable;

/**
 * Thrown at the await where a cancelled task is parked, and by an await of what was cancelled. It is an {@code Error}, so
 * that {@code catch (Exception e)} does not swallow it. Clean up in {@code finally}, or catch it and throw it again.
 * asyncio: {@code CancelledError}.
 */
public class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

    static {
        CancelAccess.set(new Access());
    }

    /**
     * Whether the calling thread is creating a cancel without a trace. A constructor of Throwable asks for the trace before
     * any field of this could say so.
     */
    private static final ThreadLocal<boolean[]> BARE = ThreadLocal.withInitial(() -> new boolean[1]);

    /** True if the event loop created this to be thrown at an await, which its trace does not show yet. */
    private transient boolean unplaced;

    /** True if this was created without a trace and has not got one. */
    private transient boolean bare;

    /** The failure in the scope that sent this cancel; null if nothing failed, or no scope sent it. */
    private @Nullable Throwable scopeFailure;

    /**
     * True if a scope has taken its cancel back and this now represents another cancel, whose message is
     * {@link #otherMessage}.
     */
    private boolean ofOther;

    private @Nullable String otherMessage;

    /** Creates a cancel without a message. */
    public CancelledError() {}

    /** Creates a cancel with a message, which may be null. */
    public CancelledError(@Nullable String message) {
        super(message);
    }

    /** Creates a cancel with a cause, such as a stage's {@code CancellationException}. */
    public CancelledError(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns the message given to {@link Deferred#cancel(String)}. If a scope sent the cancel, the message says which
     * scope and why.
     */
    @Override
    public @Nullable String getMessage() {
        return ofOther ? otherMessage : super.getMessage();
    }

    /**
     * Returns what caused this. If a {@link TaskGroup} sent the cancel because one of its tasks failed, the cause is that
     * failure.
     */
    @Override
    public synchronized @Nullable Throwable getCause() {
        Throwable cause = super.getCause();
        return cause == null ? scopeFailure : cause;
    }

    /** Fills in the trace, unless the event loop creates this: then the trace is set when this is thrown. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return BARE.get()[0] ? this : super.fillInStackTrace();
    }

    private @Nullable String originalMessage() {
        return super.getMessage();
    }

    private @Nullable Throwable ownCause() {
        return super.getCause();
    }

    /** What the event loop does with a cancel and users cannot. */
    private static final class Access extends CancelAccess {
        @Override
        public CancelledError toDeliver(@Nullable String message) {
            CancelledError cancel = new CancelledError(message);
            cancel.unplaced = true;
            return cancel;
        }

        @Override
        public CancelledError toPlace(@Nullable String message) {
            boolean[] creatingBare = BARE.get();
            creatingBare[0] = true;
            try {
                CancelledError cancel = toDeliver(message);
                cancel.bare = true;
                return cancel;
            } finally {
                creatingBare[0] = false;
            }
        }

        @Override
        public void fillIn(CancelledError cancel) {
            if (cancel.bare) {
                cancel.bare = false;
                cancel.fillInStackTrace();
            }
        }

        @Override
        public void unplace(CancelledError cancel) {
            cancel.unplaced = true;
        }

        @Override
        public boolean isUnplaced(CancelledError cancel) {
            return cancel.unplaced;
        }

        @Override
        public boolean place(CancelledError cancel) {
            boolean was = cancel.unplaced;
            cancel.unplaced = false;
            return was;
        }

        @Override
        @SuppressWarnings({"ReferenceEquality", "StringEquality"}) // an equal one may be of another scope
        public boolean carries(CancelledError cancel, String message) {
            return cancel.originalMessage() == message;
        }

        @Override
        public void standFor(CancelledError cancel, @Nullable String message) {
            cancel.ofOther = true;
            cancel.otherMessage = message;
        }

        @Override
        public void setScopeFailure(CancelledError cancel, @Nullable Throwable failure) {
            cancel.scopeFailure = failure;
        }

        @Override
        public void carriedBy(CancelledError cancel, Throwable failure) {
            if (cancel.scopeFailure == failure) {
                cancel.scopeFailure = null;
            }
        }

        @Override
        public void answeredBy(CancelledError cancel, Throwable answer) {
            if (cancel.ownCause() == null) {
                cancel.initCause(answer);
            }
        }
    }
}
