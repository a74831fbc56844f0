package dev.fermata.transformer.emit;

import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.plan.FrameLayout.Field;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.SortedMap;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The direct body: the method from its beginning, with the carrier as an additional last parameter and no dispatch. It is
 * all that runs while nothing suspends, so the optimiser sees the original code.
 *
 * <p>A method whose arguments leave no room for the carrier gets them in a frame, which takes the place of all of them.
 */
final class DirectBodyEmitter extends BodyEmitter {
    private final boolean takesArguments = async.takesCarrier();

    private DirectBodyEmitter(SpillPlan plan) {
        super(plan, plan.async().directBody(), plan.async().bodyDescriptor(plan.frameClass()));
    }

    static MethodNode emit(SpillPlan plan) {
        return new DirectBodyEmitter(plan).emit();
    }

    @Override
    int slot(int slot) {
        if (takesArguments) {
            return slot < async.argumentSlots() ? slot : slot + 1;
        }
        return slot < async.selfSlots() ? slot : slot + 2;
    }

    @Override
    int carrierSlot() {
        return takesArguments ? async.argumentSlots() : async.selfSlots() + 1;
    }

    @Override
    SortedMap<Integer, Object> hiddenLocals() {
        SortedMap<Integer, Object> locals = withSelf();
        if (!takesArguments) {
            locals.put(async.selfSlots(), plan.frameClass());
        }
        locals.put(carrierSlot(), Names.CARRIER);
        return locals;
    }

    @Override
    AbstractInsnNode pushFrame() {
        return new InsnNode(Opcodes.ACONST_NULL);
    }

    @Override
    void emitFrame() {
        add(new TypeInsnNode(Opcodes.NEW, plan.frameClass()));
        add(new InsnNode(Opcodes.DUP));
        add(new MethodInsnNode(Opcodes.INVOKESPECIAL, plan.frameClass(), "<init>", "()V", false));
    }

    @Override
    void afterSuspension(Stop stop) {
        // reached only from above
    }

    /** The code itself; before it, where a frame has the arguments, these. The frame forgets them: it is not used any more. */
    @Override
    void emitEntry() {
        if (takesArguments) {
            return;
        }
        int slot = async.selfSlots();
        Type[] types = Type.getArgumentTypes(async.method().desc);
        for (int i = 0; i < types.length; i++) {
            Field field = plan.layout().arguments().get(i);
            add(new VarInsnNode(Opcodes.ALOAD, async.selfSlots()));
            add(new FieldInsnNode(Opcodes.GETFIELD, plan.frameClass(), field.name(), field.descriptor()));
            if (field.isReference() && !types[i].getDescriptor().equals(field.descriptor())) {
                add(new TypeInsnNode(Opcodes.CHECKCAST, types[i].getInternalName()));
            }
            add(new VarInsnNode(types[i].getOpcode(Opcodes.ISTORE), slot(slot)));
            if (field.isReference()) {
                add(new VarInsnNode(Opcodes.ALOAD, async.selfSlots()));
                add(new InsnNode(Opcodes.ACONST_NULL));
                add(new FieldInsnNode(Opcodes.PUTFIELD, plan.frameClass(), field.name(), field.descriptor()));
            }
            slot += types[i].getSize();
        }
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
