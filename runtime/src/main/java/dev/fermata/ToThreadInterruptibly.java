package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** {@code toThreadInterruptibly(callable)}: the call is handed over when the coroutine starts, not before. */
final class ToThreadInterruptibly<T> extends Frame<T> {
    private final Callable<T> callable;

    /** Null before the start. */
    private @Nullable InterruptibleCall<T> call;

    private ToThreadInterruptibly(Callable<T> callable) {
        this.callable = callable;
    }

    /** A method, so that the verifier of {@link Asyncio} need not load this class. */
    static <T> Coroutine<T> of(Callable<T> callable) {
        return new ToThreadInterruptibly<>(Objects.requireNonNull(callable, "callable"));
    }

    @Override
    protected Object start(Carrier carrier) {
        Task<?> task = LoopCarrier.current(carrier, "toThreadInterruptibly");
        InterruptibleCall<T> made = new InterruptibleCall<>(task.loop, Context.carriedBy(callable));
        Promise<T> promise = task.loop.executor.call(made);
        call = made;
        carrier.suspended(this);
        return task.park(promise);
    }

    /** A cancel says what the interrupted call was doing. */
    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        Throwable answer = Objects.requireNonNull(call).answer;
        if (failure instanceof CancelledError cancel && answer != null) {
            cancel.answeredBy(answer);
        }
        if (failure != null) {
            throw failure;
        }
        return value;
    }
}
