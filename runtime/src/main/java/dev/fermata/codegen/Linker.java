package dev.fermata.codegen;

import dev.fermata.Awaitable;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Links {@code await(Other.f(x))}, where f is a static method of a class outside of the caller's nest. Only when the call is
 * made for the first time is it known what f has become: the two classes may come from different jars, woven at different
 * times or not at all.
 */
public final class Linker {
    /** Between the name of a class and that of a method in the name of the method's frame class; overloads add a number. */
    public static final String FRAME_INFIX = "$async$";

    /** The static method of a frame class that calls the direct body, for {@link Abi#VERSION}. */
    public static final String CALL = "call" + Abi.VERSION;

    private Linker() {}

    /**
     * The bootstrap. Binds the call to f's direct body if f is woven for an ABI this runtime speaks; otherwise to f itself,
     * whose coroutine is awaited. Either way the call site is as fast as one that the JVM linked.
     *
     * @param type f's parameters and the carrier, giving an Object
     * @param method f as the caller's class file names it; resolved by the JVM, with its checks of access
     */
    public static CallSite link(MethodHandles.Lookup caller, String name, MethodType type, MethodHandle method)
            throws ReflectiveOperationException {
        MethodHandleInfo info = caller.revealDirect(method);
        MethodHandle direct = directBody(caller, info, type);
        return new ConstantCallSite(direct == null ? cold(method) : direct);
    }

    /** Null if f has none: it was not woven, or its class was compiled again and left a frame class behind. */
    private static @Nullable MethodHandle directBody(
            MethodHandles.Lookup caller, MethodHandleInfo info, MethodType type) {
        Class<?> host = info.getDeclaringClass();
        if (!declares(host, info.getName(), type)) {
            return null;
        }
        String frame = host.getName() + FRAME_INFIX + info.getName();
        try {
            MethodHandle found = null;
            for (int overload = 1; found == null; overload++) {
                String name = overload == 1 ? frame : frame + "$" + overload;
                found = call(caller, Class.forName(name, false, host.getClassLoader()), type);
            }
            return found;
        } catch (ClassNotFoundException | IllegalAccessException e) {
            return null; // a frame class of this ABI, or one that the caller may see, does not exist
        }
    }

    /** Null for the frame class of another overload, or of another ABI. */
    private static @Nullable MethodHandle call(MethodHandles.Lookup caller, Class<?> frame, MethodType type)
            throws IllegalAccessException {
        try {
            return caller.findStatic(frame, CALL, type);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static boolean declares(Class<?> host, String name, MethodType type) {
        try {
            return host.getDeclaredMethod(name, type.parameterArray()).getReturnType() == Object.class;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /** f is called, and what it returns is awaited. */
    private static MethodHandle cold(MethodHandle method) throws ReflectiveOperationException {
        MethodHandle await = MethodHandles.publicLookup()
                .findStatic(Abi.class, "await", MethodType.methodType(Object.class, Awaitable.class, Carrier.class));
        MethodHandle fixed = method.asFixedArity();
        return MethodHandles.collectArguments(
                await, 0, fixed.asType(fixed.type().changeReturnType(Awaitable.class)));
    }
}
