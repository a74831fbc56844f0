package dev.fermata.tour;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.io.PrintStream;
import java.time.Duration;

/** One of the tasks in a {@code gather} fails: its exception is caught by try/catch around the await. */
final class FailingTask {
    private FailingTask() {}

    @Async
    static Coroutine<Integer> price(String animal, Duration time) {
        await(sleep(time));
        if (animal.equals("unicorn")) {
            throw new IllegalArgumentException("nobody sells a " + animal);
        }
        return done(100 * animal.length());
    }

    @Async
    static Coroutine<Void> market(PrintStream out) {
        Task<Integer> horse = createTask(price("horse", Duration.ofMillis(600)));
        Task<Integer> unicorn = createTask(price("unicorn", Duration.ofMillis(300)));
        try {
            out.println("prices: " + await(gather(horse, unicorn)));
        } catch (IllegalArgumentException e) {
            out.println("caught: " + e.getMessage());
        }
        out.println("the other task ran on: a horse is " + await(horse));
        return done();
    }

    public static void main(String[] args) {
        run(market(System.out));
    }
}
