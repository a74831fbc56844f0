package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a fixture awaits, and what it tells of itself. The n-th step suspends if the n-th bit of the scenario is set, and
 * fails if the scenario says so; every other one is complete when it is awaited.
 *
 * <p>Each step must be awaited where it is made, as {@code await(s.step(x))}: the twin's steps fail at the call.
 */
public final class Steps {
    private final Scenario scenario;
    private final StringJoiner log = new StringJoiner(" ");
    private int made;

    Steps(Scenario scenario) {
        this.scenario = scenario;
    }

    /** The next step, with its result. */
    public <T> Awaitable<T> step(T value) {
        made++;
        boolean suspends = scenario.suspends(made);
        if (scenario.failsAt() != made) {
            return suspends ? later(value) : done(value);
        }
        return switch (scenario.how()) {
            case TWIN -> throw Steps.<RuntimeException>sneak(scenario.failure());
            case COROUTINE -> suspends ? failLater() : failAtOnce();
            case PROMISE -> suspends ? promiseFailingLater(scenario.failure()) : promiseThatFailed(scenario.failure());
        };
    }

    /** The next step, as a stage. */
    public <T> CompletionStage<T> stage(T value) {
        made++;
        CompletableFuture<T> stage = new CompletableFuture<>();
        Runnable completion = () -> stage.complete(value);
        if (scenario.failsAt() == made) {
            Throwable failure = scenario.failure();
            failure.setStackTrace(new StackTraceElement[0]); // it comes from nowhere that a trace could show
            if (scenario.how() == Scenario.How.TWIN) {
                throw Steps.<RuntimeException>sneak(failure);
            }
            completion = failure instanceof CancelledError
                    ? () -> stage.cancel(false)
                    : () -> stage.completeExceptionally(failure);
        }
        if (scenario.suspends(made)) {
            EventLoop.running().callSoon(completion);
        } else {
            completion.run();
        }
        return stage;
    }

    /** Logs a word. */
    public void log(Object word) {
        log.add(String.valueOf(word));
    }

    /** Logs a value on its way, to show when it was evaluated. */
    public <T> T seen(T value) {
        log(value);
        return value;
    }

    int made() {
        return made;
    }

    String logged() {
        return log.toString();
    }

    private <T> Awaitable<T> later(T value) {
        if (scenario.how() == Scenario.How.COROUTINE) {
            return sleep(Duration.ZERO, value);
        }
        Promise<T> promise = EventLoop.running().createPromise();
        EventLoop.running().callSoon(() -> {
            if (!promise.done()) {
                promise.setResult(value);
            }
        });
        return promise;
    }

    @Async
    private <T> Coroutine<T> failAtOnce() {
        throw Steps.<RuntimeException>sneak(scenario.failure());
    }

    @Async
    private <T> Coroutine<T> failLater() {
        await(sleep(Duration.ZERO));
        throw Steps.<RuntimeException>sneak(scenario.failure());
    }

    private static <T> Promise<T> promiseThatFailed(Throwable failure) {
        Promise<T> promise = EventLoop.running().createPromise();
        if (failure instanceof CancelledError) {
            promise.cancel(failure.getMessage());
        } else {
            promise.setException(failure);
        }
        return promise;
    }

    /** A cancel that is pending is a real one: of the task that waits. */
    private static <T> Promise<T> promiseFailingLater(Throwable failure) {
        Promise<T> promise = EventLoop.running().createPromise();
        Task<?> waiter = currentTask();
        EventLoop.running()
                .callSoon(
                        failure instanceof CancelledError
                                ? () -> waiter.cancel(failure.getMessage())
                                : () -> promise.setException(failure));
        return promise;
    }

    /** Throws a checked exception where none is declared, as {@code await} does. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    /** The unchecked failure of a step. */
    public static final class StepFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        StepFailed(String message) {
            super(message);
        }
    }

    /** The checked one. */
    public static final class StepBroken extends IOException {
        private static final long serialVersionUID = 1;

        StepBroken(String message) {
            super(message);
        }
    }
}
