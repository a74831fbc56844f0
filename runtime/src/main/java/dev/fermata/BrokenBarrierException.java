package dev.fermata;

/**
 * Thrown when an {@link AsyncBarrier} is reset or aborted while a task waits at it, or was aborted before the task arrived.
 *
 * <p>Unchecked, and not {@link java.util.concurrent.BrokenBarrierException}: catching that one by mistake does not compile.
 * asyncio: {@code BrokenBarrierError}.
 */
public final class BrokenBarrierException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenBarrierException(String message) {
        super(message);
    }
}
