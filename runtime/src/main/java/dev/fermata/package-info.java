/**
 * What users of Fermata import. {@link dev.fermata.Asyncio} is the class to read first: its static methods are meant for
 * static import. {@link dev.fermata.EventLoop} is the loop behind them. {@link dev.fermata.Task},
 * {@link dev.fermata.Promise} and {@link dev.fermata.Coroutine} are what can be awaited.
 *
 * <p>Everything here belongs to the thread its loop runs on; a method that may be called from other threads has
 * {@code Threadsafe} in its name or says so. What implements these types must not be in here: it is in
 * {@code dev.fermata.internal} and the packages below it, which are not exported. What woven code links to is in
 * {@link dev.fermata.abi}.
 */
@NullMarked
package dev.fermata;

import org.jspecify.annotations.NullMarked;
