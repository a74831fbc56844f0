/** Reports misuse of async methods while javac compiles them. */
@NullMarked
package dev.fermata.processor;

import org.jspecify.annotations.NullMarked;
