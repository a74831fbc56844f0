/**
 * Rewrites a copy of a method until the plan can take it as it is: without dead code, returning plain results, with no object
 * under construction where it suspends. {@link dev.fermata.transformer.normalise.Normaliser} has the order.
 *
 * <p>Not here: anything about frames and states. A normalised method still means what it meant, and could be run as it is.
 */
@NullMarked
package dev.fermata.transformer.normalise;

import org.jspecify.annotations.NullMarked;
