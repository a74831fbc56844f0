package dev.fermata.transformer;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
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

    private final Map<AbstractInsnNode, Set<AbstractInsnNode>> uses;

    private ValueOrigins(
            MethodNode method, Frame<SourceValue>[] frames, Map<AbstractInsnNode, Set<AbstractInsnNode>> uses) {
        this.method = method;
        this.frames = frames;
        this.uses = uses;
    }

    /**
     * Analyses a method.
     *
     * @param isOrigin loads that count as an origin of their own, not as a copy
     */
    static ValueOrigins of(ClassNode host, MethodNode method, Predicate<AbstractInsnNode> isOrigin) {
        SeesThroughCopies interpreter = new SeesThroughCopies(isOrigin);
        Analyzer<SourceValue> analyzer = new Analyzer<>(interpreter);
        try {
            return new ValueOrigins(method, analyzer.analyzeAndComputeMaxs(host.name, method), interpreter.uses);
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

    /** The instructions that take a value of {@code origin} off the stack and do not copy it. */
    Set<AbstractInsnNode> usesOf(AbstractInsnNode origin) {
        return uses.getOrDefault(origin, Set.of());
    }

    private static final class SeesThroughCopies extends SourceInterpreter {
        private final Predicate<AbstractInsnNode> isOrigin;
        final Map<AbstractInsnNode, Set<AbstractInsnNode>> uses = new IdentityHashMap<>();

        SeesThroughCopies(Predicate<AbstractInsnNode> isOrigin) {
            super(Opcodes.ASM9);
            this.isOrigin = isOrigin;
        }

        private void use(AbstractInsnNode user, SourceValue value) {
            value.insns.forEach(
                    it -> uses.computeIfAbsent(it, key -> new HashSet<>()).add(user));
        }

        @Override
        public SourceValue copyOperation(AbstractInsnNode instruction, SourceValue value) {
            return isOrigin.test(instruction) ? new SourceValue(value.getSize(), instruction) : value;
        }

        @Override
        public SourceValue unaryOperation(AbstractInsnNode instruction, SourceValue value) {
            use(instruction, value);
            return super.unaryOperation(instruction, value);
        }

        @Override
        public SourceValue binaryOperation(AbstractInsnNode instruction, SourceValue value1, SourceValue value2) {
            use(instruction, value1);
            use(instruction, value2);
            return super.binaryOperation(instruction, value1, value2);
        }

        @Override
        public SourceValue ternaryOperation(
                AbstractInsnNode instruction, SourceValue value1, SourceValue value2, SourceValue value3) {
            use(instruction, value1);
            use(instruction, value2);
            use(instruction, value3);
            return super.ternaryOperation(instruction, value1, value2, value3);
        }

        @Override
        public SourceValue naryOperation(AbstractInsnNode instruction, List<? extends SourceValue> values) {
            values.forEach(it -> use(instruction, it));
            return super.naryOperation(instruction, values);
        }

        @Override
        public SourceValue newExceptionValue(
                TryCatchBlockNode range, Frame<SourceValue> handlerFrame, org.objectweb.asm.Type exceptionType) {
            return new SourceValue(1, range.handler);
        }
    }
}
