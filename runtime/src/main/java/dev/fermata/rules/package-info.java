/**
 * The catalogue of what Fermata refuses, {@link dev.fermata.rules.Rule}. The annotation processor, the weaver, the test
 * extension and the runtime all take their messages from it, so a mistake reads the same wherever it is found. From any
 * thread.
 *
 * <p>Checks must not be in here: a check belongs to the module that finds the mistake, and only its words are here.
 * Exported to Fermata's own modules only.
 */
@NullMarked
package dev.fermata.rules;

import org.jspecify.annotations.NullMarked;
