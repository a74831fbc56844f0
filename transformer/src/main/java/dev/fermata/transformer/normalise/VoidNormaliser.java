package dev.fermata.transformer.normalise;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodNode;

/** A method that returns nothing: its body returns null. */
final class VoidNormaliser {
    private VoidNormaliser() {}

    static void normalise(MethodNode copy) {
        copy.maxStack++;
        for (AbstractInsnNode instruction : copy.instructions.toArray()) {
            if (instruction.getOpcode() == Opcodes.RETURN) {
                copy.instructions.insertBefore(instruction, new InsnNode(Opcodes.ACONST_NULL));
                copy.instructions.set(instruction, new InsnNode(Opcodes.ARETURN));
            }
        }
    }
}
