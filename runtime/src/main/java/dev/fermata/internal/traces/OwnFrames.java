package dev.fermata.internal.traces;

import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Linker;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which elements of a stack trace are Fermata's own, and how a trace reads without them. Works on text alone.
 *
 * <p>From any thread.
 */
public final class OwnFrames {
    /** What the JVM's own traces are cut at, by default. */
    public static final int MOST_ELEMENTS = 1024;

    private static final String FACADE_PACKAGE = "dev.fermata";
    private static final String ABI_PACKAGE = FACADE_PACKAGE + ".abi";
    private static final String OWN_PACKAGE = OwnFrames.class.getPackageName();
    private static final String INTERNAL_PACKAGES = FACADE_PACKAGE + ".internal.";
    private static final String LOWLEVEL_PACKAGE = FACADE_PACKAGE + ".lowlevel";
    private static final String MANAGEMENT_PACKAGE = FACADE_PACKAGE + ".management";
    private static final String TESTING_PACKAGE = FACADE_PACKAGE + ".testing";
    private static final String ASYNCIO = FACADE_PACKAGE + ".Asyncio";
    private static final String TRAMPOLINE = Carrier.class.getName();

    /** Stands for the trampoline in a trace that was tidied while it could not be known who waits beyond it. */
    static final StackTraceElement CALLERS = new StackTraceElement(ASYNCIO, "await", "suspended callers", -1);

    /** By name, whether a class is one that users call. */
    private static final Map<String, Boolean> PUBLIC = new ConcurrentHashMap<>();

    private OwnFrames() {}

    /**
     * The element between what an await has thrown and the methods that awaited it: {@code dev.fermata.Asyncio.await(task
     * load-7)}. It is the call that stands in the source, with what it waited for in the place of a file.
     */
    public static StackTraceElement await(String awaited) {
        return new StackTraceElement(ASYNCIO, "await", awaited, -1);
    }

    /** Whether it is one of {@link #await}. The real method, which nobody calls in woven code, has a line. */
    public static boolean isAwait(StackTraceElement element) {
        return element.getLineNumber() == -1
                && element.getMethodName().equals("await")
                && element.getClassName().equals(ASYNCIO)
                && element.getFileName() != null
                && !element.equals(CALLERS);
    }

