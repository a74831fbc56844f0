/**
 * Rewrites the async methods of a nest of classes into resumable state machines, and explains what it did. {@link
 * dev.fermata.transformer.Weaver} is the entry and reads like the table of its passes; everything else is a pass, or the
 * immutable data one pass hands to the next. Analyses never change a method, emission never analyses. Nothing here
 * loads a class, reads a file or keeps state between two nests.
 */
@NullMarked
package dev.fermata.transformer;

import org.jspecify.annotations.NullMarked;
