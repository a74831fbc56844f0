package dev.fermata.transformer.normalise;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.TypeState;
import dev.fermata.transformer.analysis.ValueOrigins;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.AsyncMethod.Kind;
import dev.fermata.transformer.model.Names;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * A body returns its plain result. By now every returned value was made by {@code done} (see {@link ReturnNormaliser}). A {@code done(v)} that ends in returns
 * only, however it gets there (a local where the compiler keeps it while a finally block runs, the arms of a ternary), is v
 * itself, so that nothing is allocated. Any other stays what it is and is unwrapped at the return.
 */
final class ResultNormaliser {
    private final MethodNode method;
    private final Kind kind;
    private final ValueOrigins origins;

    /** The calls of {@code done} whose value is used for anything but returns. */
    private final Set<AbstractInsnNode> kept = Collections.newSetFromMap(new IdentityHashMap<>());

    private ResultNormaliser(AsyncMethod async, MethodNode method) {
        this.method = method;
        this.kind = async.kind();
        this.origins = ValueOrigins.of(async.host(), method, it -> false);
    }

    static void normalise(AsyncMethod async, MethodNode copy) {
        new ResultNormaliser(async, copy).normalise();
    }

    private void normalise() {
        findKept();
        for (AbstractInsnNode instruction : method.instructions.toArray()) {
            if (!origins.isReachable(instruction)) {
                continue;
            }
            if (instruction instanceof FrameNode frame) {
                retype(frame);
            } else if (instruction.getOpcode() == Opcodes.ARETURN
                    && origins.ofStack(instruction, 0).stream().anyMatch(kept::contains)) {
                method.instructions.insertBefore(instruction, unwrap());
            }
        }
        for (AbstractInsnNode instruction : method.instructions.toArray()) {
            if (isElided(instruction)) {
                elide((MethodInsnNode) instruction);
            }
        }
    }

    private void findKept() {
        for (AbstractInsnNode instruction : method.instructions) {
            if (isWrapper(instruction)
                    && origins.usesOf(instruction).stream().anyMatch(it -> it.getOpcode() != Opcodes.ARETURN)) {
                kept.add(instruction);
            }
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (AbstractInsnNode instruction : method.instructions) {
                if (instruction.getOpcode() == Opcodes.ARETURN && origins.isReachable(instruction)) {
                    Set<AbstractInsnNode> returned = origins.ofStack(instruction, 0);
                    changed |= !returned.stream().allMatch(this::isElided) && kept.addAll(returned);
                }
            }
        }
    }

    private boolean isWrapper(AbstractInsnNode instruction) {
        return ReturnNormaliser.isWrapper(instruction, kind);
    }

    private boolean isElided(AbstractInsnNode instruction) {
        return isWrapper(instruction) && !kept.contains(instruction) && origins.isReachable(instruction);
    }

    /** Where the compiler's frame speaks of a coroutine there is now any object. */
    private void retype(FrameNode frame) {
        int slot = 0;
        for (ListIterator<Object> types = frame.local.listIterator(); types.hasNext(); ) {
            Object type = types.next();
            if (!Opcodes.TOP.equals(type)
                    && origins.ofLocal(frame, slot).stream().anyMatch(this::isElided)) {
                types.set(Names.OBJECT);
            }
            slot += TypeState.size(type);
        }
        List<Object> stack = frame.stack;
        for (int i = 0; i < stack.size(); i++) {
            if (origins.ofStack(frame, stack.size() - 1 - i).stream().anyMatch(this::isElided)) {
                stack.set(i, Names.OBJECT);
            }
        }
    }

    private MethodInsnNode unwrap() {
        String wrapper = kind == Kind.COLD ? Names.COROUTINE : Names.COMPLETION_STAGE;
        return new MethodInsnNode(
                Opcodes.INVOKESTATIC, Names.ABI, "unwrap", "(L" + wrapper + ";)" + Names.OBJECT_DESCRIPTOR, false);
    }

    private void elide(MethodInsnNode wrapper) {
        if (Type.getArgumentTypes(wrapper.desc).length == 0) {
            method.instructions.set(wrapper, new InsnNode(Opcodes.ACONST_NULL));
        } else if (Instructions.isPrecededByFrame(wrapper) && Instructions.isFollowedByFrame(wrapper)) {
            // done(a ? x : y) as an arm of a ternary: two stack map frames for one place are not allowed
            method.instructions.set(wrapper, new InsnNode(Opcodes.NOP));
        } else {
            method.instructions.remove(wrapper);
        }
    }
}
