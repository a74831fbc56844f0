package dev.fermata.transformer.analysis;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * How many monitors a method holds before each instruction. The JVM's own rule is that all paths to a place hold
 * the same ones, so the first path tells.
 */
public final class Monitors {
    private static final int UNREACHED = -1;

    private final MethodNode method;

    /** By index of the instruction; null where the method enters no monitor at all. */
    private final int @Nullable [] held;

    private final Deque<AbstractInsnNode> work = new ArrayDeque<>();

    private Monitors(MethodNode method, int @Nullable [] held) {
        this.method = method;
        this.held = held;
    }

    public static Monitors of(MethodNode method) {
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction.getOpcode() == Opcodes.MONITORENTER) {
                int[] held = new int[method.instructions.size()];
                Arrays.fill(held, UNREACHED);
                Monitors monitors = new Monitors(method, held);
                monitors.solve(held);
                return monitors;
            }
        }
        return new Monitors(method, null);
    }

    public boolean isHeldAt(AbstractInsnNode instruction) {
        return held != null && held[Instructions.indexOf(method, instruction)] > 0;
    }

    private void solve(int[] held) {
        List<List<TryCatchBlockNode>> covering = Instructions.coveringRanges(method);
        flow(method.instructions.getFirst(), 0, held);
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            int index = Instructions.indexOf(method, instruction);
            int before = held[index];
            for (TryCatchBlockNode range : covering.get(index)) {
                // the handler that releases the monitor covers the release itself; it is entered with it held
                flow(range.handler, before, held);
            }
            int after = switch (instruction.getOpcode()) {
                case Opcodes.MONITORENTER -> before + 1;
                case Opcodes.MONITOREXIT -> Math.max(0, before - 1);
                default -> before;
            };
            Instructions.successors(instruction).forEach(it -> flow(it, after, held));
        }
    }

    private void flow(@Nullable AbstractInsnNode to, int monitors, int[] held) {
        if (to == null) {
            return;
        }
        int index = Instructions.indexOf(method, to);
        if (held[index] == UNREACHED) {
            held[index] = monitors;
            work.add(to);
        }
    }
}
