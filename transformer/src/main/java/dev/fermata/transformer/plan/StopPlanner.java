package dev.fermata.transformer.plan;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Lines;
import dev.fermata.transformer.analysis.Liveness;
import dev.fermata.transformer.analysis.NextReads;
import dev.fermata.transformer.analysis.Slots;
import dev.fermata.transformer.analysis.TypeFlow;
import dev.fermata.transformer.analysis.TypeState;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.model.Refusal;
import dev.fermata.transformer.model.SuspensionPoint;
import dev.fermata.transformer.plan.FrameLayout.FieldNumbers;
import dev.fermata.transformer.plan.SpillPlan.SavedLocal;
import dev.fermata.transformer.plan.SpillPlan.SavedOperand;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Points, types and liveness of a method to what is saved at each point, with the reason. Saved is what is on the operand
 * stack, and each local that is read again. Fields are numbered by kind in the order of saving, so that points that save the
 * same kinds share the method that saves them.
 */
final class StopPlanner {
    private final AsyncMethod async;
    private final MethodNode method;
    private final NamedClasses named;
    private final TypeFlow types;
    private final Liveness reads;
    private final Liveness declarations;
    private final List<List<TryCatchBlockNode>> covering;
    private final NextReads nextReads;

    /** Made when it is first asked: few methods have a local that only a handler reads. */
    private @Nullable NextReads nextReadsThroughHandlers;

    /** The locals in which handlers keep what they have caught, with their types. */
    private final Map<Integer, Set<Object>> ofHandlers = new HashMap<>();

    StopPlanner(AsyncMethod async, MethodNode method, List<SuspensionPoint> points, NamedClasses named) {
        this.async = async;
        this.method = method;
        this.named = named;
        Set<AbstractInsnNode> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        points.forEach(it -> wanted.add(it.instruction()));
        this.types = TypeFlow.of(async.host().name, method, wanted::contains);
        this.reads = Liveness.ofReads(method);
        this.declarations = Liveness.ofDeclarations(method);
        this.covering = Instructions.coveringRanges(method);
        this.nextReads = new NextReads(method, false);
        method.tryCatchBlocks.forEach(this::addOfHandler);
    }

    private void addOfHandler(TryCatchBlockNode range) {
        Object type = Names.THROWABLE;
        AbstractInsnNode first = range.handler;
        while (first != null && !Instructions.isReal(first)) {
            if (first instanceof FrameNode frame && !frame.stack.isEmpty()) {
                type = frame.stack.get(0);
            }
            first = first.getNext();
        }
        if (first instanceof VarInsnNode store && store.getOpcode() == Opcodes.ASTORE) {
            ofHandlers.computeIfAbsent(store.var, it -> new HashSet<>()).add(type);
        }
    }

    private boolean isOfHandler(int slot, Object type) {
        return ofHandlers.getOrDefault(slot, Set.of()).contains(type);
    }

    Stop plan(SuspensionPoint point) {
        if (!types.isReachable(point.instruction())) {
            return Stop.unreached(point);
        }
        TypeState state = types.before(point.instruction());
        requireRoomForReplacement(point, state);
        List<Object> below = List.copyOf(state.below(point.operands()));
        FieldNumbers fields = new FieldNumbers();
        List<SavedOperand> operands = operands(point, below, fields);
        BitSet read = reads.after(point.instruction());
        List<SavedLocal> locals = locals(point, state, read, fields);
        boolean catches =
                !covering.get(Instructions.indexOf(method, point.instruction())).isEmpty();
        return new Stop(
                point, below, operands, locals, zeroed(point, state, read), dropped(point, state, read), catches);
    }

    private List<SavedOperand> operands(SuspensionPoint point, List<Object> below, FieldNumbers fields) {
        List<SavedOperand> operands = new ArrayList<>();
        for (int height = 0; height < below.size(); height++) {
            Object type = below.get(height);
            requireInitialised(type, point);
            if (!Opcodes.NULL.equals(type)) {
                operands.add(new SavedOperand(height, type, fields.next(FrameLayout.descriptor(type, named))));
            }
        }
        return List.copyOf(operands);
    }

