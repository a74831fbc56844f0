package dev.fermata.testing.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.AsyncCallable;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTests;

/** A simulated network, with the server and the client on hosts of their own. */
final class SimulatedConnectionTest extends ConnectionContract {
    private SimulatedNetwork net;

    @Override
    void onNetwork(AsyncCallable<Void> test) {
        AsyncTests.run(() -> {
            try (var opened = new SimulatedNetwork()) {
                net = opened;
                await(test.call());
            }
            return done();
        });
    }

    @Override
    String serverHost() {
        return "server";
    }

    @Override
    <T> Task<T> atServer(AsyncCallable<T> program) {
        return net.host("server").createTask(program);
    }
}
