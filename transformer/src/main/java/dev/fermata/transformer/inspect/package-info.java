/**
 * Shows what weaving did, from the reports that it left: as text, and as pages with the source beside the states. {@link
 * dev.fermata.transformer.inspect.Inspection} is the entry. Nothing here keeps state or knows who asks. How a class is
 * rewritten and where its report is kept must not be here.
 */
@NullMarked
package dev.fermata.transformer.inspect;

import org.jspecify.annotations.NullMarked;
