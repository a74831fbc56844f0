package dev.fermata.tour;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

class Hello {
    @Async
    static Coroutine<Void> hello() {
        System.out.println("Hello");
        await(sleep(Duration.ofSeconds(1))); // the loop runs other tasks meanwhile
        System.out.println("World");
        return done();
    }

    public static void main(String[] args) {
        run(hello());
    }
}
