/**
 * The goals of the Maven plugin. A mojo only takes parameters and prints; what it does is in {@link
 * dev.fermata.maven.WeaveRun} (an output folder, its class path and what earlier builds left) and {@link
 * dev.fermata.maven.Inspection} (reports to text and pages), which know nothing of Maven. Maven may run the goals of several
 * modules at the same time; nothing is shared between them. How a class is rewritten must not be here: that is the
 * transformer's.
 */
@NullMarked
package dev.fermata.maven;

import org.jspecify.annotations.NullMarked;