    private List<SavedLocal> locals(SuspensionPoint point, TypeState state, BitSet read, FieldNumbers fields) {
        List<SavedLocal> locals = new ArrayList<>();
        for (int slot : slots(state)) {
            Object type = state.local(slot);
            if (read.get(slot) && !Opcodes.NULL.equals(type)) {
                requireInitialised(type, point);
                String variable = variableName(slot, point.instruction());
                locals.add(new SavedLocal(
                        slot,
                        type,
                        fields.next(FrameLayout.descriptor(type, named)),
                        variable == null ? "local " + slot : variable,
                        reason(slot, point.instruction()),
                        isOfHandler(slot, type)));
            }
        }
        return List.copyOf(locals);
    }

    private Map<Integer, Object> zeroed(SuspensionPoint point, TypeState state, BitSet read) {
        BitSet declared = declarations.after(point.instruction());
        Map<Integer, Object> zeroed = new TreeMap<>();
        for (int slot : slots(state)) {
            Object type = state.local(slot);
            boolean saved = read.get(slot) && !Opcodes.NULL.equals(type);
            if (!saved && declared.get(slot)) {
                requireInitialised(type, point);
                zeroed.put(slot, type);
            }
        }
        return zeroed;
    }

    private List<String> dropped(SuspensionPoint point, TypeState state, BitSet read) {
        List<String> dropped = new ArrayList<>();
        for (int slot : slots(state)) {
            String variable = read.get(slot) ? null : variableName(slot, point.instruction());
            if (variable != null) {
                dropped.add(variable);
            }
        }
        return List.copyOf(dropped);
    }

    /** The slots but {@code this} that hold something. */
    private int[] slots(TypeState state) {
        return IntStream.range(async.selfSlots(), state.locals().size())
                .filter(it -> !Opcodes.TOP.equals(state.local(it)))
                .toArray();
    }

    /** The exception that a scope throws instead takes the slot of the one it replaces. */
    private static void requireRoomForReplacement(SuspensionPoint point, TypeState state) {
        for (int slot : point.failureSlots()) {
            if (!Names.THROWABLE.equals(state.local(slot))) {
                throw new Refusal(
                        Rule.SCOPE_LEFT_BOTH_WAYS,
                        point.line(),
                        "the exception is caught as " + Slots.javaName(state.local(slot))
                                + ", and what the scope throws instead may be another");
            }
        }
    }

    private static void requireInitialised(Object type, SuspensionPoint point) {
        if (TypeState.isUninitialised(type)) {
            throw new Refusal(Rule.UNSUPPORTED_SHAPE, point.line(), "an object is under construction here");
        }
    }

    private @Nullable String variableName(int slot, AbstractInsnNode instruction) {
        if (method.localVariables == null) {
            return null;
        }
        int index = Instructions.indexOf(method, instruction);
        for (LocalVariableNode variable : method.localVariables) {
            if (variable.index == slot
                    && Instructions.indexOf(method, variable.start) <= index
                    && index < Instructions.indexOf(method, variable.end)) {
                return variable.name;
            }
        }
        return null;
    }

    /** Why a local is saved: the nearest place that reads it, looked for without exceptions first. */
    private String reason(int slot, AbstractInsnNode instruction) {
        AbstractInsnNode read = nextReads.of(slot, instruction);
        if (read != null) {
            return "read later" + atLine(read);
        }
        if (nextReadsThroughHandlers == null) {
            nextReadsThroughHandlers = new NextReads(method, true);
        }
        read = nextReadsThroughHandlers.of(slot, instruction);
        return read == null ? "needed by a handler" : "needed by a handler, read" + atLine(read);
    }

    private static String atLine(AbstractInsnNode read) {
        int line = Lines.of(read);
        return line == 0 ? "" : " at line " + line;
    }
}
