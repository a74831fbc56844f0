/**
 * The engine: runs iterations and the steps of tasks, and knows no primitive, channel, signal or thread but its own.
 * {@link dev.fermata.internal.engine.Engine} is the class to read first, {@link dev.fermata.internal.engine.LoopTask} the
 * second. What it needs from above is handed in: the clock, the stages, the ticks of a guest, the poller of channels, debug
 * mode.
 *
 * <p>Everything belongs to the loop's thread, except what the class comments open to others. What can be built on
 * {@code park} and {@code wake} must not be in here. Not exported.
 */
@NullMarked
package dev.fermata.internal.engine;

import org.jspecify.annotations.NullMarked;
