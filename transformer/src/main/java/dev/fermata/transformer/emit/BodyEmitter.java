package dev.fermata.transformer.emit;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Lines;
import dev.fermata.transformer.analysis.Slots;
import dev.fermata.transformer.analysis.TypeState;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.model.Primitives;
import dev.fermata.transformer.model.SuspensionPoint;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.SavedLocal;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * A body: the normalised code with each suspension point replaced by
 *
 * <pre>
 *                              stack: …, operand
 *   ALOAD carrier, INVOKESTATIC Abi.await     …, result or SUSPENDED
 *   DUP, GETSTATIC SUSPENDED, IF_ACMPEQ leave …, result
 * </pre>
 *
 * and, out of line behind the code and outside of all ranges,
 *
 * <pre>
 *   leave:                     stack: …, SUSPENDED
 *   POP, live locals, this, frame, state, carrier, INVOKESTATIC save, ARETURN
 * </pre>
 *
 * The two bodies of a method differ in where parameters lie and in how they are entered, see the subclasses.
 */
abstract sealed class BodyEmitter permits DirectBodyEmitter, ResumingBodyEmitter {
    private static final Handle LINK = new Handle(
            Opcodes.H_INVOKESTATIC,
            Names.LINKER,
            "link",
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;"
                    + "Ljava/lang/invoke/MethodHandle;)Ljava/lang/invoke/CallSite;",
            false);

    /** Exception handlers, slots of local variables, and entries of the variable table. */
    private static final int MOST_COUNTED = 65_535;

    final SpillPlan plan;
    final AsyncMethod async;
    final MethodNode source;
    final MethodNode body;
    private final Map<LabelNode, LabelNode> labels = new IdentityHashMap<>();
    private final Map<AbstractInsnNode, Stop> stops = new IdentityHashMap<>();
    private final Map<AbstractInsnNode, Stop> directCalls = new IdentityHashMap<>();
    private final Map<Stop, LabelNode> leaves = new IdentityHashMap<>();
    private final List<List<TryCatchBlockNode>> naming;
    private final Saving saving;

    /** The first instruction of what each one of the method became; null where nothing is left of it. */
    private final Map<AbstractInsnNode, @Nullable AbstractInsnNode> emitted = new IdentityHashMap<>();

    /**
     * The body is an overload of its method, told apart by its hidden parameters: stack traces, profilers and debuggers
     * show the method's own name. Synthetic only where the method is (a lambda's), since coverage leaves those out.
     */
    BodyEmitter(SpillPlan plan, String name, String descriptor) {
        this.plan = plan;
        this.async = plan.async();
        this.source = plan.body();
        this.saving = new Saving(plan);
        this.naming = Instructions.namingRanges(source);
        int hidden = isLikeSetter(async.method(), descriptor) ? Opcodes.ACC_SYNTHETIC : 0;
        this.body = new MethodNode(Opcodes.ASM9, async.bodyAccess() | hidden, name, descriptor, null, null);
        for (Stop stop : plan.stops()) {
            stops.put(stop.point().instruction(), stop);
            leaves.put(stop, new LabelNode());
            if (stop.point().direct() != null) {
                directCalls.put(stop.point().direct(), stop);
            }
        }
        for (AbstractInsnNode instruction : source.instructions) {
            if (instruction instanceof LabelNode label) {
                labels.put(label, new LabelNode());
            }
        }
    }

    /**
     * Jackson takes a method of one parameter called set… for a setter, even a private one, and fails over two that want
     * different types. The carrier must not make one of a method without parameters. It looks at no synthetic method.
     */
    private static boolean isLikeSetter(MethodNode method, String descriptor) {
        return method.name.startsWith("set")
                && (method.access & Opcodes.ACC_STATIC) == 0
                && Type.getArgumentTypes(descriptor).length == 1;
    }

    /** Where the body keeps what the method has in local {@code slot}. */
    abstract int slot(int slot);

    abstract int carrierSlot();

