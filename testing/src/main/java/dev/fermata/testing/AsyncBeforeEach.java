package dev.fermata.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.BeforeEach;

/**
 * JUnit's {@code @BeforeEach} for a method whose body may {@code await}, with the signature of an {@link AsyncTest}. It
 * runs on the loop of the test, so tasks and promises that it makes belong to the test. unittest: {@code asyncSetUp}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@BeforeEach
public @interface AsyncBeforeEach {}
