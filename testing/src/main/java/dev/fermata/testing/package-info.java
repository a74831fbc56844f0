/**
 * Tests whose bodies await. {@link dev.fermata.testing.AsyncTest} is the annotation to begin with;
 * {@link dev.fermata.testing.Explore} runs such a test under other orders of its tasks and cancels it at every await.
 *
 * <p>{@code TestRun} is the event loop of one test, and the one place where it is decided what fails it;
 * {@code Exploration} decides which runs there are, {@code SchedulePlayer} plays one. None of them knows JUnit:
 * {@code AsyncTestExtension} does, and {@link dev.fermata.testing.Explorer} is the same without it. All of a test belongs to
 * the thread that runs it.
 */
@NullMarked
package dev.fermata.testing;

import org.jspecify.annotations.NullMarked;
