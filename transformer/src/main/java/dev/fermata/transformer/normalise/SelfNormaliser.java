package dev.fermata.transformer.normalise;

import dev.fermata.transformer.analysis.Liveness;
import dev.fermata.transformer.analysis.TypeState;
import dev.fermata.transformer.model.AsyncMethod;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Where an instance method stores something else into local 0, which Java cannot say but other compilers do,
 * everything that is done with that local is done with a new one. The bodies and the frame rely on {@code this} being there.
 */
final class SelfNormaliser {
    private SelfNormaliser() {}

    static void normalise(AsyncMethod async, MethodNode copy) {
        if (async.isStatic() || !isOverwritten(copy)) {
            return;
        }
        int moved = copy.maxLocals;
        copy.maxLocals += 2;
        for (AbstractInsnNode instruction : copy.instructions) {
            if (instruction instanceof VarInsnNode variable && variable.var == 0) {
                variable.var = moved;
            } else if (instruction instanceof IincInsnNode increment && increment.var == 0) {
                increment.var = moved;
            } else if (instruction instanceof FrameNode frame) {
                frame.local = moved(frame.local, moved, async.host().name);
            }
        }
        InsnList entry = new InsnList();
        entry.add(new VarInsnNode(Opcodes.ALOAD, 0));
        entry.add(new VarInsnNode(Opcodes.ASTORE, moved));
        // in front of the first label too: what jumps to the beginning does not come here
        copy.instructions.insert(entry);
    }

    private static boolean isOverwritten(MethodNode method) {
        for (AbstractInsnNode instruction : method.instructions) {
            if (Liveness.writtenSlot(instruction) == 0) {
                return true;
            }
        }
        return false;
    }

    private static List<Object> moved(List<Object> locals, int slot, String self) {
        List<Object> moved = new ArrayList<>();
        int used = 0;
        for (Object type : locals) {
            moved.add(type);
            used += TypeState.size(type);
        }
        Object first = locals.isEmpty() ? Opcodes.TOP : locals.get(0);
        if (moved.isEmpty()) {
            moved.add(self);
            used = 1;
        } else if (TypeState.isWide(first)) {
            // a long in locals 0 and 1
            moved.set(0, self);
            moved.add(1, Opcodes.TOP);
        } else {
            moved.set(0, self);
        }
        for (; used < slot; used++) {
            moved.add(Opcodes.TOP);
        }
        moved.add(first);
        return moved;
    }
}
