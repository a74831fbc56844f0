package dev.fermata.internal.scopes;

import dev.fermata.AsyncFunction;
import dev.fermata.CancelledError;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.LoopCarrier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of {@link dev.fermata.Asyncio#map}: a group of as many tasks as may run at a time, each of which takes
 * the next item until none is left. On the loop's thread.
 *
 * @param <T> the type of the items
 * @param <R> the type of the results
 */
public final class Mapping<T, R> extends Frame<List<R>> {
    private final List<T> items;
    private final int limit;
    private final AsyncFunction<? super T, ? extends R> function;
    private final @Nullable Object[] results;

    /** The index of the item that is taken next. */
    private int next;

    /** Whether an item has failed or was cancelled. The group learns of it in the next iteration only. */
    private boolean stopped;

    /** What ended an item that was cancelled, which is no failure to the group. */
    private @Nullable CancelledError cancel;

    /** Creates a coroutine that starts its tasks when it is started. */
    public Mapping(Collection<? extends T> items, int limit, AsyncFunction<? super T, ? extends R> function) {
        this.items = new ArrayList<>(items); // may be changed before all is done
        this.limit = limit;
        this.function = function;
        results = new Object[this.items.size()];
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        GroupScope workers = new GroupScope(LoopCarrier.current(carrier, "map"));
        for (int i = 0; i < limit && i < items.size(); i++) {
            workers.createTask(new Worker(workers), null, false);
        }
        Object left = Abi.await(workers.leave(null), carrier);
        if (left == Abi.SUSPENDED) {
            carrier.suspended(this);
            return left;
        }
        return list();
    }

    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        if (failure != null) {
            throw failure;
        }
        return list();
    }

    @SuppressWarnings("unchecked") // the results of the function, which may be null as those of any coroutine
    private List<R> list() {
        if (cancel != null) {
            throw cancel;
        }
        if (next < items.size()) {
            throw new CancelledError("the tasks of a map were cancelled before they had begun with all items");
        }
        return Collections.unmodifiableList((List<R>) Arrays.asList(results));
    }

    /** One of the tasks. */
    private final class Worker extends Frame<Void> {
        private final GroupScope workers;

        /** The index of the item that it works at. */
        private int at;

        Worker(GroupScope workers) {
            this.workers = workers;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            return work(carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                throw ended(failure);
            }
            results[at] = value;
            return work(carrier);
        }

        /** Works until a call suspends or no item is left. */
        private @Nullable Object work(Carrier carrier) throws Throwable {
            while (next < items.size() && !stopped && !workers.isStopped()) {
                at = next++;
                Object result;
                try {
                    result = Abi.await(function.apply(items.get(at)), carrier);
                } catch (Throwable failure) {
                    throw ended(failure);
                }
                if (result == Abi.SUSPENDED) {
                    carrier.suspended(this);
                    return result;
                }
                results[at] = result;
            }
            return null;
        }

        private Throwable ended(Throwable failure) {
            stopped = true;
            if (failure instanceof CancelledError cancelled && cancel == null) {
                cancel = cancelled;
                workers.cancel();
            }
            return failure;
        }
    }
}
