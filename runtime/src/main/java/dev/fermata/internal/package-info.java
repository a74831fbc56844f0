/** The event loop. Not exported. */
@NullMarked
package dev.fermata.internal;

import org.jspecify.annotations.NullMarked;
