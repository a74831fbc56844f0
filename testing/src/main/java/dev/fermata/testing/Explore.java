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
 * Runs an {@link AsyncTest} many times, each time with a new test instance and with the methods that run before and after
 * each test. First it runs in the loop's own order, then in other orders of what is ready at the same time, then, if
 * {@link #cancels} or an element after it is set, with a cancel at each await in turn. The first run that fails is the last
 * one. Its message says how to repeat that run alone, such as {@code -Dfermata.seed=17}, and has its last steps.
 *
 * <p>The runs are the same in every build. {@code -Dfermata.schedules=10000} runs more of them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ExtendWith(AsyncTestExtension.class)
@Execution(ExecutionMode.SAME_THREAD) // whether there is a next run depends on the previous one
public @interface Explore {
    /** How many other orders to run, each drawn from a seed of its own. */
    int schedules() default 200;

    /** The first of those seeds; the others count up from it. */
    long seed() default 0;

    /**
     * Whether there are also runs with a cancel, one run for each await that waits. The awaits of all tasks count: the first
     * of these runs cancels at the first await at which any task begins to wait, the next run at the second, and so on. They
     * are in the loop's own order, unless {@link #cancelsInAllOrders} is set. The cancel goes to the test's own task, and
     * from there to what that task awaits, just as any caller of the code might cancel it. A {@code CancelledError} may then
     * leave the body. Any other failure, a deadlock and a task that is left over still fail the test.
     */
    boolean cancels() default false;

    /**
     * Whether there are runs with a cancel, as {@link #cancels} says, in which it goes to the task that has just begun to
     * wait instead of the test's own. {@link #cancels} need not be set as well. For code whose tasks are cancelled one by
     * one, such as the connections of a server; it does not fit the children of a {@code gather}, which never are.
     */
    boolean cancelsAnyTask() default false;

    /**
     * Whether there are runs with a cancel, as {@link #cancels} says, in the loop's own order and in each of the other
     * orders. {@link #cancels} need not be set as well. The runs are multiplied by that, so it is for small tests of code
     * whose steps have to fit into each other in every order, such as a lock.
     */
    boolean cancelsInAllOrders() default false;
}
