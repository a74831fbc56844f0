package dev.fermata.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Runs an {@link AsyncTest} many times, each time with an instance of its own and what runs before and after each: first in the
 * loop's own order, then in other orders of what is ready at the same time, then, if {@link #cancels} says so, cancelled at each
 * await in turn. The first run that fails is the last one; its message says how to run it alone again, such as
 * {@code -Dfermata.seed=17}.
 *
 * <p>The runs are the same in every build. {@code -Dfermata.schedules=10000} asks for more of them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ExtendWith(AsyncTestExtension.class)
@Execution(ExecutionMode.SAME_THREAD) // whether there is a next run depends on the one before
public @interface Explore {
    /** How many other orders there are, each drawn from a seed of its own. */
    int schedules() default 200;

    /** The first of those seeds; the others follow it. */
    long seed() default 0;

    /**
     * Whether the test is also cancelled, in the loop's own order unless {@link #cancelsInAllOrders} says more: at the first await of any of its tasks that waits, in the next
     * run at the second, and so on. As anyone who runs the code might cancel it, the cancel goes to the test's own task and
     * from there to what that awaits. A {@code CancelledError} may then leave the body; any other failure, a deadlock and a
     * task that is left over count as ever.
     */
    boolean cancels() default false;

    /**
     * Whether those cancels go to the task that has just begun to wait, whichever that is, and not to the test itself. For code
     * whose tasks are cancelled one by one, such as the connections of a server; children of a {@code gather} never are.
     */
    boolean cancelsAnyTask() default false;

    /**
     * Whether those cancels come in each of the other orders too. The runs are multiplied by that: for small tests of code whose
     * steps have to fit into each other in every order, such as a lock.
     */
    boolean cancelsInAllOrders() default false;
}
