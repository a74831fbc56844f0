package dev.fermata.transformer.analysis;

import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Which locals are read later. A handler may be entered from every instruction it covers, before or after the
 * instruction's own store, so a covered store ends nothing that the handler reads. A long or double lives in its first slot.
 * The answers stay true of the instructions they were found for, whatever a pass inserts between them.
 */
public final class Liveness {
    private final MethodNode method;
    private final Map<AbstractInsnNode, List<TryCatchBlockNode>> covering = new IdentityHashMap<>();
    private final Map<AbstractInsnNode, BitSet> before = new IdentityHashMap<>();
    private final boolean framesRead;

    private Liveness(MethodNode method, boolean framesRead) {
        this.method = method;
        this.framesRead = framesRead;
        solve(framesRead ? Instructions.namingRanges(method) : Instructions.coveringRanges(method));
    }

    /** Of the values that instructions read. */
    public static Liveness ofReads(MethodNode method) {
        return new Liveness(method, false);
    }

    /**
     * Of the slots that must hold some value of their type: those that instructions read, and those that a stack map
     * frame of the compiler names although nothing reads them again.
     */
    public static Liveness ofDeclarations(MethodNode method) {
        return new Liveness(method, true);
    }

    /** The slots alive after {@code instruction}, by its end or by an exception it throws. */
    public BitSet after(AbstractInsnNode instruction) {
        BitSet alive = new BitSet();
        Instructions.successors(instruction).forEach(it -> alive.or(before(it)));
        for (TryCatchBlockNode range : known(covering, instruction)) {
            alive.or(before(range.handler));
        }
        return alive;
    }

    /** The slots alive before {@code instruction}. */
    public BitSet before(AbstractInsnNode instruction) {
        return known(before, instruction);
    }

    private static <T> T known(Map<AbstractInsnNode, T> answers, AbstractInsnNode instruction) {
        T answer = answers.get(instruction);
        if (answer == null) {
            throw new IllegalStateException("the instruction was inserted after the analysis");
        }
        return answer;
    }

    private void solve(List<List<TryCatchBlockNode>> ranges) {
        AbstractInsnNode[] instructions = method.instructions.toArray();
        // while nothing is inserted, places are as good as instructions, and faster
        BitSet[] alive = new BitSet[instructions.length];
        int[][] next = new int[instructions.length][];
        for (int i = 0; i < instructions.length; i++) {
            alive[i] = new BitSet();
            next[i] = ways(instructions[i], ranges.get(i));
        }
        BitSet now = new BitSet();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = instructions.length - 1; i >= 0; i--) {
                aliveBefore(instructions[i], next[i], ranges.get(i).size(), alive, now);
                if (!now.equals(alive[i])) {
                    BitSet before = alive[i];
                    alive[i] = now;
                    now = before;
                    changed = true;
                }
            }
        }
        for (int i = 0; i < instructions.length; i++) {
            covering.put(instructions[i], ranges.get(i));
            before.put(instructions[i], alive[i]);
        }
    }

    /** Where control may go from an instruction: first its successors, then the handlers of what it throws. */
    private int[] ways(AbstractInsnNode instruction, List<TryCatchBlockNode> ranges) {
        List<AbstractInsnNode> successors = Instructions.successors(instruction);
        int[] ways = new int[successors.size() + ranges.size()];
        int count = 0;
        for (AbstractInsnNode successor : successors) {
            ways[count++] = Instructions.indexOf(method, successor);
        }
        for (TryCatchBlockNode range : ranges) {
            ways[count++] = Instructions.indexOf(method, range.handler);
        }
        return ways;
    }

    /** Makes {@code now} what is alive before an instruction. Where it throws, it has written nothing. */
    private void aliveBefore(AbstractInsnNode instruction, int[] ways, int handlers, BitSet[] alive, BitSet now) {
        now.clear();
        int successors = ways.length - handlers;
        for (int i = 0; i < successors; i++) {
            now.or(alive[ways[i]]);
        }
        int written = writtenSlot(instruction);
        if (written >= 0) {
            now.clear(written);
        }
        addReads(instruction, now);
        for (int i = successors; i < ways.length; i++) {
            now.or(alive[ways[i]]);
        }
    }

    /** The slot an instruction gives a new value without reading the old one; -1 if none. */
    public static int writtenSlot(AbstractInsnNode instruction) {
        int opcode = instruction.getOpcode();
        return opcode >= Opcodes.ISTORE && opcode <= Opcodes.ASTORE ? ((VarInsnNode) instruction).var : -1;
    }

    /** The slot an instruction reads; -1 if none. */
    static int readSlot(AbstractInsnNode instruction) {
        if (instruction instanceof IincInsnNode increment) {
            return increment.var;
        }
        int opcode = instruction.getOpcode();
        return opcode >= Opcodes.ILOAD && opcode <= Opcodes.ALOAD ? ((VarInsnNode) instruction).var : -1;
    }

    private void addReads(AbstractInsnNode instruction, BitSet alive) {
        int read = readSlot(instruction);
        if (read >= 0) {
            alive.set(read);
        }
        if (framesRead && instruction instanceof FrameNode frame) {
            int slot = 0;
            for (Object type : frame.local) {
                if (!Opcodes.TOP.equals(type)) {
                    alive.set(slot);
                }
                slot += TypeState.size(type);
            }
        }
    }
}
