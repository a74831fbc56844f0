/** What users import: the facade, tasks, the event loop and its parts. */
@NullMarked
package dev.fermata;

import org.jspecify.annotations.NullMarked;
