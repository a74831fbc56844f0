package dev.fermata.internal.channels;

/**
 * Marks a call for a channel that is also made when the channel is closed, because a task would otherwise wait for ever.
 * Other calls end with their channel, and are not notified.
 */
interface CalledOnClose {}
