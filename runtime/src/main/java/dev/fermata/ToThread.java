package dev.fermata;

import dev.fermata.codegen.Carrier;
import dev.fermata.codegen.Frame;
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
        Context context = Context.current();
        return task.park(
                task.loop.runInExecutor(null, context == null ? callable : () -> Context.call(context, callable)));
    }

    @Override
    protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) {
        throw new AssertionError("toThread has no frame in the chain: a bug in Fermata");
    }
}
