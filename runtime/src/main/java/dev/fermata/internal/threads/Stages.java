package dev.fermata.internal.threads;

import dev.fermata.CancelledError;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Reads the outcome of a stage for an await. From any thread. */
public final class Stages {
    /** How many nested CompletionExceptions to look through. */
    private static final int MOST_WRAPPERS = 1_000;

    private Stages() {}

    /**
     * Whether it is certain that a stage is done. Subclasses of CompletableFuture are not asked, because a minimal stage is
     * one and throws.
     */
    public static boolean isDone(CompletionStage<?> stage) {
        return stage.getClass() == CompletableFuture.class && ((CompletableFuture<?>) stage).isDone();
    }

    /** Returns the value of a stage for which {@link #isDone} is true, or throws its failure as an await throws it. */
    public static @Nullable Object outcomeOf(CompletionStage<?> stage) throws Throwable {
        CompletableFuture<?> done = (CompletableFuture<?>) stage;
        if (done.isCompletedExceptionally()) {
            // join() would do, but from JDK 23 on it throws a cancellation of its own, with another message
            throw unwrapped(done.handle((value, thrown) -> thrown).join());
        }
        return done.join();
    }

    /** Returns what an await throws if the stage completed with {@code failure}. */
    public static Throwable unwrapped(Throwable failure) {
        Throwable cause = causeOf(failure);
        return cause instanceof CancellationException ? new CancelledError(cause.getMessage(), cause) : cause;
    }

    /** Whether {@link #unwrapped} turns {@code failure} into a cancel. */
    public static boolean isCancel(Throwable failure) {
        return causeOf(failure) instanceof CancellationException;
    }

    /**
     * Returns the cause inside of the CompletionExceptions. Returns the failure itself if their causes do not end, because
     * they form a ring or create a new cause each time, or if {@code getCause} of one of them throws: the awaiter must
     * receive something.
     */
    private static Throwable causeOf(Throwable failure) {
        Throwable cause = failure;
        try {
            for (int i = 0; i < MOST_WRAPPERS; i++) {
                Throwable inner = cause instanceof CompletionException ? cause.getCause() : null;
                if (inner == null) {
                    return cause;
                }
                cause = inner;
            }
        } catch (Throwable ofGetCause) {
            return failure;
        }
        return failure;
    }
}
