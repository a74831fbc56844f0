package dev.fermata.transformer;

import java.util.Collection;

/** Rewrites async methods. */
public final class Weaver {
    private final ClassFacts facts;

    /** A weaver that asks {@code facts} about classes outside of the nest at hand. */
    public Weaver(ClassFacts facts) {
        this.facts = facts;
    }

    /** Whether a class could have to do with async methods at all: a look at its constant pool, no more. */
    public static boolean concerns(byte[] classFile) {
        return true;
    }

    /** Weaves the classes of one nest (a top-level class and all its nested ones), together or not at all. */
    public Result weave(Collection<ClassFile> nest) {
        return new Result.Unchanged();
    }
}
