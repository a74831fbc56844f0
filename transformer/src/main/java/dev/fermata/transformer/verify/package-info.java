/**
 * Proves class files as the JVM does, with facts in place of loaded classes: what was written, always, and what came in when
 * something has gone wrong. {@link dev.fermata.transformer.verify.Verification} is the entry.
 *
 * <p>Not here: anything that knows how the bytes came about. A proof that shares an assumption with the emitter proves nothing.
 */
@NullMarked
package dev.fermata.transformer.verify;

import org.jspecify.annotations.NullMarked;
