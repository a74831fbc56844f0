/** A primitive that is written outside of the runtime; {@code docs/primitives.md} shows it. */
@NullMarked
package dev.fermata.primitives;

import org.jspecify.annotations.NullMarked;
