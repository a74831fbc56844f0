package dev.fermata.transformer.model;

import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.analysis.Instructions;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** What suspends: an await, and the close of an AsyncCloseable. */
public record Suspensions(Hierarchy hierarchy) {
    public boolean isOne(AbstractInsnNode instruction) {
        return isAwait(instruction) || isClose(instruction);
    }

    /** {@code Asyncio.await} in any of its forms. */
    static boolean isAwait(AbstractInsnNode instruction) {
        return Instructions.isCall(instruction, Names.ASYNCIO, Names.AWAIT);
    }

    boolean isClose(AbstractInsnNode instruction) {
        return instruction instanceof MethodInsnNode call
                && call.name.equals("close")
                && call.desc.equals("()V")
                && (call.getOpcode() == Opcodes.INVOKEVIRTUAL || call.getOpcode() == Opcodes.INVOKEINTERFACE)
                && hierarchy.inherits(call.owner, Names.ASYNC_CLOSEABLE);
    }

    boolean anyIn(MethodNode method) {
        for (AbstractInsnNode instruction : method.instructions) {
            if (isOne(instruction)) {
                return true;
            }
        }
        return false;
    }
}