    /** Types of the hidden parameters by slot, as they are everywhere in the body. */
    abstract SortedMap<Integer, Object> hiddenLocals();

    /** Pushes the frame to save into, or null for a new one. */
    abstract AbstractInsnNode pushFrame();

    /** Emits what pushes the frame to save into, a new one if there is none. */
    abstract void emitFrame();

    /** Called where the code goes on behind a suspension point with the result on the stack. */
    abstract void afterSuspension(Stop stop);

    abstract void emitEntry();

    /** Whether an instruction of the method is needed in this body. */
    abstract boolean isReached(AbstractInsnNode instruction);

    /** Whether a variable in scope has its value before an instruction. */
    abstract boolean holdsVariable(AbstractInsnNode instruction, int slot);

    /** The rethrow blocks a range has to cover besides its own code. */
    abstract void extendRange(TryCatchBlockNode range);

    final MethodNode emit() {
        emitEntry();
        AbstractInsnNode leftOut = null;
        for (AbstractInsnNode instruction : source.instructions) {
            if (leftOut != null && instruction instanceof LabelNode label && isReached(label)) {
                addLostLine(leftOut, label);
                leftOut = null;
            } else if (Instructions.isReal(instruction)) {
                leftOut = isReached(instruction) || stops.containsKey(instruction) ? null : instruction;
            }
            AbstractInsnNode last = body.instructions.getLast();
            emit(instruction);
            emitted.put(instruction, last == null ? body.instructions.getFirst() : last.getNext());
        }
        plan.stops().stream().filter(it -> isReached(it.point().instruction())).forEach(this::emitLeave);
        emitRanges();
        emitVariables();
        requireCountable();
        return body;
    }

    /** The JVM counts these with 16 bits, and ASM writes what is left of a larger number. */
    private void requireCountable() {
        int handlers = body.tryCatchBlocks.size();
        if (handlers > MOST_COUNTED) {
            throw new BodyTooLarge(plan, "it would have " + handlers + " entries in its table of exception handlers");
        }
        int locals = 0;
        for (AbstractInsnNode instruction : body.instructions) {
            if (instruction instanceof VarInsnNode variable) {
                locals = Math.max(locals, variable.var + slots(variable.getOpcode()));
            } else if (instruction instanceof IincInsnNode increment) {
                locals = Math.max(locals, increment.var + 1);
            }
        }
        if (locals > MOST_COUNTED) {
            throw new BodyTooLarge(plan, "it would have " + locals + " slots of local variables");
        }
    }

    private static int slots(int opcode) {
        return switch (opcode) {
            case Opcodes.LLOAD, Opcodes.DLOAD, Opcodes.LSTORE, Opcodes.DSTORE -> 2;
            default -> 1;
        };
    }

    private void emit(AbstractInsnNode instruction) {
        Stop stop = stops.get(instruction);
        if (stop != null) {
            emitSuspension(stop);
        } else if (instruction instanceof LabelNode label) {
            add(label(label));
        } else if (!isReached(instruction) || directCalls.containsKey(instruction)) {
            return; // a direct call is made where its await stands
        } else if (instruction instanceof VarInsnNode variable) {
            add(new VarInsnNode(variable.getOpcode(), slot(variable.var)));
        } else if (instruction instanceof IincInsnNode increment) {
            add(new IincInsnNode(slot(increment.var), increment.incr));
        } else if (instruction instanceof FrameNode frame) {
            add(mapped(frame));
        } else {
            add(instruction.clone(labels));
        }
    }

    private void emitSuspension(Stop stop) {
        SuspensionPoint point = stop.point();
        if (isReached(point.instruction())) {
            emitAwait(stop);
        }
        afterSuspension(stop);
        if (point.kind() == SuspensionPoint.Kind.CLOSE) {
            add(new InsnNode(Opcodes.POP));
        } else if (point.kind() == SuspensionPoint.Kind.LEAVE) {
            emitReplacedFailure(point);
        }
    }

