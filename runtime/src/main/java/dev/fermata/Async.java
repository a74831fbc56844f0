package dev.fermata;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method whose body may {@link Asyncio#await(Awaitable) await}. The build plugin rewrites it into a state machine
 * that suspends at an await that has to wait, and resumes there.
 *
 * <ul>
 *   <li>A method that returns {@link Coroutine} is cold: a call runs nothing until the coroutine is awaited or made a task.
 *       The body ends with {@code return done(x)} or {@code return done()}. asyncio: {@code async def}.
 *   <li>A method that returns {@link java.util.concurrent.CompletableFuture} or
 *       {@link java.util.concurrent.CompletionStage} is hot: the body starts at the call, as frameworks expect, and ends
 *       with {@code return completedFuture(x)} or any stage.
 * </ul>
 *
 * The method may be static or not, overridable, private, or a default method of an interface. It may not be a constructor,
 * {@code synchronized}, {@code abstract} or {@code native}.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Async {}
