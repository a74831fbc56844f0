/** A short tour through what Fermata does, as one program. */
@NullMarked
package dev.fermata.tour;

import org.jspecify.annotations.NullMarked;
