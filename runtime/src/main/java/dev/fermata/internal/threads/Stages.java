package dev.fermata.internal.threads;

import dev.fermata.CancelledError;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an await reads out of a stage. From any thread. */
public final class Stages {
    /** So many CompletionExceptions around each other are looked through. */
    private static final int MOST_WRAPPERS = 1_000;

    private Stages() {}

    /**
     * Whether it is certain that a stage is done. Subclasses of CompletableFuture are not asked: a minimal stage is one, and
     * throws.
     */
    public static boolean isDone(CompletionStage<?> stage) {
        return stage.getClass() == CompletableFuture.class && ((CompletableFuture<?>) stage).isDone();
    }

    /** The value of a stage for which {@link #isDone} says true, or its failure thrown as an await throws it. */
    public static @Nullable Object outcomeOf(CompletionStage<?> stage) throws Throwable {
        CompletableFuture<?> done = (CompletableFuture<?>) stage;
        if (done.isCompletedExceptionally()) {
            // join() would do, but from JDK 23 on it throws a cancellation of its own, with another message
            throw unwrapped(done.handle((value, thrown) -> thrown).join());
        }
        return done.join();
    }

    /** What awaiting a stage throws where the stage completed with {@code failure}. */
    public static Throwable unwrapped(Throwable failure) {
        Throwable cause = causeOf(failure);
        return cause instanceof CancellationException ? new CancelledError(cause.getMessage(), cause) : cause;
    }

    /** Whether {@link #unwrapped} makes a cancel of it. */
    public static boolean isCancel(Throwable failure) {
        return causeOf(failure) instanceof CancellationException;
    }

    /**
     * What stands behind the CompletionExceptions. The failure itself if they do not end, being each other's cause or making
     * a new one each time, or if one of them cannot be asked for its cause: whoever awaits it has to get something.
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
