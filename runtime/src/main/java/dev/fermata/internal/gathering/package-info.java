/**
 * Waits for several tasks at once without owning them: {@code gather}, {@code shield}, {@code waitUntil},
 * {@code cancelAndWait} and {@code asCompleted}. {@link dev.fermata.internal.gathering.Gathering} is the class to read first.
 *
 * <p>On the loop's thread. What cancels its own task must not be in here: it is a scope, and belongs in
 * {@code internal.scopes}. Not exported.
 */
@NullMarked
package dev.fermata.internal.gathering;

import org.jspecify.annotations.NullMarked;
