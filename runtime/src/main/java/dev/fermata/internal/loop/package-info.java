/**
 * The top: puts an event loop together from the engine and the subjects, runs main tasks on it, and ends it.
 * {@link dev.fermata.internal.loop.LoopBackend} is what the public types call, {@link dev.fermata.internal.loop.Loop} is
 * the loop, {@link dev.fermata.internal.loop.Shutdown} decides how it ends.
 *
 * <p>Each class says which thread calls it. What needs to know only one subject must not be in here. Not exported, and no
 * other package of the implementation knows it.
 */
@NullMarked
package dev.fermata.internal.loop;

import org.jspecify.annotations.NullMarked;
