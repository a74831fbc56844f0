package dev.fermata.transformer.analysis;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SourceInterpreter;
import org.objectweb.asm.tree.analysis.SourceValue;

/**
 * Which instructions a value may come from, seen through loads, stores and stack shuffling. A caught exception
 * comes from the label of its handler. The answers stay true of the instructions they were found for, whatever a pass
 * inserts between them.
 */
public final class ValueOrigins {
    private static final SourceValue NOWHERE = new SourceValue(1);

    private final MethodNode method;
    private final SeesThroughCopies interpreter;
    private final Liveness liveness;
    private final Deque<AbstractInsnNode> work = new ArrayDeque<>();

    /** Before each instruction that is reached. */
    private final Map<AbstractInsnNode, Frame<SourceValue>> frames = new IdentityHashMap<>();

    private ValueOrigins(MethodNode method, SeesThroughCopies interpreter) {
        this.method = method;
        this.interpreter = interpreter;
        this.liveness = Liveness.ofDeclarations(method);
    }

    /**
     * Analyses a method.
     *
     * @param isOrigin loads that count as an origin of their own, not as a copy
     */
    public static ValueOrigins of(ClassNode host, MethodNode method, Predicate<AbstractInsnNode> isOrigin) {
        SeesThroughCopies interpreter = new SeesThroughCopies(isOrigin);
        ValueOrigins origins = new ValueOrigins(method, interpreter);
        try {
            origins.solve();
        } catch (AnalyzerException e) {
            throw new IllegalStateException("a data flow of " + host.name + "." + method.name + " failed", e);
        }
        return origins;
    }

    /**
     * As ASM's Analyzer, but that a slot which nothing reads or declares any more comes from nowhere: otherwise a slot that
     * is used again by a hundred catch clauses would come from all of them, and the effort would grow with its square.
     */
    private void solve() throws AnalyzerException {
        List<List<TryCatchBlockNode>> covering = Instructions.coveringRanges(method);
        arrive(method.instructions.getFirst(), entry());
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            Frame<SourceValue> before = at(instruction);
            for (TryCatchBlockNode range : covering.get(Instructions.indexOf(method, instruction))) {
                Frame<SourceValue> caught = new Frame<>(before);
                caught.clearStack();
                caught.push(new SourceValue(1, range.handler));
                arrive(range.handler, caught);
            }
            Frame<SourceValue> after = new Frame<>(before);
            if (Instructions.isReal(instruction)) {
                after.execute(instruction, interpreter);
            }
            for (AbstractInsnNode next : Instructions.successors(instruction)) {
                arrive(next, new Frame<>(after));
            }
        }
    }

    private Frame<SourceValue> entry() {
        // The stack is as deep as the compiler says, and one deeper where a coroutine that is returned is awaited.
        Frame<SourceValue> entry = new Frame<>(method.maxLocals, method.maxStack + 1);
        for (int slot = 0; slot < method.maxLocals; slot++) {
            entry.setLocal(slot, NOWHERE);
        }
        int slot = (method.access & Opcodes.ACC_STATIC) == 0 ? 1 : 0;
        for (Type type : Type.getArgumentTypes(method.desc)) {
            entry.setLocal(slot, new SourceValue(type.getSize()));
            slot += type.getSize();
        }
        return entry;
    }

    private void arrive(AbstractInsnNode at, Frame<SourceValue> frame) throws AnalyzerException {
        BitSet alive = liveness.before(at);
        for (int slot = 0; slot < frame.getLocals(); slot++) {
            if (!alive.get(slot) && frame.getLocal(slot).getSize() == 1) {
                frame.setLocal(slot, NOWHERE);
            }
        }
        Frame<SourceValue> known = frames.putIfAbsent(at, frame);
        if (known == null || known.merge(frame, interpreter)) {
            work.add(at);
        }
    }

    public boolean isReachable(AbstractInsnNode instruction) {
        return frames.containsKey(instruction);
    }

    /** Where the value {@code depth} below the top of the stack comes from, before {@code instruction}. */
    public Set<AbstractInsnNode> ofStack(AbstractInsnNode instruction, int depth) {
        Frame<SourceValue> frame = at(instruction);
        return frame.getStack(frame.getStackSize() - 1 - depth).insns;
    }

    int locals(AbstractInsnNode instruction) {
        return at(instruction).getLocals();
    }

    public Set<AbstractInsnNode> ofLocal(AbstractInsnNode instruction, int slot) {
        return at(instruction).getLocal(slot).insns;
    }

    private Frame<SourceValue> at(AbstractInsnNode instruction) {
        Frame<SourceValue> frame = frames.get(instruction);
        if (frame == null) {
            throw new IllegalStateException("unreachable instruction asked for");
        }
        return frame;
    }

    /** The instructions that take a value of {@code origin} off the stack and do not copy it. */
    public Set<AbstractInsnNode> usesOf(AbstractInsnNode origin) {
        return interpreter.uses.getOrDefault(origin, Set.of());
    }

    private static final class SeesThroughCopies extends SourceInterpreter {
        private final Predicate<AbstractInsnNode> isOrigin;
        final Map<AbstractInsnNode, Set<AbstractInsnNode>> uses = new IdentityHashMap<>();

        SeesThroughCopies(Predicate<AbstractInsnNode> isOrigin) {
            super(Opcodes.ASM9);
            this.isOrigin = isOrigin;
        }

        /** Numbers come from nowhere: nobody asks, and a sum in a loop of many awaits would come from everywhere. */
        private static SourceValue reference(AbstractInsnNode instruction, SourceValue value) {
            return Instructions.givesReference(instruction) ? value : new SourceValue(value.getSize());
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
        public SourceValue newOperation(AbstractInsnNode instruction) {
            return reference(instruction, super.newOperation(instruction));
        }

        @Override
        public SourceValue unaryOperation(AbstractInsnNode instruction, SourceValue value) {
            use(instruction, value);
            return reference(instruction, super.unaryOperation(instruction, value));
        }

        @Override
        public SourceValue binaryOperation(AbstractInsnNode instruction, SourceValue value1, SourceValue value2) {
            use(instruction, value1);
            use(instruction, value2);
            return reference(instruction, super.binaryOperation(instruction, value1, value2));
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
            return reference(instruction, super.naryOperation(instruction, values));
        }
    }
}
