package dev.fermata.transformer;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.FrameLayout.FieldNumbers;
import dev.fermata.transformer.SpillPlan.Saved;
import dev.fermata.transformer.SpillPlan.Stop;
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
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Pass: points, types and liveness to what is saved where, with the reason. Saved is what is on the operand stack, and each
 * local that is read again. Fields are numbered by kind in the order of saving, so that points that save the same kinds
 * share the method that saves them.
 */
final class SpillPlanner {
    /** Arguments of a method that saves: values, object, frame, state, carrier; the JVM allows 255 slots. */
    private static final int MOST_SAVED_SLOTS = 250;

    private final AsyncMethod async;
    private final MethodNode method;
    private final TypeFlow types;
    private final Liveness reads;
    private final Liveness declarations;
    private final List<List<TryCatchBlockNode>> covering;
    private final NextReads nextReads;
    private final NextReads nextReadsThroughHandlers;
    private final NamedClasses named;

    /** The locals in which handlers keep what they have caught, with their types. */
    private final Map<Integer, Set<Object>> ofHandlers = new HashMap<>();

    private SpillPlanner(AsyncMethod async, MethodNode method, TypeFlow types, NamedClasses named) {
        this.named = named;
        this.async = async;
        this.method = method;
        this.types = types;
        this.reads = Liveness.ofReads(method);
        this.declarations = Liveness.ofDeclarations(method);
        this.covering = Instructions.coveringRanges(method);
        this.nextReads = new NextReads(method, false);
        this.nextReadsThroughHandlers = new NextReads(method, true);
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

    static List<Stop> plan(AsyncMethod async, MethodNode normalised, List<SuspensionPoint> points, NamedClasses named) {
        Set<AbstractInsnNode> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        points.forEach(it -> wanted.add(it.instruction()));
        TypeFlow types = TypeFlow.of(async.host().name, normalised, wanted::contains);
        SpillPlanner planner = new SpillPlanner(async, normalised, types, named);
        return points.stream().map(planner::stop).toList();
    }

    private Stop stop(SuspensionPoint point) {
        if (!types.isReachable(point.instruction())) {
            return new Stop(point, List.of(), List.of(), Map.of(), List.of(), true);
        }
        TypeState state = types.before(point.instruction());
        requireRoomForReplacement(point, state);
        List<Object> below = state.below(point.operands());
        BitSet read = reads.after(point.instruction());
        BitSet declared = declarations.after(point.instruction());
        List<Saved> saved = new ArrayList<>();
        FieldNumbers fields = new FieldNumbers();
        for (int height = 0; height < below.size(); height++) {
            Object type = below.get(height);
            requireInitialised(type, point);
            if (!Opcodes.NULL.equals(type)) {
                String descriptor = FrameLayout.descriptor(type, named);
                saved.add(new Saved(
                        height,
                        true,
                        type,
                        fields.next(descriptor),
                        descriptor,
                        "operand stack " + height,
                        "on the operand stack, used when the await is over",
                        false));
            }
        }
        TreeMap<Integer, Object> zeroed = new TreeMap<>();
        List<String> dropped = new ArrayList<>();
        for (int slot = async.selfSlots(); slot < state.locals().size(); slot++) {
            Object type = state.local(slot);
            if (Opcodes.TOP.equals(type)) {
                continue;
            }
            String name = variableName(slot, point.instruction());
            if (read.get(slot) && !Opcodes.NULL.equals(type)) {
                requireInitialised(type, point);
                String descriptor = FrameLayout.descriptor(type, named);
                saved.add(new Saved(
                        slot,
                        false,
                        type,
                        fields.next(descriptor),
                        descriptor,
                        name == null ? "local " + slot : name,
                        reason(slot, point.instruction()),
                        isOfHandler(slot, type)));
            } else if (declared.get(slot)) {
                requireInitialised(type, point);
                zeroed.put(slot, type);
            }
            if (!read.get(slot) && name != null) {
                dropped.add(name);
            }
        }
        if (saved.stream().mapToInt(it -> TypeState.size(it.type())).sum() > MOST_SAVED_SLOTS) {
            throw new Refusal(
                    Rule.TOO_MANY_VALUES, point.line(), "more than " + MOST_SAVED_SLOTS + " slots are alive here");
        }
        boolean catches =
                !covering.get(Instructions.indexOf(method, point.instruction())).isEmpty();
        return new Stop(point, List.copyOf(below), List.copyOf(saved), zeroed, List.copyOf(dropped), catches);
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
        read = nextReadsThroughHandlers.of(slot, instruction);
        return read == null ? "needed by a handler" : "needed by a handler, read" + atLine(read);
    }

    private static String atLine(AbstractInsnNode read) {
        int line = Lines.of(read);
        return line == 0 ? "" : " at line " + line;
    }
}
