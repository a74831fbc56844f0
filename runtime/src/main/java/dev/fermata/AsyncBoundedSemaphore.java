package dev.fermata;

/**
 * An {@link AsyncSemaphore} that never has more permits than it began with: giving back one too many is an error instead
 * of one more task at a time. asyncio: {@code BoundedSemaphore}.
 */
public final class AsyncBoundedSemaphore extends AsyncSemaphore {
    private final int bound;

    /**
     * A semaphore.
     *
     * @param permits how many there are, and may be, zero or more
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public AsyncBoundedSemaphore(int permits) {
        super(permits);
        this.bound = permits;
    }

    /**
     * Gives a permit back, which goes to the task that has waited longest. asyncio: {@code release()}.
     *
     * @throws IllegalStateException if all permits are there already
     */
    @Override
    public void release() {
        if (free() >= bound) {
            throw new IllegalStateException("AsyncBoundedSemaphore.release: all " + bound
                    + " permits are there. Release once for each acquire that is not closed, or use an AsyncSemaphore,"
                    + " to which permits may be added");
        }
        super.release();
    }

    @Override
    public String toString() {
        return "bounded " + super.toString();
    }
}
