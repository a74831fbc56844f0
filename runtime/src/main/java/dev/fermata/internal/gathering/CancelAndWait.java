package dev.fermata.internal.gathering;

import dev.fermata.Asyncio;
import dev.fermata.Deferred;
import dev.fermata.ReturnWhen;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Asyncio#cancelAndWait}. On the loop's thread. */
public final class CancelAndWait extends Frame<Void> {
    private final List<Deferred<?>> tasks;

    /** Creates a coroutine that cancels {@code tasks} when it is started. */
    public CancelAndWait(Collection<? extends Deferred<?>> tasks) {
        Arguments.requireNoNulls("cancelAndWait", tasks);
        this.tasks = List.copyOf(new LinkedHashSet<>(tasks));
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        LoopTask<?> waiting = LoopCarrier.current(carrier, "cancelAndWait");
        if (tasks.contains(waiting)) {
            throw new IllegalStateException(
                    waiting + " cannot wait for its own end. Throw a CancelledError, or return");
        }
        Arguments.requireOwn("cancelAndWait", tasks, waiting.loop());
        tasks.forEach(Deferred::cancel);
        if (tasks.isEmpty()) {
            return null;
        }
        Object waited = Abi.await(WaitUntil.of(ReturnWhen.ALL_COMPLETED, tasks, Asyncio.FOREVER), carrier);
        carrier.suspended(this); // a waitUntil always suspends
        return waited;
    }

    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        if (failure != null) {
            throw failure;
        }
        Throwable first = null;
        for (Deferred<?> task : tasks) {
            Throwable each = task.cancelled() ? null : task.exception();
            if (first == null || (each instanceof Error && !(first instanceof Error))) {
                Throwable before = first;
                first = each;
                each = before;
            }
            if (first != null && each != null) {
                Suppression.add(first, each);
            }
        }
        if (first != null) {
            throw first;
        }
        return null;
    }
}
