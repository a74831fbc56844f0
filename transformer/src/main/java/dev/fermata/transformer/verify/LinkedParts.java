package dev.fermata.transformer.verify;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.TypePath;

/**
 * Hands on what the JVM looks at when it links a class, of chosen methods. It ignores all the rest, and other compilers than
 * javac write things there at which ASM's checks take offence: ECJ a {@code strictfp} among the flags of a nested class.
 */
final class LinkedParts extends ClassVisitor {
    private static final int CLASS_FLAGS = Opcodes.ACC_PUBLIC
            | Opcodes.ACC_FINAL
            | Opcodes.ACC_SUPER
            | Opcodes.ACC_INTERFACE
            | Opcodes.ACC_ABSTRACT
            | Opcodes.ACC_SYNTHETIC
            | Opcodes.ACC_ANNOTATION
            | Opcodes.ACC_ENUM
            | Opcodes.ACC_MODULE;

    private static final int FIELD_FLAGS = Opcodes.ACC_PUBLIC
            | Opcodes.ACC_PRIVATE
            | Opcodes.ACC_PROTECTED
            | Opcodes.ACC_STATIC
            | Opcodes.ACC_FINAL
            | Opcodes.ACC_VOLATILE
            | Opcodes.ACC_TRANSIENT;

    private static final int METHOD_FLAGS = Opcodes.ACC_PUBLIC
            | Opcodes.ACC_PRIVATE
            | Opcodes.ACC_PROTECTED
            | Opcodes.ACC_STATIC
            | Opcodes.ACC_FINAL
            | Opcodes.ACC_SYNCHRONIZED
            | Opcodes.ACC_NATIVE
            | Opcodes.ACC_ABSTRACT;

    private final Predicate<String> methods;
    private final ClassVisitor next;

    LinkedParts(Predicate<String> methods, ClassVisitor next) {
        super(Opcodes.ASM9); // without a next visitor it hands on nothing but what follows
        this.methods = methods;
        this.next = next;
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        next.visit(version, access & CLASS_FLAGS, name, null, superName, interfaces);
    }

    @Override
    public void visitNestHost(String nestHost) {
        next.visitNestHost(nestHost);
    }

    @Override
    public void visitNestMember(String nestMember) {
        next.visitNestMember(nestMember);
    }

    @Override
    public void visitPermittedSubclass(String permittedSubclass) {
        next.visitPermittedSubclass(permittedSubclass);
    }

    @Override
    public @Nullable FieldVisitor visitField(
            int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
        next.visitField(access & FIELD_FLAGS, name, descriptor, null, value);
        return null;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        if (!methods.test(name + descriptor)) {
            return null;
        }
        return new Code(next.visitMethod(access & METHOD_FLAGS, name, descriptor, null, null));
    }

    @Override
    public void visitEnd() {
        next.visitEnd();
    }

    /** Of a method the code is handed on, and everything around it is not. */
    private static final class Code extends MethodVisitor {
        Code(@Nullable MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visitParameter(@Nullable String name, int access) {
            // for reflection
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotationDefault() {
            return null;
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
            return null;
        }

        @Override
        public @Nullable AnnotationVisitor visitTypeAnnotation(
                int typeRef, @Nullable TypePath typePath, String descriptor, boolean visible) {
            return null;
        }

        @Override
        public void visitAnnotableParameterCount(int parameterCount, boolean visible) {
            // for reflection
        }

        @Override
        public @Nullable AnnotationVisitor visitParameterAnnotation(int parameter, String descriptor, boolean visible) {
            return null;
        }

        @Override
        public void visitAttribute(Attribute attribute) {
            // nobody's
        }

        @Override
        public @Nullable AnnotationVisitor visitInsnAnnotation(
                int typeRef, @Nullable TypePath typePath, String descriptor, boolean visible) {
            return null;
        }

        @Override
        public @Nullable AnnotationVisitor visitTryCatchAnnotation(
                int typeRef, @Nullable TypePath typePath, String descriptor, boolean visible) {
            return null;
        }

        @Override
        public @Nullable AnnotationVisitor visitLocalVariableAnnotation(
                int typeRef,
                @Nullable TypePath typePath,
                Label[] start,
                Label[] end,
                int[] index,
                String descriptor,
                boolean visible) {
            return null;
        }

        @Override
        public void visitLocalVariable(
                String name, String descriptor, @Nullable String signature, Label start, Label end, int index) {
            super.visitLocalVariable(name, descriptor, null, start, end, index);
        }
    }
}
