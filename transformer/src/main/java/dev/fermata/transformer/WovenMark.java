package dev.fermata.transformer;

import dev.fermata.abi.Abi;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;

/** The mark {@code @Woven} on each class that weaving has changed. What lacks it is what the compiler wrote. */
final class WovenMark {
    private WovenMark() {}

    static boolean isOn(ClassNode node) {
        return abiOf(node) != null;
    }

    /** The ABI that a class was woven for; null if it was not woven. */
    static @Nullable Integer abiOf(ClassNode node) {
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

    /** Marks a class that is not marked yet. */
    static void put(ClassNode node) {
        AnnotationNode mark = new AnnotationNode(Names.WOVEN);
        mark.values = new ArrayList<>(List.of("abi", Abi.VERSION, "version", FermataVersion.STRING));
        node.invisibleAnnotations = node.invisibleAnnotations == null ? new ArrayList<>() : node.invisibleAnnotations;
        node.invisibleAnnotations.add(mark);
    }
}
