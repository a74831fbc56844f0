/** Rewrites the async methods of one class and explains what it did. */
@NullMarked
package dev.fermata.transformer;

import org.jspecify.annotations.NullMarked;
