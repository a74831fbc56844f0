package dev.fermata.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test whose body may {@code await}, instead of JUnit's {@code @Test}. The method is {@code void} and neither static nor
 * private; the build plugin's goal {@code test-weave} makes its body a coroutine, which runs on an event loop of its own. As
 * with {@code @Test}, there may be parameters and {@code throws}.
 *
 * <p>Time is virtual: a sleep takes no time, and a deadlock is an error at once that says who waits for whom. The test fails
 * if its body throws, if a task is left over when it has ended, and if a task failed that nobody awaited. What is left over
 * is cancelled before the next test begins.
 *
 * <p>With {@code @ParameterizedTest} or {@code @RepeatedTest} beside it, that decides how often the body runs. Not for
 * annotations of one's own: the weaver would not see them. unittest: {@code IsolatedAsyncioTestCase}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith(AsyncTestExtension.class)
public @interface AsyncTest {
    /** Whether sleeps really take their time. There are no deadlocks then, only tests that do not end: see JUnit's {@code @Timeout}. */
    boolean realTime() default false;
}
