package dev.fermata.internal.channels;

import dev.fermata.internal.engine.Ready;
import dev.fermata.lowlevel.Wait;

/** The wait of one task for a channel, which no other task may wait for meanwhile. On the loop's thread. */
interface WaitForChannel extends Wait, Ready, CalledOnClose {
    /** Returns the exception for another task that wants to wait for the same. */
    IllegalStateException inTheWay();
}
