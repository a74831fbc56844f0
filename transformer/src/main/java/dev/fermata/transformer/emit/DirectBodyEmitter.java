package dev.fermata.transformer.emit;

import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.SortedMap;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * The direct body: the method from its beginning, with the carrier as an additional last parameter and no dispatch. It is
 * all that runs while nothing suspends, so the optimiser sees the original code.
 */
final class DirectBodyEmitter extends BodyEmitter {
    private DirectBodyEmitter(SpillPlan plan) {
        super(plan, plan.async().directBody(), plan.async().directDescriptor());
    }

    static Bodies.Body emit(SpillPlan plan) {
        return new DirectBodyEmitter(plan).emit();
    }

    @Override
    int slot(int slot) {
        return slot < async.argumentSlots() ? slot : slot + 1;
    }

    @Override
    int carrierSlot() {
        return async.argumentSlots();
    }

    @Override
    SortedMap<Integer, Object> hiddenLocals() {
        SortedMap<Integer, Object> locals = withSelf();
        locals.put(carrierSlot(), Names.CARRIER);
        return locals;
    }

    @Override
    AbstractInsnNode pushFrame() {
        return new InsnNode(Opcodes.ACONST_NULL);
    }

    @Override
    void afterSuspension(Stop stop) {
        // reached only from above
    }

    @Override
    void emitEntry() {
        // the code itself
    }

    @Override
    boolean isReached(AbstractInsnNode instruction) {
        return true;
    }

    @Override
    boolean holdsVariable(AbstractInsnNode instruction, int slot) {
        return true;
    }

    @Override
    void extendRange(TryCatchBlockNode range) {
        // nothing is rethrown here
    }
}
