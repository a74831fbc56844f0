/**
 * Questions about code: what an instruction is, where control goes, which types, values and locals there are before it, who
 * extends what. {@link dev.fermata.transformer.analysis.Instructions} answers those about single instructions, each other
 * class one that takes a walk through a method. An analysis never changes what it looks at, and its answers belong to
 * instructions, not to their places, so they stay true while a pass inserts others.
 *
 * <p>Not here: anything that knows what async is, or that there is a Fermata.
 */
@NullMarked
package dev.fermata.transformer.analysis;

import org.jspecify.annotations.NullMarked;
