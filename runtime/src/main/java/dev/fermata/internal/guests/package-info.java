/**
 * Loops on the thread of another loop, such as that of a GUI: {@link dev.fermata.internal.guests.Guest} asks the host for
 * iterations.
 *
 * <p>On the host's thread, but for what asks for an iteration. No GUI toolkit is known here. Not exported.
 */
@NullMarked
package dev.fermata.internal.guests;

import org.jspecify.annotations.NullMarked;
