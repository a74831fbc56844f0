/**
 * Waiting for channels of {@code java.nio}: one selector a loop, opened with the first channel.
 * {@link dev.fermata.internal.channels.LoopChannels} is the entry.
 *
 * <p>On the loop's thread. Reading and writing must not be in here. Not exported.
 */
@NullMarked
package dev.fermata.internal.channels;

import org.jspecify.annotations.NullMarked;
