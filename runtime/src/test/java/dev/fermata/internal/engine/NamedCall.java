package dev.fermata.internal.engine;

/** A call that is told from others by its name, and is never made. */
public record NamedCall(Object name) implements Ready {
    @Override
    public void runReady() {
        throw new AssertionError(name + " was made");
    }
}
