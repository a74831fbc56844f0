/**
 * Makes the stack trace of a failure read as the source does: it shows the callers that wait as frames, and the awaits
 * through which a failure came from another task. {@link dev.fermata.internal.traces.TracingCarrier} calls it;
 * {@link dev.fermata.internal.traces.Traces} and {@link dev.fermata.internal.traces.Awaiting} are its two halves.
 *
 * <p>On the thread that throws. It works on text and frames only: what knows a task must not be in here. Not exported.
 */
@NullMarked
package dev.fermata.internal.traces;

import org.jspecify.annotations.NullMarked;
