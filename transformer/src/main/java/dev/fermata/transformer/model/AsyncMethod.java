package dev.fermata.transformer.model;

import dev.fermata.transformer.analysis.NestAttributes;
import dev.fermata.transformer.analysis.Utf8;
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
public record AsyncMethod(ClassNode host, MethodNode method, Kind kind, boolean lambda) {
    /** The JVM's limit, {@code this} included. */
    private static final int MOST_ARGUMENT_SLOTS = 255;

    /** What a caller gets. */
    public enum Kind {
        /** A coroutine; the method runs when that is awaited. */
        COLD,
        /** A future; the method starts at the call. */
        HOT,
        /** Nothing: a test, or what runs before or after one. The method has run to its end when the call returns. */
        TEST
    }

    public boolean isStatic() {
        return (method.access & Opcodes.ACC_STATIC) != 0;
    }

    public boolean inInterface() {
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
    public boolean isLinkable() {
        return isStatic()
                && takesCarrier()
                && kind == Kind.COLD
                && (method.access & (Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC)) == 0;
    }

    /** Whether the frame class is of the host's nest and may call private bodies; before Java 11 there are no nests. */
    public boolean inNest() {
        return NestAttributes.areReadIn(host);
    }

    /**
     * The access of the bodies: private. Without nests they are static and take {@code this} as their first parameter, so
     * that nothing can override them; visible to the package, or to all in an interface, which knows nothing between. Only
     * those of lambdas are synthetic, as javac made them: coverage tools leave out what is.
     */
    public int bodyAccess() {
        int visibility = inNest() ? Opcodes.ACC_PRIVATE : inInterface() ? Opcodes.ACC_PUBLIC : 0;
        return visibility | (hasStaticBodies() ? Opcodes.ACC_STATIC : 0) | (method.access & Opcodes.ACC_SYNTHETIC);
    }

    private boolean hasStaticBodies() {
        return isStatic() || !inNest();
    }

    /** The instruction that calls one of the bodies: they are private or static, so none of these dispatches. */
    public int bodyCall() {
        return hasStaticBodies()
                ? Opcodes.INVOKESTATIC
                : inInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
    }

    /** Slots of {@code this}: 0 or 1. */
    public int selfSlots() {
        return isStatic() ? 0 : 1;
    }

    /** Slots of {@code this} and the arguments. */
    public int argumentSlots() {
        // getArgumentsAndReturnSizes counts this for every method
        return (Type.getArgumentsAndReturnSizes(method.desc) >> 2) - (isStatic() ? 1 : 0);
    }

    /**
     * Whether a call has room for the carrier, and for {@code this} as a parameter: the JVM allows 255 slots, and descriptors
     * of 65,535 bytes. Else the direct body finds its arguments in a frame, and every call is cold.
     */
    public boolean takesCarrier() {
        String widest = directDescriptor(isStatic() ? method.desc : withSelf(method.desc));
        return argumentSlots() < MOST_ARGUMENT_SLOTS && Utf8.length(widest) <= Utf8.MOST_BYTES;
    }

    /** The name of the direct body. A static method may have the parameters of an instance method and its {@code this}. */
    public String directBody() {
        return !hasExplicitSelf() || !declaresStatic(withExplicitSelf(method.desc))
                ? method.name
                : method.name + "$this";
    }

    private boolean declaresStatic(String descriptor) {
        return host.methods.stream()
                .anyMatch(it -> it.name.equals(method.name)
                        && it.desc.equals(descriptor)
                        && (it.access & Opcodes.ACC_STATIC) != 0);
    }

    /** The descriptor of the direct body, where that {@linkplain #takesCarrier takes} the arguments and the carrier. */
    public String directDescriptor() {
        return directDescriptor(withExplicitSelf(method.desc));
    }

    /** The descriptor of the direct body of a static method with descriptor {@code cold}. */
    public static String directDescriptor(String cold) {
        String arguments = cold.substring(0, cold.indexOf(')'));
        return arguments + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR;
    }

    /** The descriptor of the direct body: if it does not take the arguments, their frame. */
    public String bodyDescriptor(String frameClass) {
        return takesCarrier()
                ? directDescriptor()
                : withExplicitSelf("(L" + frameClass + ";") + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR;
    }

    /**
     * Whether {@code other}, as the compiler wrote it, has the name and descriptor of the direct body that is to be added. The
     * resuming one's nobody has: its parameter is a class that is made for it.
     */
    boolean collidesWith(MethodNode other) {
        return takesCarrier() && other.name.equals(method.name) && other.desc.equals(directDescriptor());
    }

    /** The descriptor of the resuming body, whose first parameter but {@code this} is the frame: overloads differ in it. */
    public String resumingDescriptor(String frameClass) {
        return withExplicitSelf("(L" + frameClass + ";") + Names.RESUME_PARAMETERS + ")" + Names.OBJECT_DESCRIPTOR;
    }

    private boolean hasExplicitSelf() {
        return !isStatic() && hasStaticBodies();
    }

    private String withExplicitSelf(String descriptor) {
        return hasExplicitSelf() ? withSelf(descriptor) : descriptor;
    }

    private String withSelf(String descriptor) {
        return "(L" + host.name + ";" + descriptor.substring(1);
    }
}
