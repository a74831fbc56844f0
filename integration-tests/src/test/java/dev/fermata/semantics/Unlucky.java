package dev.fermata.semantics;

import dev.fermata.Coroutine;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;

/** Fails while its chain unwinds, as code that saves does when the stack overflows. */
final class Unlucky extends Frame<Void> {
    private final Coroutine<?> parks;
    private final Error failure;

    Unlucky(Coroutine<?> parks, Error failure) {
        this.parks = parks;
        this.failure = failure;
    }

    @Override
    protected Object start(Carrier carrier) throws Throwable {
        if (Abi.await(parks, carrier) != Abi.SUSPENDED) {
            throw new AssertionError(parks + " did not suspend");
        }
        throw failure;
    }
}
