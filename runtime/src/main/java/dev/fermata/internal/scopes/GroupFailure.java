package dev.fermata.internal.scopes;

import dev.fermata.ExceptionGroup;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.engine.ScopeCancel;
import dev.fermata.internal.traces.Awaiting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Combines all that failed in a {@link GroupScope} into one throwable. On the loop's thread. */
final class GroupFailure {
    private GroupFailure() {}

    /**
     * Returns an {@link ExceptionGroup} of the children's exceptions and then the block's. If there is an Error among them,
     * returns the first such, with the others suppressed in it.
     *
     * @param children the failures of the children in the order of failing, at least one
     * @param failedBefore how many of them had failed when the block did
     * @param ofBlock what the block failed with, or null
     */
    static Throwable of(List<Throwable> children, int failedBefore, @Nullable Throwable ofBlock) {
        List<Throwable> inOrder = new ArrayList<>(children);
        if (ofBlock != null) {
            inOrder.add(failedBefore, ofBlock);
        }
        for (Throwable failure : inOrder) {
            if (!(failure instanceof Exception)) {
                Suppression.addAll(failure, inOrder);
                ScopeCancel.unlink(failure, inOrder);
                return failure;
            }
        }
        List<Exception> exceptions = new ArrayList<>(inOrder.size());
        children.forEach(failure -> exceptions.add((Exception) failure));
        if (ofBlock instanceof Exception exception) {
            exceptions.add(exception);
        }
        return Awaiting.here(new ExceptionGroup("a task group failed", exceptions));
    }
}
