package dev.fermata;

import dev.fermata.internal.OwnFrames;
import org.jspecify.annotations.Nullable;

/**
 * The cancel that a {@link TaskGroup} or a {@link Timeout} has sent to the task that opened it, until it is taken back. A
 * scope that is opened in try-with-resources takes it back when its block is left. With any other the cancel is thrown by
 * an await that has nothing to do with the scope, and this is what tells why. Made when there is something to tell.
 */
final class ScopeCancel {
    final Object sender;

    /**
     * Who sends it, and why. An object of its own for each cancel, by which a {@link CancelledError} is known as one of this
     * cancel, whichever tasks and promises it came through.
     */
    final String message;

    /** What failed; null if nothing did. */
    private final @Nullable Throwable failure;

    /** The task's one before, which is not taken back either. */
    private @Nullable ScopeCancel before;

    ScopeCancel(Object sender, String message, @Nullable Throwable failure) {
        this.sender = sender;
        this.message = message;
        this.failure = failure;
    }

    boolean isSentAs(@Nullable Throwable thrown) {
        return thrown instanceof CancelledError cancel && cancel.carries(message);
    }

    /** Makes {@code latest} the one before. @return this */
    ScopeCancel after(@Nullable ScopeCancel latest) {
        before = latest;
        return this;
    }

    /** Tells {@code cancel} what failed, if it is one of these. */
    static void explain(@Nullable ScopeCancel latest, CancelledError cancel) {
        for (ScopeCancel sent = latest; sent != null; sent = sent.before) {
            if (cancel.carries(sent.message)) {
                cancel.setScopeFailure(sent.failure);
            }
        }
    }

    /** What is left of them without that of {@code sender}. */
    static @Nullable ScopeCancel without(@Nullable ScopeCancel latest, Object sender) {
        if (latest == null || latest.sender == sender) {
            return latest == null ? null : latest.before;
        }
        ScopeCancel later = latest;
        while (later.before != null && later.before.sender != sender) {
            later = later.before;
        }
        later.before = later.before == null ? null : later.before.before;
        return latest;
    }

    /** The code that opens a scope now, to be put behind its name. Empty without debug mode: a look at the stack takes microseconds. */
    static String place(EventLoop loop) {
        if (!loop.isDebug()) {
            return "";
        }
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(it -> !OwnFrames.isOfRuntime(it.getClassName()))
                        .findFirst()
                        .map(it -> " in " + it.toStackTraceElement())
                        .orElse(""));
    }
}
