package dev.fermata.transformer.analysis;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodNode;

/** Source lines, as the class file tells them. */
public final class Lines {
    private Lines() {}

    /** The line of an instruction, 0 if unknown. */
    public static int of(@Nullable AbstractInsnNode instruction) {
        for (AbstractInsnNode i = instruction; i != null; i = i.getPrevious()) {
            if (i instanceof LineNumberNode line) {
                return line.line;
            }
        }
        return 0;
    }

    /** The first line of a method, 0 if unknown. */
    public static int first(MethodNode method) {
        for (AbstractInsnNode i : method.instructions) {
            if (i instanceof LineNumberNode line) {
                return line.line;
            }
        }
        return 0;
    }
}
