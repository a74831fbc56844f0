/**
 * For primitives of your own: what {@code AsyncLock}, {@code AsyncQueue} and the others are written with. A primitive finds
 * the running task ({@link dev.fermata.abi.Carrier#task}), parks it on a {@link dev.fermata.lowlevel.Wait}, wakes it
 * ({@link dev.fermata.lowlevel.ParkableTask#wake}), and takes the wait back when the task is cancelled. Most primitives
 * consist of a {@link dev.fermata.lowlevel.WaitingLine} and a subclass of {@link dev.fermata.lowlevel.Waiter}.
 * {@code docs/primitives.md} has an example. Trio: {@code trio.lowlevel}.
 *
 * <p>And what a jar implements so that thread locals of frameworks follow tasks: {@link dev.fermata.lowlevel.ThreadContext}.
 *
 * <p>For the loop's thread. Programs that only use primitives do not need this package. Code that knows a particular
 * primitive or framework must not be in here.
 */
@NullMarked
package dev.fermata.lowlevel;

import org.jspecify.annotations.NullMarked;
