package dev.fermata;

/**
 * An {@link AsyncSemaphore} that never has more permits than it began with: releasing one too many is an error, where an
 * AsyncSemaphore would let one more task in. For the thread of one event loop. asyncio: {@code BoundedSemaphore}.
 */
public final class AsyncBoundedSemaphore extends AsyncSemaphore {
    private final int bound;

    /**
     * Creates a semaphore.
     *
     * @param permits how many permits there are at first and at most, zero or more
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public AsyncBoundedSemaphore(int permits) {
        super(permits);
        this.bound = permits;
    }

    /**
     * Releases a permit, which goes to the task that has waited longest. asyncio: {@code release()}.
     *
     * @throws IllegalStateException if all permits are there already
     */
    @Override
    public void release() {
        if (free() >= bound) {
            throw new IllegalStateException("AsyncBoundedSemaphore.release: all " + bound
                    + " permits are free already. Release once for each acquire that is not closed, or use an AsyncSemaphore,"
                    + " to which permits may be added");
        }
        super.release();
    }

    @Override
    public String toString() {
        return "bounded " + super.toString();
    }
}
