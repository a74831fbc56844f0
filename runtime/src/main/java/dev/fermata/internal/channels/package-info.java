/**
 * Waits for channels of {@code java.nio}. There is one selector for each loop, opened with the first channel.
 * {@link dev.fermata.internal.channels.LoopChannels} is the entry.
 *
 * <p>On the loop's thread, except {@code ChannelSelector.wake}. Code that reads or writes must not be in here. Not
 * exported.
 */
@NullMarked
package dev.fermata.internal.channels;

import org.jspecify.annotations.NullMarked;
