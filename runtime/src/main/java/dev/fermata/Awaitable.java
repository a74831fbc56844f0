package dev.fermata;

/**
 * What {@link Asyncio#await(Awaitable)} accepts besides any {@link java.util.concurrent.CompletionStage}: a
 * {@link Coroutine}, a {@link Task} or a {@link Promise}. asyncio: an awaitable object.
 *
 * @param <T> the type of the result
 */
public sealed interface Awaitable<T> permits Coroutine, Deferred {}
