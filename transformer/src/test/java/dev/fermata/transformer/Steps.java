package dev.fermata.transformer;

import dev.fermata.Coroutine;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.traces.TracingCarrier;

/** What fixtures await: coroutines that suspend or not, and fail or not, as the run decides. */
public final class Steps {
    static Run run = new Run(0, -1);

    private Steps() {}

    /** A coroutine that gives {@code value}. */
    public static <T> Coroutine<T> step(T value) {
        return new Step<>(value, null);
    }

    /** A coroutine that throws {@code failure}. */
    public static <T> Coroutine<T> failing(Throwable failure) {
        return new Step<>(null, failure);
    }

    /** Runs a coroutine to its end. */
    public static Object drive(Coroutine<?> coroutine) throws Throwable {
        return new TestCarrier().drive(coroutine);
    }

    /** The exception that a run injects. */
    public static final class Injected extends RuntimeException {
        private static final long serialVersionUID = 1;

        Injected() {
            super("injected");
        }
    }

    /**
     * How the steps of one run behave.
     */
    static final class Run {
        private final long suspending;
        private final int failing;
        int taken;
        int suspensions;

        /**
         * @param suspending bit n set: step n suspends; the last bit serves all further ones
         * @param failing number of the step that fails, or -1
         */
        Run(long suspending, int failing) {
            this.suspending = suspending;
            this.failing = failing;
        }
    }

    private static final class Step<T> extends Frame<T> {
        private final T value;
        private final Throwable failure;

        Step(T value, Throwable failure) {
            this.value = value;
            this.failure = failure;
        }

        @Override
        protected Object start(Carrier carrier) throws Throwable {
            int number = run.taken++;
            Throwable thrown = number == run.failing ? new Injected() : failure;
            if ((run.suspending >> Math.min(number, 63) & 1) != 0) {
                run.suspensions++;
                return ((TestCarrier) carrier).park(value, thrown);
            }
            if (thrown != null) {
                throw thrown;
            }
            return value;
        }
    }

    /** The smallest driver there is: what parks is resumed at once, from a fresh stack. */
    static final class TestCarrier extends TracingCarrier {
        private Object value;
        private Throwable failure;
        Frame<?> leaf;

        Object park(Object value, Throwable failure) {
            this.value = value;
            this.failure = failure;
            return Abi.SUSPENDED;
        }

        Object drive(Coroutine<?> coroutine) throws Throwable {
            Object result = Abi.await(coroutine, this);
            while (result == Abi.SUSPENDED) {
                leaf = takeChain(leaf);
                result = resume(leaf, value, failure);
            }
            return result;
        }

        /** Drives until it has parked {@code parks} times, or has ended. The chain stays reachable from here, as from a task. */
        Object driveUntilParked(Coroutine<?> coroutine, int parks) throws Throwable {
            Object result = Abi.await(coroutine, this);
            for (int parked = 1; result == Abi.SUSPENDED && parked < parks; parked++) {
                leaf = takeChain(leaf);
                result = resume(leaf, value, failure);
            }
            leaf = takeChain(leaf);
            return result;
        }

        @Override
        protected void leafLeft() {
            leaf = null;
        }

        @Override
        protected Object await(dev.fermata.Awaitable<?> awaitable) {
            throw new AssertionError("not in a fixture: " + awaitable);
        }

        @Override
        protected Object await(java.util.concurrent.CompletionStage<?> stage) {
            return stage.toCompletableFuture().join();
        }
    }
}
