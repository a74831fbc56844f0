/**
 * What may cancel the task that opened it and takes that cancel back: {@link dev.fermata.internal.scopes.TimeoutScope},
 * {@link dev.fermata.internal.scopes.GroupScope}, and what is built on them: {@code waitFor} and {@code map}.
 *
 * <p>On the loop's thread. How a cancel is delivered and counted must not be in here: that is the engine's, see
 * {@link dev.fermata.internal.engine.CancelScope}. Not exported.
 */
@NullMarked
package dev.fermata.internal.scopes;

import org.jspecify.annotations.NullMarked;
