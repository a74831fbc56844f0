package dev.fermata.transformer.model;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;

/** The mark {@code @Woven} on each class that weaving has changed. What lacks it is what the compiler wrote. */
public final class WovenMark {
    private WovenMark() {}

    public static boolean isOn(ClassNode node) {
        return abiOf(node) != null;
    }

    /** The ABI that a class was woven for; null if it was not woven. */
    public static @Nullable Integer abiOf(ClassNode node) {
        if (node.invisibleAnnotations != null) {
            for (AnnotationNode annotation : node.invisibleAnnotations) {
                if (annotation.desc.equals(Names.WOVEN)
                        && annotation.values != null
                        && annotation.values.size() > 1
                        && annotation.values.get(1) instanceof Integer abi) {
                    return abi;
                }
            }
        }
        return null;
    }
}
