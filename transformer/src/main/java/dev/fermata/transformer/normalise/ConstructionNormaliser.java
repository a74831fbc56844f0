package dev.fermata.transformer.normalise;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Slots;
import dev.fermata.transformer.analysis.TypeFlow;
import dev.fermata.transformer.analysis.TypeState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Set;
import java.util.function.Predicate;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * An object that is under construction at a suspension point ({@code new A(1, await(x))}) is created where
 * its constructor is called instead, because an uninitialised object cannot be stored in a frame.
 *
 * <pre>
 *   NEW A           becomes   NEW A, POP (initialises the class, as it did), ACONST_NULL
 *   DUP                       DUP: every copy is a null that marks the place
 *   …arguments…               …arguments…
 *   A.&lt;init&gt;                  arguments to locals, marks off the stack, NEW A, arguments back, A.&lt;init&gt;, the object
 *                             into the places of all other marks, on the stack and in locals
 * </pre>
 */
final class ConstructionNormaliser {
    private final MethodNode method;
    private final TypeFlow flow;
    private int freeLocal;

    private ConstructionNormaliser(MethodNode method, TypeFlow flow) {
        this.method = method;
        this.flow = flow;
        this.freeLocal = method.maxLocals;
    }

    static void normalise(String owner, MethodNode copy, Predicate<AbstractInsnNode> isSuspension) {
        TypeFlow flow = TypeFlow.of(owner, copy, it -> isSuspension.test(it) || isConstructorCall(it));
        ConstructionNormaliser normaliser = new ConstructionNormaliser(copy, flow);
        Set<AbstractInsnNode> suspended = normaliser.constructionsAliveAt(isSuspension);
        if (!suspended.isEmpty()) {
            normaliser.moveToConstructorCalls(suspended);
            copy.maxLocals = normaliser.freeLocal;
        }
    }

    private static boolean isConstructorCall(AbstractInsnNode instruction) {
        return instruction instanceof MethodInsnNode call && call.name.equals("<init>");
    }

    private Set<AbstractInsnNode> constructionsAliveAt(Predicate<AbstractInsnNode> isSuspension) {
        Set<AbstractInsnNode> alive = Collections.newSetFromMap(new IdentityHashMap<>());
        for (AbstractInsnNode instruction : method.instructions) {
            if (flow.isReachable(instruction) && isSuspension.test(instruction)) {
                TypeState types = flow.before(instruction);
                for (List<Object> places : List.of(types.locals(), types.stack())) {
                    places.stream()
                            .filter(TypeState::isUninitialised)
                            .map(flow::construction)
                            .forEach(alive::add);
                }
            }
        }
        return alive;
    }

    private void moveToConstructorCalls(Set<AbstractInsnNode> constructions) {
        for (AbstractInsnNode instruction : method.instructions.toArray()) {
            if (instruction instanceof FrameNode frame) {
                frame.local = marked(frame.local, constructions);
                frame.stack = marked(frame.stack, constructions);
            } else if (isConstructorCall(instruction) && flow.isReachable(instruction)) {
                MethodInsnNode call = (MethodInsnNode) instruction;
                List<Object> stack = flow.before(call).stack();
                Object receiver = stack.get(stack.size() - 1 - Type.getArgumentTypes(call.desc).length);
                if (TypeState.isUninitialised(receiver)
                        && !Opcodes.UNINITIALIZED_THIS.equals(receiver)
                        && constructions.contains(flow.construction(receiver))) {
                    create(call, flow.before(call), flow.construction(receiver));
                }
            }
        }
        for (AbstractInsnNode construction : constructions) {
            InsnList marks = new InsnList();
            marks.add(new InsnNode(Opcodes.POP));
            marks.add(new InsnNode(Opcodes.ACONST_NULL));
            method.instructions.insert(construction, marks);
        }
    }

    private static List<Object> marked(List<Object> types, Set<AbstractInsnNode> constructions) {
        List<Object> marked = new ArrayList<>(types);
        marked.replaceAll(
                it -> it instanceof LabelNode label && constructions.contains(constructed(label)) ? Opcodes.NULL : it);
        return marked;
    }

    private static AbstractInsnNode constructed(LabelNode label) {
        AbstractInsnNode i = label;
        while (!Instructions.isReal(i)) {
            i = i.getNext();
        }
        return i;
    }

    /** Replaces a constructor call: {@code …, mark, other, mark, mark, arguments} becomes {@code …, a, other, a}. */
    private void create(MethodInsnNode call, TypeState types, AbstractInsnNode construction) {
        InsnList code = new InsnList();
        List<VarInsnNode> arguments = new ArrayList<>();
        for (Type type : Type.getArgumentTypes(call.desc)) {
            arguments.add(new VarInsnNode(type.getOpcode(Opcodes.ILOAD), newLocal(type.getSize())));
        }
        for (ListIterator<VarInsnNode> i = arguments.listIterator(arguments.size()); i.hasPrevious(); ) {
            code.add(storeFor(i.previous()));
        }
        // the marks, and what lies between them, from the top down to the lowest mark below the receiver
        List<Object> stack = types.below(arguments.size() + 1);
        code.add(new InsnNode(Opcodes.POP));
        int lowest = stack.size();
        for (int i = stack.size() - 1; i >= 0; i--) {
            if (isMark(stack.get(i), construction)) {
                lowest = i;
            }
        }
        List<VarInsnNode> above = new ArrayList<>();
        int created = newLocal(1);
        for (int i = stack.size() - 1; i >= lowest; i--) {
            if (isMark(stack.get(i), construction)) {
                code.add(new InsnNode(Opcodes.POP));
                above.add(0, new VarInsnNode(Opcodes.ALOAD, created));
            } else {
                // another object under construction, or the null that marks one, goes through a local like any
                // reference
                Object type = stack.get(i);
                int opcode = TypeState.isUninitialised(type) ? Opcodes.ALOAD : Slots.load(type);
                VarInsnNode load = new VarInsnNode(opcode, newLocal(TypeState.size(type)));
                code.add(storeFor(load));
                above.add(0, load);
            }
        }
        code.add(new TypeInsnNode(Opcodes.NEW, ((TypeInsnNode) construction).desc));
        code.add(new InsnNode(Opcodes.DUP));
        code.add(new VarInsnNode(Opcodes.ASTORE, created));
        arguments.forEach(code::add);
        method.instructions.insertBefore(call, code);
        InsnList after = new InsnList();
        above.forEach(after::add);
        for (int slot = 0; slot < types.locals().size(); slot++) {
            if (isMark(types.local(slot), construction)) {
                after.add(new VarInsnNode(Opcodes.ALOAD, created));
                after.add(new VarInsnNode(Opcodes.ASTORE, slot));
            }
        }
        method.instructions.insert(call, after);
    }

    private boolean isMark(Object type, AbstractInsnNode construction) {
        return type instanceof org.objectweb.asm.Label && flow.construction(type) == construction;
    }

    private static VarInsnNode storeFor(VarInsnNode load) {
        return new VarInsnNode(load.getOpcode() + (Opcodes.ISTORE - Opcodes.ILOAD), load.var);
    }

    private int newLocal(int size) {
        int local = freeLocal;
        freeLocal += size;
        return local;
    }
}
