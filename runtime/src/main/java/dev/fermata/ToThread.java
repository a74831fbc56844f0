package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** {@code toThread(callable)}: the call is handed over when the coroutine starts, not before. */
final class ToThread<T> extends Frame<T> {
    private final Callable<T> callable;

    ToThread(Callable<T> callable) {
        this.callable = callable;
    }

    @Override
    protected Object start(Carrier carrier) {
        Task<?> task = LoopCarrier.current(carrier, "toThread");
        return task.park(task.loop.runInExecutor(null, Context.carriedBy(callable)));
    }

    @Override
    protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) {
        throw new AssertionError("toThread has no frame in the chain: a bug in Fermata");
    }
}
