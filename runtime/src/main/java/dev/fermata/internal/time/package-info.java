/**
 * Time: the two clocks, the machine's and that of tests, and {@link dev.fermata.internal.time.Sleep}.
 *
 * <p>On the loop's thread. Limits that cancel something are scopes, and in {@code internal.scopes}. Not exported.
 */
@NullMarked
package dev.fermata.internal.time;

import org.jspecify.annotations.NullMarked;
