/**
 * Loops on the thread of another loop, such as that of a GUI: {@link dev.fermata.internal.guests.Guest} asks the host for
 * iterations.
 *
 * <p>On the host's thread, except what asks for an iteration. Code that knows a GUI toolkit must not be in here. Not
 * exported.
 */
@NullMarked
package dev.fermata.internal.guests;

import org.jspecify.annotations.NullMarked;
