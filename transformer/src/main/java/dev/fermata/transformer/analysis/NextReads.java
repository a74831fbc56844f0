package dev.fermata.transformer.analysis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * Where the value that a local has behind an instruction is read next. For each local all answers are found at
 * once, backwards from its reads, so that a method with a thousand awaits takes no longer for each than one with ten.
 */
public final class NextReads {
    private final MethodNode method;
    private final boolean throughHandlers;
    private final List<List<TryCatchBlockNode>> covering;
    private final AbstractInsnNode[] instructions;

    /** For each instruction the ones that control may come from. */
    private final List<List<Integer>> predecessors = new ArrayList<>();

    private final Map<Integer, Nearest> bySlot = new HashMap<>();

    /** For each instruction the nearest read that is reached from it, that instruction itself included, and how far it is. */
    private static final class Nearest {
        final @Nullable AbstractInsnNode[] read;
        final int[] distance;

        Nearest(int instructions) {
            read = new AbstractInsnNode[instructions];
            distance = new int[instructions];
        }
    }

    /** @param throughHandlers whether exceptions count as ways too */
    public NextReads(MethodNode method, boolean throughHandlers) {
        this.method = method;
        this.throughHandlers = throughHandlers;
        this.covering = Instructions.coveringRanges(method);
        this.instructions = method.instructions.toArray();
        for (int i = 0; i < instructions.length; i++) {
            predecessors.add(new ArrayList<>(2));
        }
        for (int i = 0; i < instructions.length; i++) {
            for (AbstractInsnNode next : ways(instructions[i])) {
                predecessors.get(Instructions.indexOf(method, next)).add(i);
            }
        }
    }

    private List<AbstractInsnNode> ways(AbstractInsnNode from) {
        List<AbstractInsnNode> ways = Instructions.successors(from);
        if (throughHandlers) {
            for (TryCatchBlockNode range : covering.get(Instructions.indexOf(method, from))) {
                ways.add(range.handler);
            }
        }
        return ways;
    }

    /** The nearest read of {@code slot} behind {@code from}; null if there is none. */
    @Nullable
    public AbstractInsnNode of(int slot, AbstractInsnNode from) {
        Nearest nearest = bySlot.computeIfAbsent(slot, this::solve);
        AbstractInsnNode found = null;
        int least = Integer.MAX_VALUE;
        for (AbstractInsnNode next : ways(from)) {
            int index = Instructions.indexOf(method, next);
            if (nearest.read[index] != null && nearest.distance[index] < least) {
                least = nearest.distance[index];
                found = nearest.read[index];
            }
        }
        return found;
    }

    private Nearest solve(int slot) {
        Nearest nearest = new Nearest(instructions.length);
        Deque<Integer> work = new ArrayDeque<>();
        for (int i = 0; i < instructions.length; i++) {
            if (Liveness.readSlot(instructions[i]) == slot) {
                nearest.read[i] = instructions[i];
                work.add(i);
            }
        }
        while (!work.isEmpty()) {
            int reached = work.remove();
            for (int before : predecessors.get(reached)) {
                if (nearest.read[before] == null && Liveness.writtenSlot(instructions[before]) != slot) {
                    nearest.read[before] = nearest.read[reached];
                    nearest.distance[before] = nearest.distance[reached] + 1;
                    work.add(before);
                }
            }
        }
        return nearest;
    }
}
