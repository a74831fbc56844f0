package dev.fermata.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.AfterEach;

/**
 * JUnit's {@code @AfterEach} for a method whose body may {@code await}, with the signature of an {@link AsyncTest}. It runs
 * on the loop of the test, before the loop is searched for tasks that are left over. unittest: {@code asyncTearDown}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@AfterEach
public @interface AsyncAfterEach {}
