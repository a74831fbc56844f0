/**
 * Signals, Ctrl-C and the end of the process: {@link dev.fermata.internal.signals.LoopSignals} for a program's own
 * handlers, {@link dev.fermata.internal.signals.CtrlC} and {@link dev.fermata.internal.signals.ProcessEnd} for those that
 * end a run.
 *
 * <p>Signals and the shutdown hook arrive on threads of the JVM; everything else is on the loop's thread. How a run ends
 * once it was asked to must not be in here: that is in {@code internal.loop}. Not exported.
 */
@NullMarked
package dev.fermata.internal.signals;

import org.jspecify.annotations.NullMarked;
