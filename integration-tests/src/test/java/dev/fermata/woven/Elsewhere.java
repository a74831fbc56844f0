package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;

/** Another top-level class, for {@link MethodsTest}. */
class Elsewhere {
    private final String text;

    Elsewhere(String text) {
        this.text = text;
    }

    @Async
    static Coroutine<String> echo(Steps s, String text) {
        return done(await(s.step(text)));
    }

    @Async
    Coroutine<String> tell(Steps s) {
        await(s.step(0));
        return done(text);
    }
}
