package dev.fermata.abi;

import dev.fermata.AsyncCloseable;
import dev.fermata.AsyncScope;
import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.TaskGroup;
import dev.fermata.internal.Backend;
import dev.fermata.internal.base.Suppression;
import dev.fermata.rules.Rule;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The static entry points of woven code, on the thread that runs the coroutine. Only woven code and the runtime's own
 * primitives call them. {@link #VERSION} says which shape of these methods, of {@link Frame} and of {@link Carrier} a woven
 * class expects.
 */
public final class Abi {
    /** The version of the protocol. A woven class carries the version it was woven for in {@link Woven}. */
    public static final int VERSION = 1;

    /** What a body returns instead of a result when it has suspended. Compared by identity; users never see it. */
    public static final Object SUSPENDED = new Suspended();

    private Abi() {}

    /**
     * Checks that this runtime speaks the protocol a class was woven for. Each frame class calls it when it is initialised,
     * which is before any woven code of its class runs. So a mismatch fails here with a message, and not somewhere else
     * with a raw linkage error.
     *
     * @param woven binary name of the woven class
     * @param abi the version it was woven for
     * @param weaver the version of the weaver
     * @throws IncompatibleClassChangeError if this runtime does not speak that version
     */
    public static void require(String woven, int abi, String weaver) {
        if (abi != VERSION) {
            throw new IncompatibleClassChangeError(Rule.ABI_MISMATCH.messageAt(
                    woven,
                    "it was woven by Fermata " + weaver + " for ABI " + abi + ", and this runtime speaks ABI "
                            + VERSION));
        }
    }

    /**
     * Runs {@code await(awaitable)}.
     *
     * @return the result, or {@link #SUSPENDED}
     * @throws Throwable the failure of what is awaited
     */
    public static @Nullable Object await(@Nullable Awaitable<?> awaitable, Carrier carrier) throws Throwable {
        if (awaitable instanceof Frame<?> coroutine) {
            return coroutine.begin(carrier);
        }
        if (awaitable instanceof Done<?> done) {
            return done.value;
        }
        if (awaitable == null) {
            throw NullAwait.because("await(null): there is nothing to wait for. (If an @Async method returns null,"
                    + " write return done(null))");
        }
        return carrier.await(awaitable);
    }

    /**
     * Runs {@code await(stage)}.
     *
     * @return the result, or {@link #SUSPENDED}
     * @throws Throwable the failure of the stage
     */
    public static @Nullable Object await(@Nullable CompletionStage<?> stage, Carrier carrier) throws Throwable {
        if (stage == null) {
            throw NullAwait.because("await(null): there is nothing to wait for");
        }
        return carrier.await(stage);
    }

    /** Returns the result in a {@link Done} that is used for more than its {@code return}. */
    public static @Nullable Object unwrap(Coroutine<?> done) {
        return ((Done<?>) done).value;
    }

    /**
     * Returns the result of a future that woven code completed before its {@code return}.
     *
     * @throws Throwable the failure of the future, without the CompletionException around it
     */
    public static @Nullable Object unwrap(CompletionStage<?> completed) throws Throwable {
        try {
            return completed.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /** Starts the body of a hot method and returns its future. */
    public static CompletableFuture<?> hot(Frame<?> body) {
        return Backend.get().hot(body);
    }

    /** Returns the exception for resuming a frame that is not suspended. */
    public static IllegalStateException notSuspended(Frame<?> frame) {
        return new IllegalStateException("a bug in Fermata: " + frame + " was resumed in state " + frame.state);
    }

    /**
     * Runs a {@code close()} on the normal way out of a block: awaits {@code aclose()}.
     *
     * @return null, or {@link #SUSPENDED}
     * @throws Throwable what {@code aclose()} throws
     */
    public static @Nullable Object close(AsyncCloseable resource, Carrier carrier) throws Throwable {
        return await(resource.aclose(), carrier);
    }

    /**
     * Runs a {@code close()} when {@code failure} leaves a block. Never throws.
     *
     * @return what leaves the block instead of {@code failure}, or {@code failure} itself, or {@link #SUSPENDED}
     */
    public static Object leave(AsyncCloseable resource, Throwable failure, Carrier carrier) {
        Object left;
        try {
            left = await(resource instanceof AsyncScope scope ? scope.leave(failure) : resource.aclose(), carrier);
        } catch (Throwable thrown) {
            return Leave.outcome(resource, failure, thrown);
        }
        if (left != SUSPENDED) {
            return failure;
        }
        carrier.caught(failure);
        carrier.suspended(new Leave(resource, failure));
        return SUSPENDED;
    }

    /** The rest of a {@link #leave} that suspended. */
    private static final class Leave extends Frame<Throwable> {
        private final AsyncCloseable resource;
        private final Throwable failure;

        Leave(AsyncCloseable resource, Throwable failure) {
            this.resource = resource;
            this.failure = failure;
            state = 1;
        }

        @Override
        protected Object start(Carrier carrier) {
            throw new AssertionError("a leave is never a coroutine");
        }

        @Override
        protected Object resume(@Nullable Object value, @Nullable Throwable thrown, Carrier carrier) {
            return thrown == null ? failure : outcome(resource, failure, thrown);
        }

        /**
         * A scope's exception replaces the one that leaves the block. A plain resource's exception is suppressed in it,
         * unless it is a cancel, which must not get lost. The exception that propagates carries the other one, as cause or
         * suppressed. A group is an exception to that: it decides itself what is suppressed, because the cancel it has sent
         * to the block is not. The same holds for a scope that has a group inside, and throws what that has thrown.
         */
        static Throwable outcome(AsyncCloseable resource, Throwable failure, Throwable thrown) {
            if (thrown == failure) {
                return failure;
            }
            if (resource instanceof TaskGroup
                    || (failure instanceof CancelledError && Suppression.isCausedBy(failure, thrown))) {
                return thrown;
            }
            if (resource instanceof AsyncScope || thrown instanceof CancelledError) {
                Suppression.add(thrown, failure);
                return thrown;
            }
            Suppression.add(failure, thrown);
            return failure;
        }
    }

    /**
     * Called by a body that suspends while it holds {@code exception}, which one of its handlers has caught; null if it
     * holds none.
     */
    public static void caught(@Nullable Throwable exception, Carrier carrier) {
        if (exception != null) {
            carrier.caught(exception);
        }
    }

    private static final class Suspended {
        @Override
        public String toString() {
            return "SUSPENDED";
        }
    }
}
