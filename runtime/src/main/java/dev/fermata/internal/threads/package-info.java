/**
 * Other threads and the stages of {@code java.util.concurrent}: calls in executors, coroutines that other threads hand over,
 * stages that are awaited and futures that a loop completes, and hot methods outside of a loop.
 * {@link dev.fermata.internal.threads.LoopExecutor}, {@link dev.fermata.internal.threads.LoopStages} and
 * {@link dev.fermata.internal.threads.Hot} are the entries.
 *
 * <p>Each class says which thread calls what: this is where threads meet. How the loop is woken is the engine's. Not exported.
 */
@NullMarked
package dev.fermata.internal.threads;

import org.jspecify.annotations.NullMarked;