    private void emitAwait(Stop stop) {
        SuspensionPoint point = stop.point();
        if (point.takesExceptionClass()) {
            add(new InsnNode(Opcodes.POP));
        }
        switch (point.kind()) {
            case AWAITABLE -> abiWithCarrier("await", Names.AWAITABLE_DESCRIPTOR);
            case STAGE -> abiWithCarrier("await", Names.STAGE_DESCRIPTOR);
            case CLOSE -> abiWithCarrier("close", "L" + Names.ASYNC_CLOSEABLE + ";");
            case LEAVE -> {
                add(new VarInsnNode(Opcodes.ALOAD, slot(point.failureSlots().get(0))));
                abiWithCarrier("leave", "L" + Names.ASYNC_CLOSEABLE + ";L" + Names.THROWABLE + ";");
            }
            case DIRECT -> emitDirectCall(point);
            case LINKED -> emitLinkedCall(point);
            case PRIMITIVE -> emitPrimitiveCall(point);
        }
        add(new InsnNode(Opcodes.DUP));
        add(new FieldInsnNode(Opcodes.GETSTATIC, Names.ABI, Names.SUSPENDED, Names.OBJECT_DESCRIPTOR));
        add(new JumpInsnNode(Opcodes.IF_ACMPEQ, leaves.get(stop)));
    }

    private void emitDirectCall(SuspensionPoint point) {
        AsyncMethod callee = point.callee();
        MethodInsnNode call = point.direct();
        if (callee == null || call == null) {
            throw new IllegalStateException("a direct call without a callee");
        }
        add(new VarInsnNode(Opcodes.ALOAD, carrierSlot()));
        add(new MethodInsnNode(
                callee.bodyCall(),
                callee.host().name,
                callee.directBody(),
                callee.directDescriptor(),
                callee.inInterface()));
    }

    private void emitLinkedCall(SuspensionPoint point) {
        MethodInsnNode call = point.direct();
        if (call == null) {
            throw new IllegalStateException("a linked call without a call");
        }
        add(new VarInsnNode(Opcodes.ALOAD, carrierSlot()));
        add(new InvokeDynamicInsnNode(
                call.name,
                AsyncMethod.directDescriptor(call.desc),
                LINK,
                new Handle(Opcodes.H_INVOKESTATIC, call.owner, call.name, call.desc, call.itf)));
    }

    private void emitPrimitiveCall(SuspensionPoint point) {
        MethodInsnNode call = point.direct();
        if (call == null) {
            throw new IllegalStateException("a call of a primitive without a call");
        }
        add(new VarInsnNode(Opcodes.ALOAD, carrierSlot()));
        add(new MethodInsnNode(
                Opcodes.INVOKESTATIC, Names.DIRECT, call.name, Primitives.directDescriptor(call), false));
    }

    /** {@code t = leave(scope, t)}: every local that holds the exception takes what goes on instead of it. */
    private void emitReplacedFailure(SuspensionPoint point) {
        add(new TypeInsnNode(Opcodes.CHECKCAST, Names.THROWABLE));
        for (int i = 1; i < point.failureSlots().size(); i++) {
            add(new InsnNode(Opcodes.DUP));
        }
        for (int slot : point.failureSlots()) {
            add(new VarInsnNode(Opcodes.ASTORE, slot(slot)));
        }
    }

    private void emitLeave(Stop stop) {
        TreeMap<Integer, Object> locals = new TreeMap<>(hiddenLocals());
        stop.locals().forEach(it -> locals.put(slot(it.slot()), it.type()));
        List<Object> stack = new ArrayList<>(stop.below());
        stack.add(Names.OBJECT);
        addLineWithoutStop(stop.point().line(), frame(locals, stack));
        add(leaves.get(stop));
        add(frame(locals, stack));
        add(new InsnNode(Opcodes.POP));
        emitSavedNulls(stop);
        stop.locals().stream().filter(SavedLocal::caught).forEach(it -> {
            add(new VarInsnNode(Opcodes.ALOAD, slot(it.slot())));
            add(new VarInsnNode(Opcodes.ALOAD, carrierSlot()));
            abi("caught", "(L" + Names.THROWABLE + ";" + Names.CARRIER_DESCRIPTOR + ")V");
        });
        for (SavedLocal saved : stop.locals()) {
            add(new VarInsnNode(Slots.load(saved.type()), slot(saved.slot())));
        }
        emitSave(stop);
        add(new InsnNode(Opcodes.ARETURN));
    }

