package dev.fermata.testing;

import dev.fermata.Coroutine;
import dev.fermata.transformer.Steps;

/** Drives a test's body as fixtures are driven. */
public final class AsyncTests {
    private AsyncTests() {}

    public static void run(Coroutine<?> body) throws Throwable {
        Steps.drive(body);
    }
}
