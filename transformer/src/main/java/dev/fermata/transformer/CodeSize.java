package dev.fermata.transformer;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.MethodNode;

/** How many bytes of bytecode a method has, at most; for reports. */
final class CodeSize {
    private CodeSize() {}

    static int of(MethodNode method) {
        MethodVisitor ignored = null;
        CodeSizeEvaluator evaluator = new CodeSizeEvaluator(ignored);
        method.instructions.accept(evaluator);
        return evaluator.getMaxSize();
    }
}
