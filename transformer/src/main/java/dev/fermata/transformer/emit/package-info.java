/**
 * Writes what was planned: the two bodies of each method, its frame class, and the cold call in the method's place. {@link
 * dev.fermata.transformer.emit.NestEmitter} is the entry. This is where the nest's own classes change.
 *
 * <p>Not here: decisions. What is saved where, and why, has been planned; emission only asks where code is reached.
 */
@NullMarked
package dev.fermata.transformer.emit;

import org.jspecify.annotations.NullMarked;
