package dev.fermata.net;

import java.io.EOFException;

/** Thrown if the peer has ended the stream in the midst of what was read. asyncio: {@code IncompleteReadError}. */
public final class IncompleteReadException extends EOFException {
    private static final long serialVersionUID = 1;

    private final byte[] partial;

    IncompleteReadException(String message, byte[] partial) {
        super(message);
        this.partial = partial;
    }

    /** Returns what was there before the end; it was read. asyncio: {@code partial}. */
    public byte[] partial() {
        return partial.clone();
    }
}
