package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.time.Duration;
import java.util.List;

/** Methods that fail or wait, and what the traces of their exceptions say. */
abstract class Traced {
    static final Duration MS = Duration.ofMillis(1);

    static <T> Throwable failure(AsyncCallable<T> main) {
        return assertThrows(Throwable.class, () -> virtually(main));
    }

    /** The methods of the test and of this class that a trace names, and between them what was awaited, as {@code <task X>}. */
    final List<String> ways(Throwable thrown) {
        return Ways.of(thrown, getClass());
    }

    @Async
    static Coroutine<Void> leaf() {
        await(sleep(MS));
        throw new IllegalStateException("made");
    }

    @Async
    static Coroutine<Void> middle() {
        await(leaf());
        return done();
    }

    @Async
    static Coroutine<Void> awaiting(Task<?> task) {
        await(task);
        return done();
    }

    @Async
    static Coroutine<Void> parked() {
        await(sleep(Duration.ofDays(1)));
        return done();
    }
}
