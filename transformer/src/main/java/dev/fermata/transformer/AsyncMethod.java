package dev.fermata.transformer;

import dev.fermata.transformer.ClassReport.Kind;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * A method that is to be woven, or was.
 *
 * @param host the class it stands in
 * @param method as the compiler wrote it
 * @param kind how it is called
 * @param lambda whether it is the body of a lambda
 */
record AsyncMethod(ClassNode host, MethodNode method, Kind kind, boolean lambda) {
    boolean isStatic() {
        return (method.access & Opcodes.ACC_STATIC) != 0;
    }

    boolean inInterface() {
        return (host.access & Opcodes.ACC_INTERFACE) != 0;
    }

    /**
     * Whether a call that names this method can end nowhere else. Being final, or in a final class, is not enough: nothing
     * overrides such a method, but a mock or spy of its class, which is the same class, answers in its place.
     */
    boolean isBoundStatically() {
        return (method.access & (Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE)) != 0;
    }

    /** Whether classes outside of the nest may call it and be linked to its direct body. */
    boolean isLinkable() {
        return isStatic() && kind == Kind.COLD && (method.access & (Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC)) == 0;
    }

    /** The instruction that calls one of the bodies: they are private, so none of these dispatches. */
    int bodyCall() {
        return isStatic() ? Opcodes.INVOKESTATIC : inInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
    }

    /** Slots of {@code this}: 0 or 1. */
    int selfSlots() {
        return isStatic() ? 0 : 1;
    }

    /** Slots of {@code this} and the arguments. */
    int argumentSlots() {
        // getArgumentsAndReturnSizes counts this for every method
        return (Type.getArgumentsAndReturnSizes(method.desc) >> 2) - (isStatic() ? 1 : 0);
    }

    String directDescriptor() {
        return directDescriptor(method.desc);
    }

    /** The descriptor of the direct body of a method with descriptor {@code cold}. */
    static String directDescriptor(String cold) {
        String arguments = cold.substring(0, cold.indexOf(')'));
        return arguments + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR;
    }

    /** The descriptor of the resuming body, whose first parameter is the frame: overloads differ in it. */
    static String resumingDescriptor(String frameClass) {
        return "(L" + frameClass + ";" + Names.RESUME_PARAMETERS + ")" + Names.OBJECT_DESCRIPTOR;
    }
}
