package dev.fermata.tour;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.Asyncio.toThreadInterruptibly;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.KeyboardInterrupt;
import dev.fermata.LoopThread;
import dev.fermata.Promise;
import dev.fermata.Runner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.time.Duration;

/** Programs that {@link SignalsTest} sends signals to. Each says when it is ready for them. */
final class Signalled {
    private static final Duration HOUR = Duration.ofHours(1);

    private Signalled() {}

    private static void say(String line) {
        System.out.println(line);
    }

    /** Waits for ever, and when it is cancelled takes {@code cleaning} to clean up. */
    @Async
    private static Coroutine<Void> waiting(Duration cleaning) {
        say("waiting");
        try {
            await(sleep(HOUR));
        } finally {
            say("cleaning up");
            await(sleep(cleaning));
            say("clean");
        }
        return done();
    }

    @Async
    private static Coroutine<Void> waitingAtMost(Duration limit, Duration cleaning) {
        EventLoop.running().setShutdownLimit(limit);
        await(waiting(cleaning));
        return done();
    }

    @Async
    private static Coroutine<Void> withoutMuchTime() {
        EventLoop.running().setShutdownLimit(Asyncio.FOREVER);
        say("waiting");
        try {
            await(sleep(HOUR));
        } finally {
            say("cleaning up");
            EventLoop.running().setShutdownLimit(Duration.ofMillis(1));
            await(sleep(HOUR));
            say("clean");
        }
        return done();
    }

    @Async
    private static Coroutine<String> deaf() {
        try {
            await(waiting(Duration.ZERO));
        } catch (CancelledError swallowed) {
            say("swallowed: " + swallowed.getMessage());
        }
        return done("went on");
    }

    @Async
    private static Coroutine<Void> withHandlers() {
        EventLoop loop = EventLoop.running();
        Thread own = Thread.currentThread();
        Promise<Void> asked = createPromise();
        loop.addSignalHandler("SIGUSR2", () -> say("USR2 on the loop's thread: " + (Thread.currentThread() == own)));
        loop.addSignalHandler("INT", () -> say("the first INT is not handled by this"));
        loop.addSignalHandler("INT", () -> {
            say("INT");
            asked.setResult(null);
        });
        say("waiting");
        await(asked);
        say("removed: " + loop.removeSignalHandler("INT") + ", " + loop.removeSignalHandler("INT"));
        await(waiting(Duration.ZERO));
        return done();
    }

    @Async
    private static Coroutine<Void> withIgnoredSignals() {
        EventLoop loop = EventLoop.running();
        Promise<Void> asked = createPromise();
        loop.addSignalHandler("USR2", () -> say("USR2 is not ignored"));
        loop.addSignalHandler("INT", () -> say("INT is handled"));
        loop.addSignalHandler("TERM", () -> asked.setResult(null));
        say("waiting");
        await(asked);
        return done();
    }

    @Async
    private static Coroutine<Void> refused() {
        EventLoop loop = EventLoop.running();
        for (String signal : new String[] {"KILL", "NOSUCH", "SEGV"}) {
            try {
                loop.addSignalHandler(signal, () -> {});
            } catch (IllegalArgumentException e) {
                say(signal + " is refused");
            } catch (UnsupportedOperationException e) {
                say(e.getMessage());
            }
        }
        return done();
    }

    /** As a program that handles Ctrl-C by itself. */
    private static void handleByItself() throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object own = Proxy.newProxyInstance(
                handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    say("handled by the program");
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("INT"), own);
    }

    /** What a program does that goes on after Ctrl-C. */
    private static void twoRuns() throws InterruptedException {
        try {
            run(waiting(Duration.ZERO));
        } catch (KeyboardInterrupt e) {
            say("caught " + e + " because of " + e.getCause().getClass().getName());
        }
        say("again: " + run(() -> deaf()));
        say("resting");
        Thread.sleep(HOUR.toMillis());
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    private static void runner() {
        try (Runner runner = new Runner()) {
            runner.run(() -> {
                createTask(() -> waiting(Duration.ofMillis(200)), "left behind");
                await(sleep(Duration.ZERO));
                return done();
            });
            runner.run(waiting(Duration.ofMillis(100)));
        }
    }

    /** Its thread is called as the main thread is, which makes no difference. */
    private static void onALoopThread() throws InterruptedException {
        try (LoopThread loop = LoopThread.start("main")) {
            loop.run(waiting(Duration.ZERO));
            Thread.sleep(HOUR.toMillis());
        }
    }

    private static String readsALine() throws IOException {
        say("reading");
        return new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
    }

    private static void elsewhere(Runnable call) {
        new Thread(call, "elsewhere").start();
    }

    @SuppressWarnings("fermata:blocking-call") // what one sees in virtual time
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "waiting" -> run(waiting(Duration.ofMillis(100)));
            case "cleaning for an hour" -> run(waitingAtMost(Duration.ofSeconds(20), HOUR));
            case "with a short limit" -> run(withoutMuchTime());
            case "without a limit" -> run(waitingAtMost(Asyncio.FOREVER, Duration.ofMillis(100)));
            case "deaf" -> say(run(deaf()));
            case "two runs" -> twoRuns();
            case "runner" -> runner();
            case "with handlers" -> run(withHandlers());
            case "with ignored signals" -> run(withIgnoredSignals());
            case "refused" -> run(refused());
            case "in virtual time" ->
                run(
                        () -> {
                            say("waiting");
                            Thread.sleep(HOUR.toMillis());
                            return done();
                        },
                        EventLoop::virtualTime);
            case "on a loop thread" -> onALoopThread();
            case "elsewhere" -> elsewhere(() -> run(waiting(Duration.ofMillis(100))));
            case "handled by itself" -> {
                handleByItself();
                run(waiting(Duration.ZERO));
            }
            case "with a handler of what is uncaught" -> {
                Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> say("uncaught: " + thrown));
                run(waiting(Duration.ZERO));
            }
            case "in a thread" ->
                run(() -> toThreadInterruptibly(() -> {
                    say("waiting");
                    try {
                        Thread.sleep(HOUR.toMillis());
                    } finally {
                        say("interrupted");
                    }
                    return null;
                }));
            case "in a deaf thread" ->
                run(() -> {
                    await(toThread(() -> readsALine()));
                    return done();
                });
            case "in a deaf thread while it cleans up" ->
                run(() -> {
                    try {
                        await(waiting(Duration.ZERO));
                    } finally {
                        await(toThread(() -> readsALine()));
                    }
                    return done();
                });
            case "exits by itself" ->
                run(() -> {
                    EventLoop.running().setShutdownLimit(Asyncio.FOREVER);
                    EventLoop.running().callLater(Duration.ofMillis(1), () -> System.exit(3));
                    return waiting(Duration.ZERO);
                });
            case "exits elsewhere" ->
                run(() -> {
                    EventLoop.running().callSoon(() -> elsewhere(() -> System.exit(4)));
                    return waiting(Duration.ofMillis(100));
                });
            default -> throw new IllegalArgumentException(args[0]);
        }
        say("main ends");
    }
}
