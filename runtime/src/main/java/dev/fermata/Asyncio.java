package dev.fermata;

import dev.fermata.codegen.Done;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Skeleton. */
public final class Asyncio {
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private Asyncio() {}

    public static <T> T run(Coroutine<T> main) { throw new UnsupportedOperationException(); }
    public static <T> T run(AsyncCallable<T> main) { throw new UnsupportedOperationException(); }
    public static <T> T run(AsyncCallable<T> main, Supplier<EventLoop> loop) { throw new UnsupportedOperationException(); }
    public static <T> T await(Awaitable<T> awaitable) { throw new UnsupportedOperationException(); }
    public static <T, E extends Throwable> T await(Awaitable<T> awaitable, Class<E> failure) throws E { throw new UnsupportedOperationException(); }
    public static <T> T await(CompletionStage<T> stage) { throw new UnsupportedOperationException(); }
    public static <T, E extends Throwable> T await(CompletionStage<T> stage, Class<E> failure) throws E { throw new UnsupportedOperationException(); }
    public static Coroutine<Void> done() { return Done.of(null); }
    public static <T> Coroutine<T> done(@Nullable T result) { return Done.of(result); }
    public static <T> Task<T> createTask(Coroutine<T> coroutine) { return EventLoop.running().createTask(coroutine); }
    public static <T> Task<T> createTask(Coroutine<T> coroutine, String name) { return EventLoop.running().createTask(coroutine, name); }
    public static <T> Task<T> createTask(AsyncCallable<T> callable) { return EventLoop.running().createTask(callable); }
    public static <T> Task<T> createTask(AsyncCallable<T> callable, String name) { return EventLoop.running().createTask(callable, name); }
    public static <T> Promise<T> createPromise() { return EventLoop.running().createPromise(); }
    public static Coroutine<Void> sleep(Duration time) { throw new UnsupportedOperationException(); }
    public static <T> Coroutine<T> sleep(Duration time, T result) { throw new UnsupportedOperationException(); }
    public static <T> Coroutine<T> toThread(Callable<T> callable) { throw new UnsupportedOperationException(); }
    public static @Nullable Task<?> currentTask() { throw new UnsupportedOperationException(); }
    public static List<Task<?>> allTasks() { throw new UnsupportedOperationException(); }
}