    /** Where the topmost trampoline stands, or what was put in its place; -1 if there is none. */
    public static int trampolineIn(StackTraceElement[] trace) {
        for (int i = 0; i < trace.length; i++) {
            if (isTrampoline(trace[i])) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isTrampoline(StackTraceElement element) {
        return isMethod(element, TRAMPOLINE, "resume") || element.equals(CALLERS);
    }

    /** Whether an await has made it and nobody has replaced it since: it has an element of that, and no trampoline. */
    public static boolean isDelivered(StackTraceElement[] trace) {
        boolean awaited = false;
        for (StackTraceElement element : trace) {
            if (isMethod(element, TRAMPOLINE, "resume")) {
                return false;
            }
            awaited |= isAwait(element);
        }
        return awaited;
    }

    public static boolean isSameMethod(StackTraceElement one, StackTraceElement other) {
        return one.getMethodName().equals(other.getMethodName())
                && one.getClassName().equals(other.getClassName());
    }

    /** As much of a trace as the JVM would show. */
    static StackTraceElement[] cut(List<StackTraceElement> trace) {
        return trace.subList(0, Math.min(trace.size(), MOST_ELEMENTS)).toArray(StackTraceElement[]::new);
    }

    /** Whether it is the call that starts a chain. */
    public static boolean isFirstStep(StackTraceElement element) {
        return element.getMethodName().equals("begin")
                && isOurs(element)
                && element.getClassName().endsWith("Carrier");
    }

    /** Where the topmost chain ends: its trampoline or its first step; the length if neither stands there. */
    static int endOfChain(StackTraceElement[] trace) {
        int end = 0;
        while (end < trace.length && !isTrampoline(trace[end]) && !isFirstStep(trace[end])) {
            end++;
        }
        return end;
    }

    /**
     * What a trace of the running thread ends with below the topmost call of a method of Fermata, without Fermata's elements.
     * Empty if the trace was cut before that.
     */
    public static StackTraceElement[] below(Class<?> type, String method) {
        StackTraceElement[] now = new Throwable().getStackTrace();
        for (int i = 0; i < now.length; i++) {
            if (isMethod(now[i], type.getName(), method)) {
                List<StackTraceElement> below = new ArrayList<>();
                addTidy(now, i, now.length, false, below);
                return below.toArray(StackTraceElement[]::new);
            }
        }
        return new StackTraceElement[0];
    }

    /**
     * A trace of a running thread to be shown as it is: without Fermata's elements, and with a word in the place of the
     * callers that the chain has beyond its trampoline. Given again, it comes out the same.
     */
    public static StackTraceElement[] shown(StackTraceElement[] trace) {
        List<StackTraceElement> shown = new ArrayList<>(trace.length);
        int trampoline = trampolineIn(trace);
        addTidy(trace, 0, trampoline < 0 ? trace.length : trampoline, false, shown);
        if (trampoline >= 0) {
            shown.add(CALLERS);
            addTidy(trace, trampoline, trace.length, false, shown);
        }
        return shown.toArray(StackTraceElement[]::new);
    }

    /** Of the topmost chain in the trace of a running thread, the methods that are on the stack. */
    static List<StackTraceElement> running(StackTraceElement[] now) {
        int end = endOfChain(now);
        List<StackTraceElement> methods = new ArrayList<>(end + 1);
        addTidy(now, 0, end, false, methods);
        if (end < now.length && isTrampoline(now[end])) {
            methods.add(CALLERS);
        }
        return methods;
    }

    /**
     * Adds elements without Fermata's. Of those in a row only the one is left that was called from outside, if it is the
     * API's.
     *
     * @param keepTop whether all are left at the top of the trace, where they say what has thrown
     */
    public static void addTidy(
            StackTraceElement[] trace, int from, int to, boolean keepTop, List<StackTraceElement> tidy) {
        int i = from;
        while (i < to) {
            int end = i;
            while (end < to && isOurs(trace[end])) {
                end++;
            }
            boolean called =
                    end > i && end < trace.length && !isOurs(trace[end]); // else the row goes on behind the range
            boolean starter = called && isStarter(trace[end], trace[end - 1]);
            for (int k = i; k < end; k++) {
                boolean top = keepTop && i == 0 && !isFrameClass(trace[k]);
                if (top || (k == end - 1 && called && isApi(trace[k]) && !starter)) {
                    tidy.add(trace[k]);
                }
            }
            if (end < to && !starter) {
                tidy.add(trace[end]);
            }
            i = end + 1;
        }
    }

    /** Whether it may be a call that a user has written: of a public class, and no lambda of ours. */
    private static boolean isApi(StackTraceElement element) {
        String name = element.getClassName();
        return !element.getMethodName().startsWith("lambda$")
                && !element.equals(CALLERS)
                && (isOfPackage(name, TESTING_PACKAGE)
                        || (isOfPackage(name, FACADE_PACKAGE) && PUBLIC.computeIfAbsent(name, OwnFrames::isPublic)));
    }

    private static boolean isPublic(String className) {
        try {
            return Modifier.isPublic(Class.forName(className, false, OwnFrames.class.getClassLoader())
                    .getModifiers());
        } catch (ClassNotFoundException | LinkageError e) {
            return false; // a trace from elsewhere
        }
    }

    /** Whether it is what a hot method or a test became: it has no line, and the method itself stands above. */
    private static boolean isStarter(StackTraceElement element, StackTraceElement called) {
        return element.getLineNumber() < 0
                && (isMethod(called, Abi.class.getName(), "hot")
                        || isMethod(called, TESTING_PACKAGE + ".AsyncTests", "run"));
    }

    private static boolean isMethod(StackTraceElement element, String className, String method) {
        return element.getMethodName().equals(method) && element.getClassName().equals(className);
    }

    /** Whether Fermata has it on the stack, and no user has written it. */
    public static boolean isOurs(StackTraceElement element) {
        String name = element.getClassName();
        return isFrameClass(element)
                || ((isOfRuntime(name) || isOfPackage(name, TESTING_PACKAGE)) && !isAwait(element));
    }

    /** Whether a class is one of the runtime's. Users' own may lie in other packages below {@code dev.fermata}. */
    public static boolean isOfRuntime(String className) {
        return className.startsWith(FACADE_PACKAGE)
                && (isOfPackage(className, FACADE_PACKAGE)
                        || isOfPackage(className, ABI_PACKAGE)
                        || className.startsWith(INTERNAL_PACKAGES)
                        || isOfPackage(className, LOWLEVEL_PACKAGE)
                        || isOfPackage(className, MANAGEMENT_PACKAGE));
    }

    /** The frame classes that the weaver makes have no source file. */
    public static boolean isFrameClass(StackTraceElement element) {
        return element.getFileName() == null && element.getClassName().contains(Linker.FRAME_INFIX);
    }

    /** Whether it is on the way from a woven body to this package. */
    static boolean isOfCarrier(StackTraceElement element) {
        return isOfPackage(element.getClassName(), ABI_PACKAGE) || isOfPackage(element.getClassName(), OWN_PACKAGE);
    }

    /** False for what Fermata itself declares, such as a timeout: where in Fermata it is made says nothing to a user. */
    public static boolean keepsTop(Throwable thrown) {
        Class<?> type = thrown.getClass();
        return type.getClassLoader() != OwnFrames.class.getClassLoader()
                || !isOfPackage(type.getName(), FACADE_PACKAGE);
    }

    private static boolean isOfPackage(String className, String name) {
        return className.startsWith(name) && className.lastIndexOf('.') == name.length();
    }
}
