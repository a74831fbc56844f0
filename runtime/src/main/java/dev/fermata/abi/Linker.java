package dev.fermata.abi;

import dev.fermata.Awaitable;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Links {@code await(Other.f(x))}, where f is a static method of a class outside of the caller's nest. What f was woven
 * into is known only when the call is made for the first time: the two classes may come from different jars, woven at
 * different times or not at all.
 *
 * <p>Called by the JVM, from any thread.
 */
public final class Linker {
    /**
     * The text between the name of a class and that of a method in the plain name of the method's frame class; overloads
     * add a number. See {@link #distinctName} for frame classes with another name.
     */
    public static final String FRAME_INFIX = "$async$";

    /** The static method of a frame class that calls the direct body, for {@link Abi#VERSION}. */
    public static final String CALL = "call" + Abi.VERSION;

    private Linker() {}

    /**
     * Links a call site: the bootstrap method. It binds the call to f's direct body if f is woven for an ABI this runtime
     * speaks, and otherwise to f itself, whose coroutine is then awaited. Either way the call site is as fast as one that
     * the JVM linked.
     *
     * @param caller the woven class, with its access rights
     * @param name unused; the JVM requires it
     * @param type f's parameters and the carrier, returning an Object
     * @param method f as the caller's class file names it; resolved by the JVM, with its access checks
     * @throws ReflectiveOperationException if {@code caller} may not see {@code method}
     */
    public static CallSite link(MethodHandles.Lookup caller, String name, MethodType type, MethodHandle method)
            throws ReflectiveOperationException {
        MethodHandleInfo info = caller.revealDirect(method);
        MethodHandle direct = directBody(caller, info, type);
        return new ConstantCallSite(direct == null ? cold(method) : direct);
    }

    /**
     * Returns the name of a method's frame class for methods whose plain name is taken: shortened to what a file name
     * allows, with a digest of host, method and descriptor at its end.
     *
     * @param host internal name of the class that declares the method
     * @param method name of the method
     * @param descriptor the method's descriptor as the compiler wrote it
     * @return an internal name
     */
    public static String distinctName(String host, String method, String descriptor) {
        long digest = 0xcbf29ce484222325L; // FNV-1a, over UTF-16
        String all = host + '.' + method + descriptor;
        for (int i = 0; i < all.length(); i++) {
            digest = (digest ^ all.charAt(i)) * 0x100000001b3L;
        }
        String hex = String.format("%016x", digest);
        int room = 255 - ".class".length() - FRAME_INFIX.length() - 1 - hex.length();
        int slash = host.lastIndexOf('/') + 1;
        String simple = host.substring(slash);
        String shortMethod = cut(method, Math.max(room / 2, room - bytes(simple)));
        String shortHost = cut(simple, room - bytes(shortMethod));
        return host.substring(0, slash) + shortHost + FRAME_INFIX + shortMethod + '$' + hex;
    }

    /** Returns the beginning of {@code text} that takes no more than {@code most} bytes. */
    private static String cut(String text, int most) {
        int end = text.length();
        while (bytes(text.substring(0, end)) > most) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Returns f's direct body. Null if it has none: f was not woven, or its class was compiled again and left a frame class
     * behind.
     */
    private static @Nullable MethodHandle directBody(
            MethodHandles.Lookup caller, MethodHandleInfo info, MethodType type) {
        Class<?> host = info.getDeclaringClass();
        if (!declares(host, info.getName(), type)) {
            return null;
        }
        String plain = host.getName() + FRAME_INFIX + info.getName();
        String name = plain;
        for (int overload = 2; ; overload++) {
            Class<?> frame = find(name, host);
            if (frame == null) {
                break;
            }
            MethodHandle found = call(caller, frame, type);
            if (found != null) {
                return found;
            }
            name = plain + "$" + overload;
        }
        String descriptor = info.getMethodType().toMethodDescriptorString();
        String distinct = distinctName(host.getName().replace('.', '/'), info.getName(), descriptor);
        Class<?> frame = find(distinct.replace('/', '.'), host);
        return frame == null ? null : call(caller, frame, type);
    }

    private static @Nullable Class<?> find(String name, Class<?> host) {
        try {
            return Class.forName(name, false, host.getClassLoader());
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            // The error: on a file system that ignores case there is a file for the name, but with a class of another
            // name in it.
            return null;
        }
    }

    /**
     * Returns the static method of a frame class that calls the direct body. Null if the class is no frame class, if it
     * belongs to another overload or ABI, or if the caller may not see it.
     */
    private static @Nullable MethodHandle call(MethodHandles.Lookup caller, Class<?> frame, MethodType type) {
        try {
            return caller.findStatic(frame, CALL, type);
        } catch (NoSuchMethodException | IllegalAccessException e) {
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

    /** Returns a handle that calls f and awaits what it returns. */
    private static MethodHandle cold(MethodHandle method) throws ReflectiveOperationException {
        MethodHandle await = MethodHandles.publicLookup()
                .findStatic(Abi.class, "await", MethodType.methodType(Object.class, Awaitable.class, Carrier.class));
        MethodHandle fixed = method.asFixedArity();
        return MethodHandles.collectArguments(
                await, 0, fixed.asType(fixed.type().changeReturnType(Awaitable.class)));
    }
}
