/**
 * Fermata in javac: reports misuse at its place in the source, and weaves what javac compiles. {@link
 * dev.fermata.processor.FermataPlugin} is the entry for javac, which starts it by itself; {@link
 * dev.fermata.processor.AsyncProcessor} is the entry for other compilers, and hands over to the plugin what only processors
 * are told. {@link dev.fermata.processor.SourceChecks} runs the checks, each of them a {@link
 * dev.fermata.processor.BodyScanner}. {@link dev.fermata.processor.JavacWeaving} listens to a compilation and weaves when it
 * ends. A compiler calls all of this on one thread; nothing is shared between compilations. {@link
 * dev.fermata.processor.CommandLine} is the same weaving without a compiler. Only what the JDK exports is used here: no build
 * should need {@code --add-exports} for Fermata. How a class is rewritten and what is kept between builds must not be here;
 * that is the transformer's.
 */
@NullMarked
package dev.fermata.processor;

import org.jspecify.annotations.NullMarked;
