package dev.fermata.woven;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a static {@code @Async} method {@code Coroutine<?> claim(Steps s)} as a fixture: {@link Fixtures} runs it under
 * every mask of suspensions and failures, and compares it with its {@linkplain Twins twin}, the same source without weaving.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Fixture {
    /** What it ends with when no step fails: the result, and behind {@code " | "} what it logged, if anything. */
    String value();

    /**
     * Whether the twin is right where a step is cancelled. It is not where that step is in a resource's closing while an
     * exception leaves the block: there the cancel wins, and Java alone would suppress it.
     */
    boolean twinKnowsCancels() default true;

    /**
     * Whether the twin's stack traces are right. They are not where a coroutine is made at one line and awaited at another,
     * since twins run it where it is made, nor behind a suspension of a hot method, which is a task of its own.
     */
    boolean twinKnowsTraces() default true;
}
