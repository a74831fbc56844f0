package dev.fermata.transformer;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SourceInterpreter;
import org.objectweb.asm.tree.analysis.SourceValue;

/**
 * Analysis: which instructions a value may come from, seen through loads, stores and stack shuffling. A caught exception
 * comes from the label of its handler.
 */
final class ValueOrigins {
    private final MethodNode method;
    private final @Nullable Frame<SourceValue>[] frames;

    private ValueOrigins(MethodNode method, Frame<SourceValue>[] frames) {
        this.method = method;
        this.frames = frames;
    }

    /**
     * Analyses a method.
     *
     * @param isOrigin loads that count as an origin of their own, not as a copy
     */
    static ValueOrigins of(ClassNode host, MethodNode method, Predicate<AbstractInsnNode> isOrigin) {
        Analyzer<SourceValue> analyzer = new Analyzer<>(new SeesThroughCopies(isOrigin));
        // ASM's limits are for class files of strangers; these are the user's own, and one try in another adds up
        analyzer.setComputeLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
        try {
            return new ValueOrigins(method, analyzer.analyzeAndComputeMaxs(host.name, method));
        } catch (AnalyzerException e) {
            throw new IllegalStateException("a data flow of " + host.name + "." + method.name + " failed", e);
        }
    }

    boolean isReachable(AbstractInsnNode instruction) {
        return frames[Instructions.indexOf(method, instruction)] != null;
    }

    /** Where the value {@code depth} below the top of the stack comes from, before {@code instruction}. */
    Set<AbstractInsnNode> ofStack(AbstractInsnNode instruction, int depth) {
        Frame<SourceValue> frame = at(instruction);
        return frame.getStack(frame.getStackSize() - 1 - depth).insns;
    }

    int stackSize(AbstractInsnNode instruction) {
        return at(instruction).getStackSize();
    }

    int locals(AbstractInsnNode instruction) {
        return at(instruction).getLocals();
    }

    Set<AbstractInsnNode> ofLocal(AbstractInsnNode instruction, int slot) {
        return at(instruction).getLocal(slot).insns;
    }

    private Frame<SourceValue> at(AbstractInsnNode instruction) {
        Frame<SourceValue> frame = frames[Instructions.indexOf(method, instruction)];
        if (frame == null) {
            throw new IllegalStateException("unreachable instruction asked for");
        }
        return frame;
    }

    private static final class SeesThroughCopies extends SourceInterpreter {
        private final Predicate<AbstractInsnNode> isOrigin;

        SeesThroughCopies(Predicate<AbstractInsnNode> isOrigin) {
            super(Opcodes.ASM9);
            this.isOrigin = isOrigin;
        }

        @Override
        public SourceValue copyOperation(AbstractInsnNode instruction, SourceValue value) {
            return isOrigin.test(instruction) ? new SourceValue(value.getSize(), instruction) : value;
        }

        /** Nobody asks where a number comes from, and each origin more means that what follows is looked at again. */
        @Override
        public SourceValue newOperation(AbstractInsnNode instruction) {
            return referencesOnly(instruction, super.newOperation(instruction));
        }

        @Override
        public SourceValue unaryOperation(AbstractInsnNode instruction, SourceValue value) {
            return referencesOnly(instruction, super.unaryOperation(instruction, value));
        }

        @Override
        public SourceValue binaryOperation(AbstractInsnNode instruction, SourceValue left, SourceValue right) {
            return referencesOnly(instruction, super.binaryOperation(instruction, left, right));
        }

        @Override
        public SourceValue naryOperation(AbstractInsnNode instruction, List<? extends SourceValue> values) {
            return referencesOnly(instruction, super.naryOperation(instruction, values));
        }

        private static SourceValue referencesOnly(AbstractInsnNode instruction, SourceValue value) {
            return givesReference(instruction) ? value : new SourceValue(value.size);
        }

        private static boolean givesReference(AbstractInsnNode instruction) {
            if (instruction instanceof FieldInsnNode field) {
                return Type.getType(field.desc).getSort() >= Type.ARRAY;
            }
            if (instruction instanceof MethodInsnNode call) {
                return Type.getReturnType(call.desc).getSort() >= Type.ARRAY;
            }
            if (instruction instanceof InvokeDynamicInsnNode call) {
                return Type.getReturnType(call.desc).getSort() >= Type.ARRAY;
            }
            return switch (instruction.getOpcode()) {
                case Opcodes.ACONST_NULL,
                        Opcodes.LDC,
                        Opcodes.NEW,
                        Opcodes.AALOAD,
                        Opcodes.CHECKCAST,
                        Opcodes.NEWARRAY,
                        Opcodes.ANEWARRAY,
                        Opcodes.MULTIANEWARRAY -> true;
                default -> false;
            };
        }

        @Override
        public SourceValue newExceptionValue(
                TryCatchBlockNode range, Frame<SourceValue> handlerFrame, Type exceptionType) {
            return new SourceValue(1, range.handler);
        }
    }
}
