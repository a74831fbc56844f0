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
 * <p>A hot method may be called on any thread. What it may await depends on where it is called:
 *
 * <ul>
 *   <li>On the thread of a running loop, it runs there as a task and may await everything.
 *   <li>Elsewhere, as in the controller of a web framework, it continues on the threads that complete what it awaits. It may
 *       await stages, and coroutines that await only stages. Everything else needs a loop and throws an
 *       {@code IllegalStateException}: {@link Asyncio#sleep sleep}, {@link Asyncio#timeout timeout},
 *       {@link Asyncio#waitFor waitFor}, {@link Asyncio#gather gather}, {@link Asyncio#createTask createTask},
 *       {@link TaskGroup}, {@link AsyncLock} and what else tasks wait at, {@link Asyncio#toThread toThread}.
 * </ul>
 *
 * <p>Where these are needed, let the method return a {@code Coroutine}, and hand it to a {@link LoopThread}, whose
 * {@link LoopThread#run(Coroutine) run} returns the {@code CompletableFuture}.
 *
 * <p>The method may be static or not, overridable, private, or a default method of an interface. It may not be a constructor,
 * {@code synchronized}, {@code abstract} or {@code native}.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Async {}
