package dev.fermata.internal.threads;

import dev.fermata.Acquired;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.Context;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The coroutine {@code toThread(limiter, callable)}: waits for a token, then for the call. The call keeps the token until it
 * has ended. On the loop's thread.
 *
 * @param <T> the type of the result
 */
public final class LimitedToThread<T> extends Frame<T> {
    private final Supplier<? extends Coroutine<? extends Acquired>> tokens;
    private final Callable<T> callable;
    private final Function<EventLoop, LoopExecutor> executors;

    /** Whether the token is there and the call was handed over. */
    private boolean calling;

    /**
     * Creates a coroutine that calls {@code callable} on another thread.
     *
     * @param tokens returns a wait for a token
     * @param executors returns the executor of a loop
     */
    public LimitedToThread(
            Supplier<? extends Coroutine<? extends Acquired>> tokens,
            Callable<T> callable,
            Function<EventLoop, LoopExecutor> executors) {
        this.tokens = tokens;
        this.callable = callable;
        this.executors = executors;
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        Object token = Abi.await(tokens.get(), carrier);
        if (token == Abi.SUSPENDED) {
            carrier.suspended(this);
            return token;
        }
        return call(token, carrier);
    }

    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        if (failure != null) {
            throw failure;
        }
        return calling ? value : call(value, carrier);
    }

    private @Nullable Object call(@Nullable Object acquired, Carrier carrier) throws Throwable {
        Acquired token = (Acquired) Objects.requireNonNull(acquired);
        LoopTask<?> task = LoopCarrier.current(carrier, "toThread");
        LoopExecutor executor = executors.apply(task.loop());
        ExecutorCall<T> call = new ExecutorCall<>(executor, Context.carriedBy(callable), true, token::close);
        try {
            executor.call(call);
        } catch (Throwable refused) {
            token.close();
            throw refused;
        }
        calling = true;
        Object result = Abi.await(call.promise, carrier);
        if (result == Abi.SUSPENDED) { // otherwise the executor has made the call right here
            carrier.suspended(this);
        }
        return result;
    }
}
