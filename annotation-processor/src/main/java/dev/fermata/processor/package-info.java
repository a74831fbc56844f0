/**
 * Reports misuse of async methods while javac compiles them. {@link dev.fermata.processor.AsyncProcessor} is the entry; javac
 * calls it on one thread. What can only be seen in a method's body is not checked here but by the weaver.
 */
@NullMarked
package dev.fermata.processor;

import org.jspecify.annotations.NullMarked;
