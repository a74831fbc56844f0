/**
 * Shows what weaving did, from the reports that it left: as text, as a document for tools, and as pages. {@link
 * dev.fermata.transformer.inspect.Inspection} is the entry. Nothing here keeps state or knows who asks. How a class is
 * rewritten and where its report is kept must not be here, nor what a page looks like: that is in {@code src/main/page}.
 */
@NullMarked
package dev.fermata.transformer.inspect;

import org.jspecify.annotations.NullMarked;
