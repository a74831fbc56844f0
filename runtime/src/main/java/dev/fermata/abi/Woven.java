package dev.fermata.abi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a class that the weaver has rewritten, so that it is never rewritten twice and versions can be distinguished. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Woven {
    /** The {@link Abi#VERSION} for which the class was woven. */
    int abi();

    /** The version of the weaver. */
    String version();
}
