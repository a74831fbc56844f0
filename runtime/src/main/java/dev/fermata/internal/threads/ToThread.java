package dev.fermata.internal.threads;

import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.Context;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The coroutine {@code toThread(callable)}. The call is handed over when the coroutine starts, not before. On the loop's
 * thread.
 *
 * @param <T> the type of the result
 */
public final class ToThread<T> extends Frame<T> {
    /** Null for the loop's own. */
    private final @Nullable Executor executor;

    private final Callable<T> callable;

    /** Creates a coroutine that calls {@code callable} on a thread of {@code executor}, null for the loop's own. */
    public ToThread(@Nullable Executor executor, Callable<T> callable) {
        this.executor = executor;
        this.callable = callable;
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        LoopTask<?> task = LoopCarrier.current(carrier, "toThread");
        // An executor may make the call right here.
        return Abi.await(task.loop().runInExecutor(executor, Context.carriedBy(callable)), carrier);
    }

    @Override
    protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) {
        throw new AssertionError("toThread has no frame in the chain: a bug in Fermata");
    }
}
