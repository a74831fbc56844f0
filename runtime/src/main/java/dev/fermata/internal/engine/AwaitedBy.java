package dev.fermata.internal.engine;

import dev.fermata.Task;
import java.util.Collection;

/** A done-callback behind which somebody waits, such as that of a gather: for the tree in a dump. */
public interface AwaitedBy {
    /** The tasks that go on, at once or later, when what calls this back is done. */
    Collection<Task<?>> awaiters();
}
