package dev.fermata.internal.channels;

/** A loop whose channels are these. On the loop's thread. */
public interface HasChannels {
    LoopChannels channels();
}
