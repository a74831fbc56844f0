package dev.fermata.transformer.model;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Liveness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Where the object lies that a {@code close()} is called on: in a local, or in a field that is reached from one or from a
 * class. javac copies each resource into a local of its own. ECJ reads an existing variable or field again for each close.
 *
 * @param slot the local; -1 for a static field
 * @param fields what is read from there, as owner, name and descriptor, outermost first
 */
record Resource(int slot, List<String> fields) {
    /** The resource that {@code close} is called on; empty if it is the result of a call or otherwise has no place. */
    static Optional<Resource> of(MethodInsnNode close) {
        List<String> fields = new ArrayList<>();
        AbstractInsnNode from = Instructions.straightBefore(close);
        while (from != null && (from.getOpcode() == Opcodes.CHECKCAST || from.getOpcode() == Opcodes.GETFIELD)) {
            if (from instanceof FieldInsnNode field) {
                fields.add(0, nameOf(field));
            }
            from = Instructions.straightBefore(from);
        }
        if (from instanceof VarInsnNode load && load.getOpcode() == Opcodes.ALOAD) {
            return Optional.of(new Resource(load.var, List.copyOf(fields)));
        }
        if (from instanceof FieldInsnNode field && field.getOpcode() == Opcodes.GETSTATIC) {
            fields.add(0, nameOf(field));
            return Optional.of(new Resource(-1, List.copyOf(fields)));
        }
        return Optional.empty();
    }

    /** Whether {@code instruction} puts another object there. */
    boolean isReplacedBy(AbstractInsnNode instruction) {
        return (slot >= 0 && Liveness.writtenSlot(instruction) == slot)
                || (instruction instanceof FieldInsnNode field
                        && (field.getOpcode() == Opcodes.PUTFIELD || field.getOpcode() == Opcodes.PUTSTATIC)
                        && fields.contains(nameOf(field)));
    }

    /** Whether {@code instruction} closes it, by {@code close()} of whatever type. */
    boolean isClosedBy(AbstractInsnNode instruction) {
        return instruction instanceof MethodInsnNode call
                && call.name.equals("close")
                && call.desc.equals("()V")
                && of(call).equals(Optional.of(this));
    }

    private static String nameOf(FieldInsnNode field) {
        return field.owner + "." + field.name + ":" + field.desc;
    }
}
