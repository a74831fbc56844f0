/** How {@link dev.fermata.net} works. Not exported. On the loop's thread. */
@NullMarked
package dev.fermata.net.internal;

import org.jspecify.annotations.NullMarked;
