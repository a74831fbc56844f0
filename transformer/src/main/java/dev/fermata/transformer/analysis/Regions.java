package dev.fermata.transformer.analysis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/** The code that may run from some place on until one of the instructions at which the method may be left. */
public final class Regions {
    /**
     * So many ends are found of a region. A method may have hundreds, each behind a condition of its own, and would have the
     * square of that in ways between them.
     */
    private static final int MOST_ENDS = 32;

    private final MethodNode method;
    private final BitSet ends;
    private final List<List<TryCatchBlockNode>> covering;
    private final Map<LabelNode, Region> ofHandlers = new IdentityHashMap<>();

    /**
     * What may run without an exception from one place on.
     *
     * @param code indexes of instructions, those of the ends included
     * @param ends indexes
     * @param returns whether the method may return
     * @param throwsOut whether it may throw by a throw statement that it does not certainly catch
     * @param handlers where exceptions in it go to
     * @param complete whether these are all
     */
    public record Region(
            BitSet code,
            BitSet ends,
            boolean returns,
            boolean throwsOut,
            List<TryCatchBlockNode> handlers,
            boolean complete) {}

    /** Of a method, with the instructions at which regions end. */
    public Regions(MethodNode method, Iterable<AbstractInsnNode> ends) {
        this.method = method;
        this.ends = new BitSet();
        for (AbstractInsnNode end : ends) {
            this.ends.set(Instructions.indexOf(method, end));
        }
        this.covering = Instructions.coveringRanges(method);
    }

    /** The handlers of an instruction, in the order in which the JVM asks them. */
    public List<TryCatchBlockNode> handlersOf(AbstractInsnNode instruction) {
        return covering.get(Instructions.indexOf(method, instruction));
    }

    /** From the beginning of the method. */
    public Region fromBeginning() {
        return from(List.of(method.instructions.getFirst()));
    }

    /** From behind an instruction that has completed or thrown. */
    public Region behind(AbstractInsnNode instruction) {
        Region region = from(Instructions.successors(instruction));
        Set<TryCatchBlockNode> handlers = new LinkedHashSet<>(handlersOf(instruction));
        handlers.addAll(region.handlers());
        return new Region(
                region.code(),
                region.ends(),
                region.returns(),
                region.throwsOut(),
                List.copyOf(handlers),
                region.complete());
    }

    /** From a handler. */
    public Region of(TryCatchBlockNode range) {
        Region known = ofHandlers.get(range.handler);
        if (known == null) {
            known = from(List.of(range.handler));
            ofHandlers.put(range.handler, known);
        }
        return known;
    }

    private Region from(List<? extends AbstractInsnNode> starts) {
        BitSet code = new BitSet();
        BitSet reached = new BitSet();
        Set<TryCatchBlockNode> handlers = new LinkedHashSet<>();
        boolean returns = false;
        boolean throwsOut = false;
        Deque<AbstractInsnNode> work = new ArrayDeque<>();
        for (AbstractInsnNode start : starts) {
            enter(start, code, work);
        }
        int found = 0;
        while (!work.isEmpty() && found < MOST_ENDS) {
            AbstractInsnNode instruction = work.remove();
            int index = Instructions.indexOf(method, instruction);
            int opcode = instruction.getOpcode();
            if (canThrow(opcode)) {
                handlers.addAll(covering.get(index));
            }
            if (ends.get(index)) {
                reached.set(index);
                found++;
                continue;
            }
            returns |= opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN;
            throwsOut |= opcode == Opcodes.ATHROW && !isCertainlyCaught(index);
            for (AbstractInsnNode next : Instructions.successors(instruction)) {
                enter(next, code, work);
            }
        }
        return new Region(code, reached, returns, throwsOut, new ArrayList<>(handlers), work.isEmpty());
    }

    private void enter(AbstractInsnNode instruction, BitSet code, Deque<AbstractInsnNode> work) {
        int index = Instructions.indexOf(method, instruction);
        if (!code.get(index)) {
            code.set(index);
            work.add(instruction);
        }
    }

    private boolean isCertainlyCaught(int index) {
        for (TryCatchBlockNode range : covering.get(index)) {
            if (Instructions.isCatchAll(range)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an instruction may throw something other than an error of the JVM. */
    private static boolean canThrow(int opcode) {
        return switch (opcode) {
            case Opcodes.IALOAD,
                    Opcodes.LALOAD,
                    Opcodes.FALOAD,
                    Opcodes.DALOAD,
                    Opcodes.AALOAD,
                    Opcodes.BALOAD,
                    Opcodes.CALOAD,
                    Opcodes.SALOAD,
                    Opcodes.IASTORE,
                    Opcodes.LASTORE,
                    Opcodes.FASTORE,
                    Opcodes.DASTORE,
                    Opcodes.AASTORE,
                    Opcodes.BASTORE,
                    Opcodes.CASTORE,
                    Opcodes.SASTORE,
                    Opcodes.IDIV,
                    Opcodes.LDIV,
                    Opcodes.IREM,
                    Opcodes.LREM,
                    Opcodes.GETFIELD,
                    Opcodes.PUTFIELD,
                    Opcodes.INVOKEVIRTUAL,
                    Opcodes.INVOKESPECIAL,
                    Opcodes.INVOKESTATIC,
                    Opcodes.INVOKEINTERFACE,
                    Opcodes.INVOKEDYNAMIC,
                    Opcodes.NEWARRAY,
                    Opcodes.ANEWARRAY,
                    Opcodes.MULTIANEWARRAY,
                    Opcodes.ARRAYLENGTH,
                    Opcodes.ATHROW,
                    Opcodes.CHECKCAST,
                    Opcodes.MONITORENTER,
                    Opcodes.MONITOREXIT -> true;
            default -> false;
        };
    }
}
