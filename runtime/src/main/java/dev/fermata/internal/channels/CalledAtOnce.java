package dev.fermata.internal.channels;

import dev.fermata.internal.engine.Ready;

/**
 * A call for a channel that is made as soon as the channel is found ready, and not added to the ready queue. It must only
 * wake a task, whose step then runs in the same iteration.
 */
interface CalledAtOnce extends Ready {}
