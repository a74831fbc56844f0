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
 * private. The build plugin's goal {@code test-weave} turns its body into a coroutine, which runs on an event loop of its
 * own. As with {@code @Test}, the method may have parameters and {@code throws}.
 *
 * <p>Time is virtual: a sleep takes no time, and a deadlock fails at once, with a message that lists which task waits for
 * what. The test fails if its body throws, if a task is left over when the body has ended, and if a task failed and its
 * failure was never read. Tasks that are left over are cancelled before the next test begins.
 *
 * <p>With {@code @ParameterizedTest} or {@code @RepeatedTest} beside it, that annotation decides how often the body runs.
 * It does not work as a meta-annotation, because the weaver would not see it. unittest: {@code IsolatedAsyncioTestCase}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith(AsyncTestExtension.class)
public @interface AsyncTest {
    /**
     * Whether sleeps really take their time. Deadlocks are then not detected, and the test does not end: see JUnit's
     * {@code @Timeout}.
     */
    boolean realTime() default false;
}
