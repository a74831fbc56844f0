/**
 * Fermata in javac: weaves what javac compiles, and reports misuse at its place in the source. {@link
 * dev.fermata.processor.FermataPlugin} is the entry, which javac starts by itself; {@link
 * dev.fermata.processor.JavacWeaving} listens to a compilation and weaves when it ends. {@link
 * dev.fermata.processor.AsyncProcessor} checks signatures, in any compiler, and hands over to the plugin what only processors
 * are told. javac calls both on one thread; nothing is shared between compilations. {@link dev.fermata.processor.CommandLine}
 * is the same weaving without a compiler. Only what the JDK exports is used here: no build should need {@code --add-exports}
 * for Fermata. How a class is rewritten and what is kept between builds must not be here; that is the transformer's.
 */
@NullMarked
package dev.fermata.processor;

import org.jspecify.annotations.NullMarked;
