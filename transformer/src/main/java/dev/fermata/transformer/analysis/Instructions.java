package dev.fermata.transformer.analysis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/** Questions about single instructions and their order. */
public final class Instructions {
    private Instructions() {}

    /** Whether a method has code: it is neither abstract nor native. */
    public static boolean hasBody(MethodNode method) {
        return (method.access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) == 0;
    }

    /** Whether it is executed, rather than a label, a line number or a frame. */
    public static boolean isReal(AbstractInsnNode instruction) {
        return instruction.getOpcode() >= 0;
    }

    /**
     * The instruction executed just before on the only way there is to {@code instruction}; null if there may be another
     * way (something jumps in between).
     */
    public static @Nullable AbstractInsnNode straightBefore(AbstractInsnNode instruction) {
        AbstractInsnNode i = instruction.getPrevious();
        while (i != null && !isReal(i)) {
            if (i instanceof FrameNode) {
                // class files we accept have a frame wherever something jumps to
                return null;
            }
            i = i.getPrevious();
        }
        return i;
    }

    /** The first real instruction from {@code instruction} on, which may be that itself; null if there is none. */
    public static @Nullable AbstractInsnNode nextReal(@Nullable AbstractInsnNode instruction) {
        AbstractInsnNode i = instruction;
        while (i != null && !isReal(i)) {
            i = i.getNext();
        }
        return i;
    }

    /** Whether a stack map frame stands between {@code instruction} and the real one before it. */
    public static boolean isPrecededByFrame(AbstractInsnNode instruction) {
        AbstractInsnNode i = instruction.getPrevious();
        while (i != null && !isReal(i) && !(i instanceof FrameNode)) {
            i = i.getPrevious();
        }
        return i instanceof FrameNode;
    }

    /** Whether a stack map frame stands between {@code instruction} and the next real one. */
    public static boolean isFollowedByFrame(AbstractInsnNode instruction) {
        AbstractInsnNode i = instruction.getNext();
        while (i != null && !isReal(i) && !(i instanceof FrameNode)) {
            i = i.getNext();
        }
        return i instanceof FrameNode;
    }

    public static boolean isCall(@Nullable AbstractInsnNode instruction, String owner, String name) {
        return instruction instanceof MethodInsnNode call && call.owner.equals(owner) && call.name.equals(name);
    }

    /** Whether the value an instruction makes, if it makes one, is a reference. */
    static boolean givesReference(AbstractInsnNode instruction) {
        return switch (instruction.getOpcode()) {
            case Opcodes.ACONST_NULL,
                    Opcodes.LDC,
                    Opcodes.AALOAD,
                    Opcodes.NEW,
                    Opcodes.NEWARRAY,
                    Opcodes.ANEWARRAY,
                    Opcodes.MULTIANEWARRAY,
                    Opcodes.CHECKCAST -> true;
            case Opcodes.GETSTATIC, Opcodes.GETFIELD -> isReference(Type.getType(((FieldInsnNode) instruction).desc));
            case Opcodes.INVOKEVIRTUAL, Opcodes.INVOKESPECIAL, Opcodes.INVOKESTATIC, Opcodes.INVOKEINTERFACE ->
                isReference(Type.getReturnType(((MethodInsnNode) instruction).desc));
            case Opcodes.INVOKEDYNAMIC -> isReference(Type.getReturnType(((InvokeDynamicInsnNode) instruction).desc));
            default -> false;
        };
    }

    private static boolean isReference(Type type) {
        return type.getSort() >= Type.ARRAY;
    }

    public static int indexOf(MethodNode method, AbstractInsnNode instruction) {
        return method.instructions.indexOf(instruction);
    }

    /** Where control may go from an instruction that does not throw. */
    public static List<AbstractInsnNode> successors(AbstractInsnNode instruction) {
        List<AbstractInsnNode> successors = new ArrayList<>(2);
        if (instruction instanceof JumpInsnNode jump) {
            successors.add(jump.label);
        } else if (instruction instanceof TableSwitchInsnNode table) {
            successors.addAll(table.labels);
            successors.add(table.dflt);
        } else if (instruction instanceof LookupSwitchInsnNode lookup) {
            successors.addAll(lookup.labels);
            successors.add(lookup.dflt);
        }
        AbstractInsnNode next = instruction.getNext();
        if (next != null && fallsThrough(instruction)) {
            successors.add(next);
        }
        return successors;
    }

    /** Whether control may go on to the next instruction. */
    public static boolean fallsThrough(AbstractInsnNode instruction) {
        int opcode = instruction.getOpcode();
        return !(opcode == Opcodes.GOTO
                || opcode == Opcodes.ATHROW
                || opcode == Opcodes.TABLESWITCH
                || opcode == Opcodes.LOOKUPSWITCH
                || (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN));
    }

    /**
     * For each instruction the ranges whose handlers an exception thrown there may reach, in the order in which the JVM looks
     * for one. What stands behind a catch-all is never looked at: an exception in a synchronized block goes to the handler
     * that releases the monitor, and to the catch around the block only from there.
     */
    public static List<List<TryCatchBlockNode>> coveringRanges(MethodNode method) {
        return coveringRanges(method, false);
    }

    /** For each instruction all ranges that name it. The verifier asks of each that its handler can stand what is there. */
    public static List<List<TryCatchBlockNode>> namingRanges(MethodNode method) {
        return coveringRanges(method, true);
    }

    private static List<List<TryCatchBlockNode>> coveringRanges(MethodNode method, boolean all) {
        InsnList instructions = method.instructions;
        List<List<TryCatchBlockNode>> covering = new ArrayList<>();
        for (int i = 0; i < instructions.size(); i++) {
            covering.add(List.of());
        }
        for (TryCatchBlockNode range : method.tryCatchBlocks) {
            int end = instructions.indexOf(range.end);
            for (int i = instructions.indexOf(range.start); i < end; i++) {
                List<TryCatchBlockNode> before = covering.get(i);
                if (all || before.isEmpty() || !isCatchAll(before.get(before.size() - 1))) {
                    List<TryCatchBlockNode> more = new ArrayList<>(before);
                    more.add(range);
                    covering.set(i, more);
                }
            }
        }
        return covering;
    }

    public static boolean isCatchAll(TryCatchBlockNode range) {
        return range.type == null || range.type.equals("java/lang/Throwable");
    }

    /** A label right before {@code instruction}; made if there is none. */
    public static LabelNode labelBefore(MethodNode method, AbstractInsnNode instruction) {
        if (instruction.getPrevious() instanceof LabelNode label) {
            return label;
        }
        LabelNode label = new LabelNode();
        method.instructions.insertBefore(instruction, label);
        return label;
    }
}
