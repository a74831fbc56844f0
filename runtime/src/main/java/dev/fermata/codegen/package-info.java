/** What rewritten code links to. Called only by rewritten code. */
@NullMarked
package dev.fermata.codegen;

import org.jspecify.annotations.NullMarked;
