package dev.fermata.internal.engine;

/** A ready queue from which a test takes calls. */
public final class ReadyCalls {
    private final CallTable calls = new CallTable();
    public final ReadyQueue queue = new ReadyQueue(calls);

    /** Takes the oldest entry, which has to be a call. */
    public Ready take() {
        return callOf(queue.take());
    }

    Ready callOf(int taken) {
        if (ReadyQueue.isOfTask(taken) || ReadyQueue.isNothing(taken)) {
            throw new AssertionError("no call: " + taken);
        }
        return calls.remove(ReadyQueue.callOf(taken));
    }
}
