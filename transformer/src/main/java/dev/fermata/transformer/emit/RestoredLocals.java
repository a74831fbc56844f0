package dev.fermata.transformer.emit;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Liveness;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.SavedLocal;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * Analysis for the resuming body: which locals hold their variable's value before an instruction, whichever way led there.
 * The others are dead and were not saved, so they hold nothing or a zero, and a debugger must not be told that they are
 * variables: it would show the zero, or fail.
 */
final class RestoredLocals {
    private final List<List<TryCatchBlockNode>> covering;
    private final SpillPlan plan;
    private final Map<AbstractInsnNode, BitSet> before = new IdentityHashMap<>();
    private final Deque<AbstractInsnNode> work = new ArrayDeque<>();

    private RestoredLocals(SpillPlan plan, List<List<TryCatchBlockNode>> covering) {
        this.plan = plan;
        this.covering = covering;
    }

    static RestoredLocals of(SpillPlan plan, List<List<TryCatchBlockNode>> covering) {
        RestoredLocals analysis = new RestoredLocals(plan, covering);
        analysis.solve();
        return analysis;
    }

    /** Whether local {@code slot} holds its variable's value before {@code instruction}. */
    boolean holds(int slot, AbstractInsnNode instruction) {
        BitSet held = before.get(instruction);
        return slot < plan.async().selfSlots() || (held != null && held.get(slot));
    }

    private void solve() {
        Map<AbstractInsnNode, List<Integer>> replaced = new IdentityHashMap<>();
        for (Stop stop : plan.stops()) {
            replaced.put(stop.point().instruction(), stop.point().failureSlots());
            flow(stop.point().instruction(), restored(stop), stop.point().failureSlots());
        }
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            int written = Liveness.writtenSlot(instruction);
            flow(
                    instruction,
                    before.getOrDefault(instruction, new BitSet()),
                    written < 0 ? replaced.getOrDefault(instruction, List.of()) : List.of(written));
        }
    }

    private static BitSet restored(Stop stop) {
        BitSet restored = new BitSet();
        for (SavedLocal saved : stop.locals()) {
            restored.set(saved.slot());
        }
        stop.zeroed().forEach((slot, type) -> restored.set(slot, Opcodes.NULL.equals(type)));
        return restored;
    }

    private void flow(AbstractInsnNode from, BitSet held, List<Integer> written) {
        for (TryCatchBlockNode range : covering.get(Instructions.indexOf(plan.body(), from))) {
            merge(range.handler, held);
        }
        BitSet after = (BitSet) held.clone();
        for (int slot : written) {
            after.set(slot);
        }
        for (AbstractInsnNode next : Instructions.successors(from)) {
            merge(next, after);
        }
    }

    private void merge(AbstractInsnNode into, BitSet held) {
        BitSet known = before.get(into);
        if (known == null) {
            before.put(into, (BitSet) held.clone());
            work.add(into);
            return;
        }
        BitSet both = (BitSet) known.clone();
        both.and(held);
        if (!both.equals(known)) {
            before.put(into, both);
            work.add(into);
        }
    }
}
