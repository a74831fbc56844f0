/**
 * Rewrites the async methods of a nest of classes into resumable state machines, and explains what it did. {@link
 * dev.fermata.transformer.Weaver} is the entry and reads like the table of its passes. Beside it lies what it takes and
 * returns; the packages below have a part of the table each, and know only those above them here:
 *
 * <pre>
 *   analysis   questions about code
 *   model      what is async, where it suspends, and by which rules
 *   normalise  a copy of a method without what cannot be saved
 *   plan       what is saved where, and why
 *   emit       bodies, frame classes, cold calls
 *   verify     proof of the bytes; knows analysis only
 * </pre>
 *
 * <p>Nothing of that loads a class, reads a file or keeps state between two nests. Files, class paths and builds are in
 * {@link dev.fermata.transformer.folder}, what is shown of them in {@link dev.fermata.transformer.inspect}; both know only
 * what the weaver takes and returns.
 */
@NullMarked
package dev.fermata.transformer;

import org.jspecify.annotations.NullMarked;
