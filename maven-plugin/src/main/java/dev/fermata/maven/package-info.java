/**
 * The goals of the Maven plugin. A mojo only takes parameters and prints; what it does is in {@link
 * dev.fermata.maven.WeaveRun} (an output folder, its class path and what earlier builds left) and {@link
 * dev.fermata.maven.Inspection} (reports to text and pages), which know nothing of Maven. A run finds out what is there
 * ({@link dev.fermata.maven.OutputClasses}), decides ({@link dev.fermata.maven.TreeRun}), and writes in an order that may be
 * cut off anywhere ({@link dev.fermata.maven.NestWriter}). Maven may run the goals of several modules at the same time;
 * nothing is shared between them, and {@link dev.fermata.maven.FolderLock} keeps two runs over one folder apart. How a class
 * is rewritten must not be here: that is the transformer's.
 */
@NullMarked
package dev.fermata.maven;

import org.jspecify.annotations.NullMarked;
