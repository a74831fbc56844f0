/**
 * Reports misuse of async methods while a compiler compiles them. {@link dev.fermata.processor.FermataPlugin} is the entry
 * for javac, {@link dev.fermata.processor.AsyncProcessor} for other compilers. {@link dev.fermata.processor.SourceChecks}
 * runs the checks, each of them a {@link dev.fermata.processor.BodyScanner}. A compiler calls all of this on one thread.
 */
@NullMarked
package dev.fermata.processor;

import org.jspecify.annotations.NullMarked;