    /** Calls what saves the values on the stack. */
    private void emitSave(Stop stop) {
        List<Saving.Call> calls = saving.calls(stop.descriptors());
        if (calls.size() > 1) {
            emitFrame();
            calls.subList(0, calls.size() - 1).forEach(this::frameClass);
        }
        if (!async.isStatic()) {
            add(new VarInsnNode(Opcodes.ALOAD, 0));
        }
        if (calls.size() == 1) {
            add(pushFrame());
        }
        add(Constants.pushInt(stop.point().state()));
        add(new VarInsnNode(Opcodes.ALOAD, carrierSlot()));
        frameClass(calls.get(calls.size() - 1));
    }

    private void frameClass(Saving.Call call) {
        add(new MethodInsnNode(Opcodes.INVOKESTATIC, plan.frameClass(), call.name(), call.descriptor(), false));
    }

    /**
     * Gives what follows its line, but no breakpoint: a debugger sets one at each place where the code of a line begins, and
     * an await would stop it once more when it suspends, and again when it is resumed. So the code begins with an instruction
     * that nothing reaches. To be added where nothing comes by from above; what follows has to start with the same frame.
     */
    final void addLineWithoutStop(int line, FrameNode frame) {
        if (line > 0) {
            LabelNode start = new LabelNode();
            add(start);
            add(new LineNumberNode(line, start));
            add(frame);
            add(new InsnNode(Opcodes.NOP));
        }
    }

    /**
     * Code that was left out may have begun the line of what stands behind it: that of a loop's head begins in front of the
     * loop. Gives it the line again.
     *
     * @param before the last instruction that was left out
     * @param first what is jumped to behind it
     */
    private void addLostLine(AbstractInsnNode before, LabelNode first) {
        FrameNode frame = null;
        AbstractInsnNode next = first;
        while (next != null && !Instructions.isReal(next)) {
            if (next instanceof LineNumberNode) {
                return;
            }
            frame = next instanceof FrameNode found ? found : frame;
            next = next.getNext();
        }
        int line = Lines.of(first);
        if (next == null || line == 0 || line == Lines.of(body.instructions.getLast())) {
            return;
        }
        // What no handler of the left out code can stand, that handler must not get.
        if (frame != null && namingRanges(next).containsAll(namingRanges(before))) {
            addLineWithoutStop(line, mapped(frame));
        } else {
            LabelNode start = new LabelNode();
            add(start);
            add(new LineNumberNode(line, start));
        }
    }

    private List<TryCatchBlockNode> namingRanges(AbstractInsnNode instruction) {
        return naming.get(Instructions.indexOf(source, instruction));
    }

    /**
     * A null that the verifier knows to be one is not saved. It lies among the values that are, so the stack is sorted:
     * everything above the lowest such null goes to locals and comes back without the nulls.
     */
    private void emitSavedNulls(Stop stop) {
        int lowest = stop.below().indexOf(Opcodes.NULL);
        if (lowest < 0) {
            return;
        }
        int local = firstFreeLocal();
        List<VarInsnNode> loads = new ArrayList<>();
        for (int i = stop.below().size() - 1; i >= lowest; i--) {
            Object type = stop.below().get(i);
            if (Opcodes.NULL.equals(type)) {
                add(new InsnNode(Opcodes.POP));
            } else {
                add(new VarInsnNode(Slots.store(type), local));
                loads.add(0, new VarInsnNode(Slots.load(type), local));
                local += TypeState.size(type);
            }
        }
        loads.forEach(this::add);
    }

    private int firstFreeLocal() {
        return slot(source.maxLocals);
    }

