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
 * Links {@code await(Other.f(x))}, where f is a static method of a class outside of the caller's nest. Only when the call is
 * made for the first time is it known what f has become: the two classes may come from different jars, woven at different
 * times or not at all.
 */
public final class Linker {
    /**
     * Between the name of a class and that of a method in the plain name of the method's frame class; overloads add a number.
     * See {@link #distinctName} for the others.
     */
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

    /**
     * The name of a method's frame class where the plain one is not free: cut to what a file's name may have, and with a
     * digest of host, method and descriptor at its end.
     *
     * @param host internal name
     * @param descriptor of the method as the compiler wrote it
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

    /** The beginning of a text that takes no more than so many bytes. */
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

    /** Null if f has none: it was not woven, or its class was compiled again and left a frame class behind. */
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
            // The error: on a file system that ignores case there is a file for the name, with a class of another one
            // in it.
            return null;
        }
    }

    /** Null for what is no frame class, for one of another overload or ABI, and for one that the caller may not see. */
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

    /** f is called, and what it returns is awaited. */
    private static MethodHandle cold(MethodHandle method) throws ReflectiveOperationException {
        MethodHandle await = MethodHandles.publicLookup()
                .findStatic(Abi.class, "await", MethodType.methodType(Object.class, Awaitable.class, Carrier.class));
        MethodHandle fixed = method.asFixedArity();
        return MethodHandles.collectArguments(
                await, 0, fixed.asType(fixed.type().changeReturnType(Awaitable.class)));
    }
}
