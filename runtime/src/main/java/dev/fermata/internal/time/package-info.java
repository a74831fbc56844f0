/**
 * Time: the two clocks, the machine's and that of tests, and {@link dev.fermata.internal.time.Sleep}.
 *
 * <p>On the loop's thread. A limit that cancels something must not be in here: it is a scope, and belongs in
 * {@code internal.scopes}. Not exported.
 */
@NullMarked
package dev.fermata.internal.time;

import org.jspecify.annotations.NullMarked;
