package dev.fermata.testing.net;

import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.run;

import dev.fermata.AsyncCallable;
import dev.fermata.Task;

/** The sockets of the system. */
final class LoopbackConnectionTest extends ConnectionContract {
    @Override
    void onNetwork(AsyncCallable<Void> test) {
        run(test);
    }

    @Override
    String serverHost() {
        return "127.0.0.1";
    }

    @Override
    <T> Task<T> atServer(AsyncCallable<T> program) {
        return createTask(program);
    }
}
