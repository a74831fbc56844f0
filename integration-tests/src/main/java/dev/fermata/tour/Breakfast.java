package dev.fermata.tour;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** Two tasks that sleep, run with {@code gather}: the whole takes the longer, not the sum. */
final class Breakfast {
    private Breakfast() {}

    @Async
    static Coroutine<String> make(String what, Duration time, PrintStream out) {
        out.println(what + ": started");
        await(sleep(time));
        out.println(what + ": ready");
        return done(what);
    }

    @Async
    static Coroutine<Void> breakfast(PrintStream out) {
        long start = EventLoop.running().time();
        List<String> ready = await(gather(
                make("eggs", Duration.ofMillis(1200), out), //
                make("tea", Duration.ofMillis(800), out)));
        Duration taken = Duration.ofNanos(EventLoop.running().time() - start);
        out.println(
                String.join(" and ", ready) + " after " + Math.floor(taken.toMillis() / 100.0) / 10 + " s, not 2.0 s");
        return done();
    }

    public static void main(String[] args) {
        run(breakfast(System.out));
    }
}
