package dev.fermata.transformer.emit;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Slots;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.Saved;
import dev.fermata.transformer.plan.SpillPlan.SavedLocal;
import dev.fermata.transformer.plan.SpillPlan.SavedOperand;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The resuming body: entered with a frame, it goes on where that is suspended. Before the code, outside of all ranges and
 * without a line number, stand
 *
 * <pre>
 *   TABLESWITCH frame.state
 *   restore k:  locals from the frame; failure == null ? stack from the frame, value, GOTO behind the point : rethrow k
 *   rethrow k:  failure, ATHROW          covered by the ranges that cover the point, in their order
 * </pre>
 *
 * All locals of the method lie behind the parameters (frame, value, failure, carrier).
 */
final class ResumingBodyEmitter extends BodyEmitter {
    private static final int HIDDEN_PARAMETERS = 4;

    private final Map<Stop, LabelNode> behind = new IdentityHashMap<>();
    private final Map<Stop, LabelNode> rethrows = new IdentityHashMap<>();
    private final Map<Stop, LabelNode> rethrowEnds = new IdentityHashMap<>();
    private final List<List<TryCatchBlockNode>> covering;
    private final RestoredLocals restoredLocals;
    private final Set<AbstractInsnNode> reached = Collections.newSetFromMap(new IdentityHashMap<>());

    private ResumingBodyEmitter(SpillPlan plan) {
        super(plan, plan.async().method().name, plan.async().resumingDescriptor(plan.frameClass()));
        for (Stop stop : plan.stops()) {
            behind.put(stop, new LabelNode());
            rethrows.put(stop, new LabelNode());
            rethrowEnds.put(stop, new LabelNode());
        }
        covering = Instructions.coveringRanges(plan.body());
        restoredLocals = RestoredLocals.of(plan, covering);
        findReached();
    }

    /** What can run after a resume: what stands before the first await, outside of loops, cannot. */
    private void findReached() {
        Deque<AbstractInsnNode> work = new ArrayDeque<>();
        for (Stop stop : plan.stops()) {
            reach(stop.point().instruction(), work);
        }
        while (!work.isEmpty()) {
            reach(work.remove(), work);
        }
    }

    private void reach(AbstractInsnNode from, Deque<AbstractInsnNode> work) {
        List<AbstractInsnNode> next = new ArrayList<>(Instructions.successors(from));
        covering.get(Instructions.indexOf(source, from)).forEach(it -> next.add(it.handler));
        for (AbstractInsnNode instruction : next) {
            if (reached.add(instruction)) {
                work.add(instruction);
            }
        }
    }

    @Override
    boolean isReached(AbstractInsnNode instruction) {
        return reached.contains(instruction);
    }

    @Override
    boolean holdsVariable(AbstractInsnNode instruction, int slot) {
        return restoredLocals.holds(slot, instruction);
    }

    static MethodNode emit(SpillPlan plan) {
        return new ResumingBodyEmitter(plan).emit();
    }

    @Override
    int slot(int slot) {
        return slot < async.selfSlots() ? slot : slot + HIDDEN_PARAMETERS;
    }

    private int frameSlot() {
        return async.selfSlots();
    }

    private int valueSlot() {
        return frameSlot() + 1;
    }

    private int failureSlot() {
        return frameSlot() + 2;
    }

    @Override
    int carrierSlot() {
        return frameSlot() + 3;
    }

    @Override
    SortedMap<Integer, Object> hiddenLocals() {
        SortedMap<Integer, Object> locals = withSelf();
        locals.put(frameSlot(), plan.frameClass());
        locals.put(valueSlot(), Names.OBJECT);
        locals.put(failureSlot(), Names.THROWABLE);
        locals.put(carrierSlot(), Names.CARRIER);
        return locals;
    }

    @Override
    AbstractInsnNode pushFrame() {
        return new VarInsnNode(Opcodes.ALOAD, frameSlot());
    }

    @Override
    void emitFrame() {
        add(pushFrame());
    }

