package dev.fermata.internal.engine;

import dev.fermata.Deferred;
import java.util.function.Consumer;

/**
 * A done-callback that many deferreds share, such as that of a gather: they refer to it directly, and it is told of each
 * end at once. Only for an end that changes something it is also called, in the next iteration as every done-callback. A
 * gather of a million results so takes one entry of the ready queue and not a million. On the loop's thread.
 */
public interface Watcher extends AwaitedBy, Consumer<Deferred<?>> {
    /**
     * Takes note of an end. Called once for each, inside the end of {@code ended}, where no code of a user may run and no
     * other deferred may end.
     *
     * @return whether {@link #accept} is to be called in the next iteration
     */
    boolean noteEnd(LoopDeferred<?> ended);
}
