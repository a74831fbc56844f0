package dev.fermata.internal.engine;

/** What a cancel comes from. On the loop's thread. */
sealed interface Sender permits CancelScope, Sender.Other {
    /** A sender that is no scope. */
    enum Other implements Sender {
        /** {@link dev.fermata.Task#cancel}, or the cancel of a task that awaits this one. No scope takes it back. */
        OUTSIDE,
        /** A cancel that was delivered and is still counted, to be delivered once more. */
        REDELIVERY
    }
}
