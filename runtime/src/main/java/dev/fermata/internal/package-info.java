/**
 * What lies under the event loop and knows nothing of tasks: its data structures {@link dev.fermata.internal.ReadyQueue},
 * {@link dev.fermata.internal.TimerHeap}, {@link dev.fermata.internal.Inbox} and {@link dev.fermata.internal.Parker}, and
 * what an await reads out of {@link dev.fermata.internal.Stages} and writes into the trace of a failure,
 * {@link dev.fermata.internal.Awaiting}. The loop that ties them together is
 * {@link dev.fermata.EventLoop}, where the tasks' package-private side is in reach.
 *
 * <p>Each belongs to the loop's thread, but for what its class comment opens to others. Not exported.
 */
@NullMarked
package dev.fermata.internal;

import org.jspecify.annotations.NullMarked;
