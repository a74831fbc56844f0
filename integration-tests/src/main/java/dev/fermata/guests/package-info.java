/** The programs of docs/guest-loops.md: event loops on threads that are somebody else's. */
@NullMarked
package dev.fermata.guests;

import org.jspecify.annotations.NullMarked;
