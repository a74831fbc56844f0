package dev.fermata.net;

import dev.fermata.Coroutine;

/** Serves one connection of a {@link Server}, in a task of its own. asyncio: {@code client_connected_cb}. */
@FunctionalInterface
public interface ConnectionHandler {
    /**
     * Serves {@code peer}, which is closed when the coroutine has ended. A failure is reported to the loop's exception
     * handler, and ends this connection only. Called on the loop's thread.
     */
    Coroutine<Void> serve(Connection peer) throws Exception;
}
