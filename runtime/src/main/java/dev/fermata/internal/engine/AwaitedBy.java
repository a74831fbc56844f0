package dev.fermata.internal.engine;

import dev.fermata.Task;
import java.util.Collection;

/** A done-callback on whose behalf tasks wait, such as that of a gather. For the tree in a dump. On the loop's thread. */
public interface AwaitedBy {
    /** Returns the tasks that continue, at once or later, when this callback is called. */
    Collection<Task<?>> awaiters();
}
