package dev.fermata.transformer.emit;

import dev.fermata.transformer.model.Names;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodNode;

/** How many bytes of bytecode a method has; for reports. */
final class CodeSize {
    private CodeSize() {}

    /** Written into a class of its own, whose constant pool is small: a constant of the real one may take a byte more. */
    static int of(MethodNode method) {
        if (method.instructions.size() == 0) {
            return 0;
        }
        ClassWriter scratch = new ClassWriter(0);
        scratch.visit(Opcodes.V11, 0, "Scratch", null, Names.OBJECT, null);
        Label end = new Label();
        MethodVisitor code = scratch.visitMethod(method.access, method.name, method.desc, null, null);
        method.accept(new MethodVisitor(Opcodes.ASM9, code) {
            @Override
            public void visitMaxs(int maxStack, int maxLocals) {
                super.visitLabel(end);
                super.visitMaxs(maxStack, maxLocals);
            }
        });
        return end.getOffset();
    }
}
