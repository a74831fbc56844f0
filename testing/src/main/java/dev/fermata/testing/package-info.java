/**
 * Tests whose bodies await. {@link dev.fermata.testing.AsyncTest} is the annotation to begin with;
 * {@link dev.fermata.testing.Explore} runs such a test in other orders of its tasks and cancels it at every await.
 *
 * <p>{@code TestRun} is the event loop of one test, and the one place that decides what fails it. {@code Exploration}
 * decides which runs there are, and {@code SchedulePlayer} plays one. None of them knows JUnit: only
 * {@code AsyncTestExtension} does, and {@link dev.fermata.testing.Explorer} does the same without JUnit. Both have their
 * failures explained by {@code ScheduleFailure}, which knows JUnit's kinds of failures where there are any. Everything of a
 * test belongs to the thread that runs it.
 */
@NullMarked
package dev.fermata.testing;

import org.jspecify.annotations.NullMarked;
