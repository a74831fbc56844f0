/**
 * The data structures under the event loop, which know nothing of tasks: {@link dev.fermata.internal.ReadyQueue},
 * {@link dev.fermata.internal.TimerHeap}, {@link dev.fermata.internal.Inbox} and {@link dev.fermata.internal.Parker}. The
 * loop that ties them together is {@link dev.fermata.EventLoop}, where the tasks' package-private side is in reach.
 *
 * <p>Each belongs to the loop's thread, but for what its class comment opens to others. Not exported.
 */
@NullMarked
package dev.fermata.internal;

import org.jspecify.annotations.NullMarked;
