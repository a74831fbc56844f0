package dev.fermata;

/**
 * Somebody else's event loop, on whose thread a guest loop lives: {@link EventLoop#guest}. {@link SwingHost} is one; JavaFX,
 * Netty and Vert.x need as few lines.
 */
public interface GuestHost {
    /** Has {@code tick} called soon on the host's thread. Called from any thread. */
    void execute(Runnable tick);

    /**
     * Has {@code tick} called on the host's thread later. Called on that thread.
     *
     * @param nanos delay, more than zero; a call that comes early does no harm
     */
    void executeLater(Runnable tick, long nanos);

    /** Whether the calling thread is the host's. */
    boolean isHostThread();
}