    @Override
    void emitEntry() {
        Map<Stop, LabelNode> restores = new IdentityHashMap<>();
        List<LabelNode> targets = new ArrayList<>();
        for (Stop stop : plan.stops()) {
            LabelNode restore = new LabelNode();
            restores.put(stop, restore);
            targets.add(restore);
        }
        LabelNode impossible = new LabelNode();
        add(new VarInsnNode(Opcodes.ALOAD, frameSlot()));
        add(new FieldInsnNode(Opcodes.GETFIELD, Names.FRAME, "state", "I"));
        add(new TableSwitchInsnNode(1, targets.size(), impossible, targets.toArray(LabelNode[]::new)));
        for (Stop stop : plan.stops()) {
            add(restores.get(stop));
            emitRestore(stop);
        }
        add(impossible);
        add(frame(hiddenLocals(), List.of()));
        add(new VarInsnNode(Opcodes.ALOAD, frameSlot()));
        add(new MethodInsnNode(
                Opcodes.INVOKESTATIC,
                Names.ABI,
                "notSuspended",
                "(L" + Names.FRAME + ";)Ljava/lang/IllegalStateException;",
                false));
        add(new InsnNode(Opcodes.ATHROW));
    }

    private void emitRestore(Stop stop) {
        add(frame(hiddenLocals(), List.of()));
        for (SavedLocal saved : stop.locals()) {
            pushField(saved);
            add(new VarInsnNode(Slots.store(saved.type()), slot(saved.slot())));
        }
        stop.zeroed().forEach((slot, type) -> {
            add(new InsnNode(Slots.zero(type)));
            add(new VarInsnNode(Slots.store(type), slot(slot)));
        });
        add(new VarInsnNode(Opcodes.ALOAD, failureSlot()));
        add(new JumpInsnNode(Opcodes.IFNONNULL, rethrows.get(stop)));
        Iterator<SavedOperand> operands = stop.operands().iterator();
        for (Object type : stop.below()) {
            if (Opcodes.NULL.equals(type)) {
                add(new InsnNode(Opcodes.ACONST_NULL));
            } else {
                pushField(operands.next());
            }
        }
        add(new VarInsnNode(Opcodes.ALOAD, valueSlot()));
        add(new JumpInsnNode(Opcodes.GOTO, behind.get(stop)));
        add(rethrows.get(stop));
        add(frame(restored(stop), List.of()));
        add(new VarInsnNode(Opcodes.ALOAD, failureSlot()));
        add(new InsnNode(Opcodes.ATHROW));
        add(rethrowEnds.get(stop));
    }

    private void pushField(Saved saved) {
        add(new VarInsnNode(Opcodes.ALOAD, frameSlot()));
        add(new FieldInsnNode(
                Opcodes.GETFIELD,
                plan.frameClass(),
                saved.field().name(),
                saved.field().descriptor()));
        boolean isObject = saved.field().descriptor().equals(Names.OBJECT_DESCRIPTOR);
        if (isObject && saved.type() instanceof String type && !type.equals(Names.OBJECT)) {
            add(new TypeInsnNode(Opcodes.CHECKCAST, type));
        }
    }

    private SortedMap<Integer, Object> restored(Stop stop) {
        TreeMap<Integer, Object> locals = new TreeMap<>(hiddenLocals());
        stop.restoredLocals().forEach((slot, type) -> locals.put(slot(slot), type));
        return locals;
    }

    @Override
    void afterSuspension(Stop stop) {
        List<Object> stack = new ArrayList<>(stop.below());
        stack.add(Names.OBJECT);
        if (!isReached(stop.point().instruction())) {
            addLineWithoutStop(stop.point().line(), frame(restored(stop), stack));
        }
        add(behind.get(stop));
        add(frame(restored(stop), stack));
        if (Instructions.isFollowedByFrame(stop.point().instruction())) {
            // two stack map frames for one place are not allowed
            add(new InsnNode(Opcodes.NOP));
        }
    }

    @Override
    void extendRange(TryCatchBlockNode range) {
        for (Stop stop : plan.stops()) {
            if (covering.get(Instructions.indexOf(source, stop.point().instruction()))
                    .contains(range)) {
                body.tryCatchBlocks.add(new TryCatchBlockNode(
                        rethrows.get(stop), rethrowEnds.get(stop), label(range.handler), range.type));
            }
        }
    }
}
