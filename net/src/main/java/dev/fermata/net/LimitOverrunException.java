package dev.fermata.net;

import java.io.IOException;

/**
 * Thrown if the peer has sent more than the limit without the separator that was waited for. Nothing was consumed: the bytes
 * can still be read. asyncio: {@code LimitOverrunError}.
 */
public final class LimitOverrunException extends IOException {
    private static final long serialVersionUID = 1;

    LimitOverrunException(String message) {
        super(message);
    }
}
