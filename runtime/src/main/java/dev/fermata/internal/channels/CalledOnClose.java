package dev.fermata.internal.channels;

/**
 * A call for a channel that is made when the channel is closed, too: by somebody who would otherwise wait for ever. Other
 * calls end with their channel, unsaid.
 */
interface CalledOnClose {}
