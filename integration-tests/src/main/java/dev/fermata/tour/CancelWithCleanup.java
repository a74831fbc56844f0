package dev.fermata.tour;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.io.PrintStream;
import java.time.Duration;

/** A task is cancelled after a while: it catches the error, cleans up, and throws it again. */
final class CancelWithCleanup {
    private CancelWithCleanup() {}

    @Async
    static Coroutine<Void> work(PrintStream out) {
        try {
            for (int i = 1; ; i++) {
                out.println("worker: step " + i);
                await(sleep(Duration.ofMillis(400)));
            }
        } catch (CancelledError e) {
            out.println("worker: cancelled, cleaning up");
            await(sleep(Duration.ofMillis(200))); // cleaning up may wait, too
            out.println("worker: clean");
            throw e;
        }
    }

    @Async
    static Coroutine<Void> boss(PrintStream out) {
        Task<Void> worker = createTask(work(out));
        await(sleep(Duration.ofSeconds(1)));
        out.println("main: cancels the worker");
        worker.cancel();
        try {
            await(worker);
        } catch (CancelledError e) {
            out.println("main: the worker is cancelled");
        }
        return done();
    }

    public static void main(String[] args) {
        run(boss(System.out));
    }
}
