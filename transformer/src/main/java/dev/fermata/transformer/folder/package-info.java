/**
 * Output folders: what is kept between builds, and in which order it is written. {@link
 * dev.fermata.transformer.folder.WeaveRun} is the entry; {@link dev.fermata.transformer.folder.KeptReports} reads what it
 * left. A run finds out what is there ({@link dev.fermata.transformer.folder.OutputClasses}), decides ({@link
 * dev.fermata.transformer.folder.TreeRun}), and writes in an order that may be cut off anywhere ({@link
 * dev.fermata.transformer.folder.NestWriter}). Several runs may be at work in one process; nothing is shared between them,
 * and {@link dev.fermata.transformer.folder.FolderLock} keeps two runs over one folder apart. Who asked for the run must not
 * be known here, Maven, javac or the command line, nor how a class is rewritten.
 */
@NullMarked
package dev.fermata.transformer.folder;

import org.jspecify.annotations.NullMarked;
