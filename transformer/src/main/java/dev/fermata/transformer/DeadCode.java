package dev.fermata.transformer;

import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * Normalisation: code that nothing reaches is taken away. Its stack map frames may claim anything, so what the analyses
 * would find out about it is not true of any run.
 */
final class DeadCode {
    private DeadCode() {}

    static void remove(MethodNode copy) {
        AbstractInsnNode first = copy.instructions.getFirst();
        if (first == null) {
            return;
        }
        List<List<TryCatchBlockNode>> ranges = Instructions.namingRanges(copy);
        Set<AbstractInsnNode> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<AbstractInsnNode> work = new ArrayDeque<>(List.of(first));
        reached.add(first);
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            List<AbstractInsnNode> next = new ArrayList<>(Instructions.successors(instruction));
            ranges.get(Instructions.indexOf(copy, instruction)).forEach(it -> next.add(it.handler));
            next.stream().filter(reached::add).forEach(work::add);
        }
        for (AbstractInsnNode instruction : copy.instructions.toArray()) {
            boolean claims = Instructions.isReal(instruction) || instruction instanceof FrameNode;
            if (claims && !reached.contains(instruction)) {
                copy.instructions.remove(instruction);
            }
        }
    }
}
