/**
 * Other threads and the stages of {@code java.util.concurrent}: calls in executors, coroutines that other threads hand
 * over, stages that are awaited and futures that a loop completes, and hot methods outside of a loop.
 * {@link dev.fermata.internal.threads.LoopExecutor}, {@link dev.fermata.internal.threads.LoopStages},
 * {@link dev.fermata.internal.threads.ThreadsafeRuns} and {@link dev.fermata.internal.threads.Hot} are the entries.
 *
 * <p>Threads meet here, so each class or method says which thread calls it. How the loop is woken must not be in here: that
 * is the engine's. Not exported.
 */
@NullMarked
package dev.fermata.internal.threads;

import org.jspecify.annotations.NullMarked;
