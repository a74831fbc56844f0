package dev.fermata.benchmarks;

import dev.fermata.Awaitable;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.traces.TracingCarrier;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The least a loop can be: a linked queue of tasks that give way, with no cancellation, timers, results or debugging.
 * What the real loop costs beyond it is the price of its semantics.
 */
final class BareLoop extends TracingCarrier {
    private static final class Task {
        @Nullable
        Frame<?> body;

        boolean started;

        @Nullable
        Task next;
    }

    private @Nullable Task first;
    private @Nullable Task last;
    private @Nullable Task current;

    void start(Frame<?> coroutine) {
        Task task = new Task();
        task.body = coroutine;
        add(task);
    }

    /** Makes that many steps of tasks. */
    void steps(int count) {
        try {
            for (int i = 0; i < count; i++) {
                step();
            }
        } catch (Throwable failure) {
            throw new AssertionError("a bare task failed", failure);
        }
    }

    private void step() throws Throwable {
        Task task = first;
        if (task == null) {
            throw new AssertionError("every task of a bare loop runs for ever");
        }
        first = task.next;
        if (first == null) {
            last = null;
        }
        current = task;
        Frame<?> body = task.body;
        Object result;
        if (task.started || body == null) {
            result = resume(body, null, null);
        } else {
            task.started = true;
            result = body.begin(this);
        }
        task.body = takeChain(task.started ? body : null);
        if (result != Abi.SUSPENDED) {
            throw new AssertionError("every task of a bare loop runs for ever");
        }
        current = null;
    }

    private void add(Task task) {
        task.next = null;
        if (last == null) {
            first = task;
        } else {
            last.next = task;
        }
        last = task;
    }

    /** The one thing to wait for: the next turn. */
    static Object pause(Carrier carrier) {
        BareLoop loop = (BareLoop) carrier;
        Task running = loop.current;
        if (running == null) {
            throw new AssertionError("no task is running");
        }
        loop.add(running);
        return Abi.SUSPENDED;
    }

    @Override
    protected @Nullable Object await(Awaitable<?> awaitable) {
        throw new AssertionError("a bare loop has no promises");
    }

    @Override
    protected @Nullable Object await(CompletionStage<?> stage) {
        throw new AssertionError("a bare loop has no stages");
    }

    /** {@link Emitted#turns} for this loop, without an end. */
    static final class Turns extends Frame<Void> {
        private int i;

        @Override
        protected @Nullable Object start(Carrier carrier) {
            return go(0, null, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) {
            return go(i + 1, this, carrier);
        }

        private static @Nullable Object go(int from, @Nullable Turns reused, Carrier carrier) {
            for (int i = from; i >= 0; i++) {
                if (pause(carrier) == Abi.SUSPENDED) {
                    return save1(i, reused, carrier);
                }
            }
            return null;
        }

        private static Object save1(int i, @Nullable Turns reused, Carrier carrier) {
            Turns frame = reused == null ? new Turns() : reused;
            frame.i = i;
            frame.state = 1;
            carrier.suspended(frame);
            return Abi.SUSPENDED;
        }
    }
}
