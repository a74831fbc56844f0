package dev.fermata.internal.engine;

/**
 * What the runtime itself has to do on the loop's thread and another thread has found out. It has no context: nothing of a
 * user runs in it, and on that thread what frameworks keep there need not be readable.
 */
final class HandedOver implements Ready {
    private final Engine engine;
    private final Runnable action;

    HandedOver(Engine engine, Runnable action) {
        this.engine = engine;
        this.action = action;
    }

    @Override
    public void runReady() {
        try {
            action.run();
        } catch (Throwable failure) {
            engine.callbackFailed("A callback failed", failure, action);
        }
    }

    @Override
    public String toString() {
        return "callback " + action;
    }
}
