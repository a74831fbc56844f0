package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.internal.CancelAccess;
import org.jspecify.annotations.Nullable;

/**
 * The cancels of one task: how many were requested and not taken back, and which were not delivered yet. Delivering one
 * delivers all. On the loop's thread.
 */
final class Cancels {
    /** A cancel that was not delivered yet. Later ones are linked to it. */
    private static final class Pending {
        final @Nullable String message;
        final Sender sender;

        @Nullable
        Pending next;

        Pending(@Nullable String message, Sender sender) {
            this.message = message;
            this.sender = sender;
        }

        boolean isOfScope() {
            return sender instanceof CancelScope;
        }
    }

    private int requests;

    /** The message of the last cancel that no scope sent. */
    private @Nullable String lastMessage;

    /** The cancels of scopes that were not taken back, latest first. */
    private @Nullable ScopeCancel ofScopes;

    /** The oldest cancel that is not delivered yet; null if there is none. */
    private @Nullable Pending pending;

    /** Whether the cancel that wakes the task is one that a scope takes back. Valid until the step. */
    private boolean deliveredForScope;

    int requests() {
        return requests;
    }

    @Nullable
    String lastMessage() {
        return lastMessage;
    }

    /**
     * Returns the message of the last cancel that no scope sent. If there was none, returns that of the last cancel that a
     * scope has not taken back.
     */
    @Nullable
    String remainingMessage() {
        return lastMessage != null || ofScopes == null ? lastMessage : ofScopes.message;
    }

    /**
     * Returns how many of {@link #requests} were delivered. More may be pending than are counted, since an uncancel takes
     * back any of them.
     */
    int deliveredRequests() {
        int undelivered = 0;
        for (Pending cancel = pending; cancel != null; cancel = cancel.next) {
            undelivered++;
        }
        return Math.max(0, requests - undelivered);
    }

    void requested(@Nullable String message, Sender sender) {
        requests++;
        if (sender == Sender.Other.OUTSIDE) {
            lastMessage = message;
        }
    }

    void sentByScope(ScopeCancel cancel) {
        ofScopes = cancel.after(ofScopes);
    }

    /** Called when a cancel of {@code sender} wakes the task. */
    void delivered(Sender sender) {
        deliveredForScope = sender != Sender.Other.OUTSIDE;
    }

    // ---- what is pending

    void append(@Nullable String message, Sender sender) {
        Pending added = new Pending(message, sender);
        Pending last = pending;
        if (last == null) {
            pending = added;
            return;
        }
        while (last.next != null) {
            last = last.next;
        }
        last.next = added;
    }

    void redeliver(@Nullable String message) {
        if (pending == null) {
            append(message, Sender.Other.REDELIVERY);
        }
    }

    boolean hasPending() {
        return pending != null;
    }

    boolean isPending(Sender sender) {
        Pending cancel = pending;
        while (cancel != null && cancel.sender != sender) {
            cancel = cancel.next;
        }
        return cancel != null;
    }

    /**
     * Returns the message of the oldest pending cancel that no scope takes back. If there is none, returns that of the
     * oldest pending cancel.
     */
    @Nullable
    String pendingMessage() {
        Pending cancel = pending;
        while (cancel != null && cancel.isOfScope()) {
            cancel = cancel.next;
        }
        Pending standsForAll = cancel == null ? pending : cancel;
        return standsForAll == null ? null : standsForAll.message;
    }

    @Nullable
    String takePending() {
        String message = pendingMessage();
        pending = null;
        return message;
    }

    void dropPending() {
        pending = null;
    }

    /**
     * Called when the task has ended: no more cancels are thrown into it. The cancels of scopes it has not left would keep
     * what failed in them alive.
     */
    void taskEnded() {
        ofScopes = null;
        pending = null;
    }

    /**
     * Returns what a step throws that would otherwise throw {@code failure}: {@code failure} itself, unless a cancel is
     * pending that it does not represent.
     */
    @Nullable
    Throwable deliverWith(@Nullable Throwable failure) {
        boolean stands = failure instanceof CancelledError && !deliveredForScope;
        deliveredForScope = false;
        Throwable delivered = failure;
        if (pending != null) {
            String message = takePending();
            delivered = stands ? failure : CancelAccess.get().toDeliver(message);
        }
        if (ofScopes != null && delivered instanceof CancelledError cancel) {
            ScopeCancel.explain(ofScopes, cancel);
        }
        return delivered;
    }

    // ---- taking back

    /**
     * Takes one request back.
     *
     * @return how many are left
     */
    int uncancel(Sender sender, int before) {
        boolean ofScope = sender instanceof CancelScope;
        if (ofScope) {
            ofScopes = ScopeCancel.without(ofScopes, sender);
        }
        if (requests > 0 && --requests == 0) {
            pending = null;
        } else if (ofScope) {
            removePending(sender);
            if (requests <= before) {
                removePending(Sender.Other.REDELIVERY);
            }
        }
        return requests;
    }

    private void removePending(Sender sender) {
        Pending before = null;
        for (Pending cancel = pending; cancel != null; cancel = cancel.next) {
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
