package dev.fermata.transformer.emit;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.model.Names;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;

/** How many bytes of bytecode a method has; for reports. */
final class CodeSize {
    private CodeSize() {}

    /**
     * Written into a class of its own, whose constant pool is small: a constant of the real one may take a byte more. What
     * only stands beside the code, such as stack map frames and lines, has no part in its size and is left out.
     */
    static int of(MethodNode method) {
        if (method.instructions.size() == 0) {
            return 0;
        }
        ClassWriter scratch = new ClassWriter(0);
        scratch.visit(Opcodes.V11, 0, "Scratch", null, Names.OBJECT, null);
        MethodVisitor code = scratch.visitMethod(method.access, method.name, method.desc, null, null);
        Label end = new Label();
        method.instructions.resetLabels();
        for (AbstractInsnNode instruction : method.instructions) {
            if (Instructions.isReal(instruction) || instruction instanceof LabelNode) {
                instruction.accept(code);
            }
        }
        code.visitLabel(end);
        method.instructions.resetLabels(); // they belong to the one class that they are written into
        return end.getOffset();
    }
}
