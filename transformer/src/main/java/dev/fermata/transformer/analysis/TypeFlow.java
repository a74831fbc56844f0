package dev.fermata.transformer.analysis;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.AnalyzerAdapter;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The verification types at chosen instructions. They are taken from the compiler's own stack map frames and
 * followed through straight code; nothing is merged or guessed, so no class needs to be loaded. (ASM's COMPUTE_FRAMES
 * would have to guess common superclasses.)
 */
public final class TypeFlow {
    private final Map<AbstractInsnNode, TypeState> states = new IdentityHashMap<>();
    private final Map<Label, AbstractInsnNode> constructions = new IdentityHashMap<>();

    private TypeFlow() {}

    /** The types before each reachable instruction that is {@code wanted}. */
    public static TypeFlow of(String owner, MethodNode method, Predicate<AbstractInsnNode> wanted) {
        TypeFlow flow = new TypeFlow();
        AnalyzerAdapter adapter =
                new AnalyzerAdapter(Opcodes.ASM9, owner, method.access, method.name, method.desc, null) {};
        for (AbstractInsnNode instruction : method.instructions.toArray()) {
            if (instruction.getOpcode() == Opcodes.NEW) {
                // The adapter names an object under construction by the first label before its NEW. One that the
                // adapter
                // alone is told of will do where there is none: an analysis leaves the code as it is.
                Label own = new Label();
                adapter.visitLabel(own);
                flow.constructions.put(own, instruction);
                for (AbstractInsnNode i = instruction.getPrevious();
                        i != null && !Instructions.isReal(i);
                        i = i.getPrevious()) {
                    if (i instanceof LabelNode label) {
                        flow.constructions.put(label.getLabel(), instruction);
                    }
                }
            }
            if (adapter.locals != null && wanted.test(instruction)) {
                flow.states.put(instruction, TypeState.of(adapter.locals, adapter.stack));
            }
            instruction.accept(adapter);
        }
        return flow;
    }

    public boolean isReachable(AbstractInsnNode instruction) {
        return states.containsKey(instruction);
    }

    public TypeState before(AbstractInsnNode instruction) {
        TypeState state = states.get(instruction);
        if (state == null) {
            throw new IllegalStateException("no types are known at an unreachable instruction");
        }
        return state;
    }

    /** The NEW of the object under construction that {@code type} stands for. */
    public AbstractInsnNode construction(Object type) {
        AbstractInsnNode construction = type instanceof Label label ? constructions.get(label) : null;
        if (construction == null) {
            throw new IllegalStateException("not an object under construction: " + type);
        }
        return construction;
    }
}
