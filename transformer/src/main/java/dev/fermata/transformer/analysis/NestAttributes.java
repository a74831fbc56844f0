package dev.fermata.transformer.analysis;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;

/** What a class file says about its nest, as far as the JVM reads it: from Java 11 on. */
public final class NestAttributes {
    private NestAttributes() {}

    /** Whether the JVM reads nest attributes in this class file. */
    public static boolean areReadIn(ClassNode node) {
        int majorVersion = node.version & 0xffff;
        return majorVersion >= Opcodes.V11;
    }

    /** The internal name of the class whose nest {@code node} is in; without nests, or in a host, its own. */
    public static String hostOf(ClassNode node) {
        return node.nestHostClass == null || !areReadIn(node) ? node.name : node.nestHostClass;
    }
}
