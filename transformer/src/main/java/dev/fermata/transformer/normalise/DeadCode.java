package dev.fermata.transformer.normalise;

import dev.fermata.transformer.analysis.Instructions;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * Code that nothing reaches is taken away, and the ranges that are never entered with it. Its stack map
 * frames may claim anything, so what the analyses would find out about it is not true of any run. A handler to which only
 * ranges behind a catch-all lead is such code too: the verifier looks at it, but no exception gets there. Behind this pass
 * all analyses agree on what is reached.
 */
final class DeadCode {
    private DeadCode() {}

    static void remove(MethodNode copy) {
        AbstractInsnNode first = copy.instructions.getFirst();
        if (first == null) {
            return;
        }
        List<List<TryCatchBlockNode>> ranges = Instructions.coveringRanges(copy);
        Set<AbstractInsnNode> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<AbstractInsnNode> work = new ArrayDeque<>(List.of(first));
        reached.add(first);
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            List<AbstractInsnNode> ways = Instructions.successors(instruction);
            for (TryCatchBlockNode range : ranges.get(Instructions.indexOf(copy, instruction))) {
                ways.add(range.handler);
            }
            for (AbstractInsnNode next : ways) {
                if (reached.add(next)) {
                    work.add(next);
                }
            }
        }
        copy.tryCatchBlocks.removeIf(it -> !reached.contains(it.handler) || !isReachedIn(it, reached));
        for (AbstractInsnNode instruction : copy.instructions.toArray()) {
            boolean claims = Instructions.isReal(instruction) || instruction instanceof FrameNode;
            if (claims && !reached.contains(instruction)) {
                copy.instructions.remove(instruction);
            }
        }
    }

    private static boolean isReachedIn(TryCatchBlockNode range, Set<AbstractInsnNode> reached) {
        for (AbstractInsnNode i = range.start; i != null && i != range.end; i = i.getNext()) {
            if (Instructions.isReal(i) && reached.contains(i)) {
                return true;
            }
        }
        return false;
    }
}
