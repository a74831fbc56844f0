/**
 * The goals of the Maven plugin. A mojo only takes parameters and prints; what it does is in {@link
 * dev.fermata.transformer.folder.WeaveRun} (an output folder, its class path and what earlier builds left) and {@link
 * dev.fermata.transformer.inspect.Inspection} (reports to text and pages), which know nothing of Maven. Maven may run the
 * goals of several modules at the same time; nothing is shared between them. What the command line and javac need too must
 * not be here.
 */
@NullMarked
package dev.fermata.maven;

import org.jspecify.annotations.NullMarked;
