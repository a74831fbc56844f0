package dev.fermata.internal.traces;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import org.jspecify.annotations.Nullable;

/** A carrier whose failures show the callers that wait. On the thread that runs the chain. */
public abstract class TracingCarrier extends Carrier {
    /** For the carriers of loops and of hot methods. */
    protected TracingCarrier() {}

    /** Returns what an await has thrown last into the chain that runs; null if nothing, or if that is not known. */
    protected @Nullable Delivery lastDelivery() {
        return null;
    }

    @Override
    protected final void thrown(Throwable thrown, @Nullable Throwable handedIn, Frame<?> left) {
        Traces.splice(thrown, handedIn, left, lastDelivery());
    }

    @Override
    protected final void caught(Throwable caught) {
        Traces.caught(caught, lastDelivery());
    }
}
