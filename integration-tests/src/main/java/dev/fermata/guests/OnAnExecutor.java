package dev.fermata.guests;

import static dev.fermata.Asyncio.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

final class OnAnExecutor {
    @Async
    static Coroutine<String> greet(String name) {
        await(sleep(Duration.ofMillis(100))); // the executor does other work meanwhile
        return done("Hello " + name + ", from " + Thread.currentThread().getName());
    }

    public static void main(String[] args) throws ExecutionException, InterruptedException {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(it -> new Thread(it, "host"));
        EventLoop loop = EventLoop.guest(GuestHost.of(executor));
        executor.execute(() -> loop.createTask(greet("executor"))); // from its own thread
        System.out.println(loop.runThreadsafe(() -> greet("main")).get()); // from any other
        executor.submit(loop::close).get();
        executor.shutdown();
    }
}
