package dev.fermata.transformer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Facts about classes other than those being woven. Two sources exist: the class path, and javac's {@code Elements}. No
 * class is ever loaded.
 */
@FunctionalInterface
public interface ClassFacts {
    /**
     * What is known about a class.
     *
     * @param name internal name
     * @return null where the class cannot be found
     */
    @Nullable
    Fact find(String name);

    /**
     * A class's place in the hierarchy.
     *
     * @param superName internal name; null for Object
     * @param interfaces internal names of the direct ones
     * @param isInterface whether it is an interface itself
     */
    record Fact(@Nullable String superName, List<String> interfaces, boolean isInterface) {}
}
