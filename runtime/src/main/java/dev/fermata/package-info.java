/**
 * What users of Fermata import. {@link dev.fermata.Asyncio} is the class to read first: its static methods are meant for
 * static import. {@link dev.fermata.EventLoop} is the loop behind them, {@link dev.fermata.Task},
 * {@link dev.fermata.Promise} and {@link dev.fermata.Coroutine} are what can be awaited.
 *
 * <p>Everything here belongs to the thread its loop runs on; what may be called from elsewhere is named
 * {@code …Threadsafe} or says so. Data structures that need no access to tasks are in {@code dev.fermata.internal}; what
 * rewritten code links to is in {@link dev.fermata.abi}.
 */
@NullMarked
package dev.fermata;

import org.jspecify.annotations.NullMarked;
