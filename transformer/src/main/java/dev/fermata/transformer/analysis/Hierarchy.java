package dev.fermata.transformer.analysis;

import org.jspecify.annotations.Nullable;

/** Who extends what, by internal names and as far as it is known. Nobody loads a class to answer. */
public interface Hierarchy {
    /** Whether anything is known about a class. */
    boolean isKnown(String name);

    /** Whether it is of the nest that is being woven. */
    boolean isOfNest(String name);

    /** Whether it is known to be an interface. */
    boolean isInterface(String name);

    /** What a class extends; null for Object, and where it is not known. */
    @Nullable
    String superName(String name);

    /** Whether {@code name} is known to be {@code ancestor} or to inherit from it. */
    boolean inherits(String name, String ancestor);
}
