package dev.fermata.net;

import dev.fermata.ExceptionGroup;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has failed with. A server asks when a handler fails: that a peer has gone is not a failure of the handler.
 * On the loop's thread.
 */
final class BrokenBy {
    /** How many failures are kept, the last ones. A program that goes on reading a broken connection has a new one each time. */
    private static final int MOST = 16;

    /** How far causes are followed. */
    private static final int DEEPEST = 100;

    private final Deque<IOException> failures = new ArrayDeque<>();

    /** Whether it is the connection that has failed. That it is used after it was closed here is a failure of the program. */
    static boolean isOfConnection(Throwable failure) {
        boolean isOurs = failure instanceof ClosedChannelException && !(failure instanceof AsynchronousCloseException);
        return failure instanceof IOException && !isOurs;
    }

    void add(IOException failure) {
        if (failures.peekLast() == failure) {
            return; // it is on its way through several calls
        }
        if (failures.size() == MOST) {
            failures.removeFirst();
        }
        failures.addLast(failure);
    }

    /**
     * Returns the failure of the connection that {@code failure} is, or was caused by. Null if there is none, or if it is a
     * group that has another failure too.
     */
    @Nullable
    IOException in(Throwable failure) {
        return in(failure, DEEPEST);
    }

    private @Nullable IOException in(Throwable failure, int deepest) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < deepest; depth++) {
            if (each instanceof ExceptionGroup group) {
                return inAll(group, deepest - depth - 1);
            }
            if (each instanceof IOException broken && has(broken)) {
                return broken;
            }
            each = each.getCause();
        }
        return null;
    }

    private @Nullable IOException inAll(ExceptionGroup group, int deepest) {
        IOException first = null;
        for (Exception leaf : group.leaves()) {
            IOException broken = in(leaf, deepest);
            if (broken == null) {
                return null;
            }
            first = first == null ? broken : first;
        }
        return first;
    }

    private boolean has(IOException failure) {
        return failures.stream().anyMatch(it -> it == failure);
    }
}