    private void emitRanges() {
        for (TryCatchBlockNode range : source.tryCatchBlocks) {
            // javac lists the ranges of record patterns behind a catch-all around them, where nothing gets to their
            // handler
            if (isReached(range.handler) && isCovering(label(range.start), label(range.end))) {
                body.tryCatchBlocks.add(
                        new TryCatchBlockNode(label(range.start), label(range.end), label(range.handler), range.type));
            }
            extendRange(range);
        }
    }

    /** The JVM allows no empty range of a handler, and no two variables of one name with the same, such as an empty, range. */
    private static boolean isCovering(LabelNode start, LabelNode end) {
        return Instructions.nextReal(start) != Instructions.nextReal(end);
    }

    private void emitVariables() {
        if (source.localVariables == null) {
            return;
        }
        body.localVariables = new ArrayList<>();
        source.localVariables.forEach(this::emitVariable);
    }

    private void emitVariable(LocalVariableNode variable) {
        LabelNode from = null;
        for (AbstractInsnNode i = variable.start; i != variable.end && i != null; i = i.getNext()) {
            AbstractInsnNode first = emitted.get(i);
            if (first != null
                    && Instructions.isReal(i)
                    && isReached(i)
                    && holdsVariable(i, variable.index) == (from == null)) {
                LabelNode here = Instructions.labelBefore(body, first);
                if (from != null) {
                    addVariable(variable, from, here);
                }
                from = from == null ? here : null;
            }
        }
        if (from != null) {
            addVariable(variable, from, label(variable.end));
        }
    }

    private void addVariable(LocalVariableNode variable, LabelNode from, LabelNode to) {
        if (body.localVariables.size() == MOST_COUNTED) {
            return; // there is no room for more; only debuggers miss it
        }
        body.localVariables.add(new LocalVariableNode(
                variable.name, variable.desc, variable.signature, from, to, slot(variable.index)));
    }

    private FrameNode mapped(FrameNode frame) {
        TreeMap<Integer, Object> locals = new TreeMap<>(hiddenLocals());
        int slot = 0;
        for (Object type : frame.local) {
            if (!Opcodes.TOP.equals(type)) {
                locals.put(slot(slot), mapped(type));
            }
            slot += TypeState.size(type);
        }
        return frame(locals, frame.stack.stream().map(this::mapped).toList());
    }

    private Object mapped(Object type) {
        return type instanceof LabelNode label ? label(label) : type;
    }

    /** A stack map frame, from types by slot. */
    final FrameNode frame(SortedMap<Integer, Object> locals, List<Object> stack) {
        List<Object> listed = new ArrayList<>();
        int slot = 0;
        for (Map.Entry<Integer, Object> local : locals.entrySet()) {
            for (; slot < local.getKey(); slot++) {
                listed.add(Opcodes.TOP);
            }
            listed.add(local.getValue());
            slot += TypeState.size(local.getValue());
        }
        return new FrameNode(Opcodes.F_NEW, listed.size(), listed.toArray(), stack.size(), stack.toArray());
    }

    final SortedMap<Integer, Object> withSelf() {
        TreeMap<Integer, Object> locals = new TreeMap<>();
        if (!async.isStatic()) {
            locals.put(0, async.host().name);
        }
        return locals;
    }

    final LabelNode label(LabelNode original) {
        LabelNode label = labels.get(original);
        if (label == null) {
            throw new IllegalStateException("a label outside of the method");
        }
        return label;
    }

    final void add(@Nullable AbstractInsnNode instruction) {
        if (instruction == null) {
            throw new IllegalStateException("no instruction");
        }
        body.instructions.add(instruction);
    }

    private void abiWithCarrier(String name, String operands) {
        add(new VarInsnNode(Opcodes.ALOAD, carrierSlot()));
        abi(name, "(" + operands + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR);
    }

    private void abi(String name, String descriptor) {
        add(new MethodInsnNode(Opcodes.INVOKESTATIC, Names.ABI, name, descriptor, false));
    }
}
