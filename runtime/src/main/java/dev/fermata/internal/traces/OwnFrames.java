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
 * Decides which elements of a stack trace are Fermata's own, and shows a trace without them. Works on text only.
 *
 * <p>From any thread.
 */
public final class OwnFrames {
    /** The number of elements at which the JVM cuts its own traces off, by default. */
    public static final int MOST_ELEMENTS = 1024;

    private static final String FACADE_PACKAGE = "dev.fermata";
    private static final String ABI_PACKAGE = FACADE_PACKAGE + ".abi";
    private static final String OWN_PACKAGE = OwnFrames.class.getPackageName();
    private static final String INTERNAL_PACKAGES = FACADE_PACKAGE + ".internal.";
    private static final String LOWLEVEL_PACKAGE = FACADE_PACKAGE + ".lowlevel";
    private static final String MANAGEMENT_PACKAGE = FACADE_PACKAGE + ".management";
    private static final String TESTING_PACKAGE = FACADE_PACKAGE + ".testing";
    private static final String TESTING_NET_PACKAGE = TESTING_PACKAGE + ".net";
    private static final String NET_PACKAGE = FACADE_PACKAGE + ".net";
    private static final String NET_INTERNAL_PACKAGES = NET_PACKAGE + ".internal";
    private static final String NET_SPI_PACKAGE = NET_PACKAGE + ".spi";
    private static final String TEST_EXTENSION = TESTING_PACKAGE + ".AsyncTestExtension";
    private static final String ASYNCIO = FACADE_PACKAGE + ".Asyncio";
    private static final String TRAMPOLINE = Carrier.class.getName();

    /** Represents the trampoline in a trace that was tidied while the callers beyond it could not be known. */
    static final StackTraceElement CALLERS = new StackTraceElement(ASYNCIO, "await", "suspended callers", -1);

    /** Whether a class, by its name, is public. */
    private static final Map<String, Boolean> PUBLIC = new ConcurrentHashMap<>();

    private OwnFrames() {}

    /**
     * Returns the element between what an await has thrown and the methods that awaited it:
     * {@code dev.fermata.Asyncio.await(task load-7)}. It looks like the call in the source, with what it waited for in the
     * place of a file.
     */
    public static StackTraceElement await(String awaited) {
        return new StackTraceElement(ASYNCIO, "await", awaited, -1);
    }

    /** Whether {@code element} is one of {@link #await}. The real method, which woven code never calls, has a line. */
    public static boolean isAwait(StackTraceElement element) {
        return element.getLineNumber() == -1
                && element.getMethodName().equals("await")
                && element.getClassName().equals(ASYNCIO)
                && element.getFileName() != null
                && !element.equals(CALLERS);
    }

    /** Returns the index of the topmost trampoline, or of what was put in its place; -1 if there is none. */
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

    /**
     * Whether the trace was set by an await and not replaced since: it contains an element of {@link #await}, and no
     * trampoline.
     */
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

    /** Returns as much of a trace as the JVM would show. */
    static StackTraceElement[] cut(List<StackTraceElement> trace) {
        List<StackTraceElement> shown = trace.size() <= MOST_ELEMENTS ? trace : trace.subList(0, MOST_ELEMENTS);
        return shown.toArray(new StackTraceElement[0]);
    }

    /** Whether {@code element} is the call that starts a chain. */
    public static boolean isFirstStep(StackTraceElement element) {
        return element.getMethodName().equals("begin")
                && isOurs(element)
                && element.getClassName().endsWith("Carrier");
    }

    /**
     * Returns the index at which the topmost chain ends: its trampoline or its first step; the length if there is neither.
     */
    static int endOfChain(StackTraceElement[] trace) {
        int end = 0;
        while (end < trace.length && !isTrampoline(trace[end]) && !isFirstStep(trace[end])) {
            end++;
        }
        return end;
    }

    /**
     * Returns what a trace of the running thread ends with, below the topmost call of a method of Fermata and without
     * Fermata's elements. Empty if the trace was cut off before that.
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
     * Returns a trace of a running thread in the form to be shown: without Fermata's elements, and with a placeholder for
     * the callers that the chain has beyond its trampoline. Applied to its own result, it changes nothing.
     */
    public static StackTraceElement[] shown(StackTraceElement[] trace) {
        return shown(trace, false);
    }

    /** As {@link #shown(StackTraceElement[])}; {@code keepTop} as in {@link #addTidy}. */
    static StackTraceElement[] shown(StackTraceElement[] trace, boolean keepTop) {
        List<StackTraceElement> shown = new ArrayList<>(trace.length);
        int trampoline = trampolineIn(trace);
        addTidy(trace, 0, trampoline < 0 ? trace.length : trampoline, keepTop, shown);
        if (trampoline >= 0) {
            shown.add(CALLERS);
            addTidy(trace, trampoline, trace.length, false, shown);
        }
        return shown.toArray(StackTraceElement[]::new);
    }

    /** Returns the methods of the topmost chain that are on the stack, from the trace of a running thread. */
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
     * Adds elements without Fermata's. Of a row of Fermata's elements, only the one that was called from outside stays, if
     * it belongs to the API.
     *
     * @param keepTop whether Fermata's elements at the top of the trace stay, where they show what has thrown
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
                    end > i && end < trace.length && !isOurs(trace[end]); // else the row continues behind the range
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

    /** Whether {@code element} may be a call that a user has written: of a public class, and not one of our lambdas. */
    private static boolean isApi(StackTraceElement element) {
        String name = element.getClassName();
        return !element.getMethodName().startsWith("lambda$")
                && !element.equals(CALLERS)
                && ((isOfPackage(name, TESTING_PACKAGE) && !name.startsWith(TEST_EXTENSION)) // JUnit calls that
                        || (isOfPackage(name, FACADE_PACKAGE) && PUBLIC.computeIfAbsent(name, OwnFrames::isPublic)));
    }

    private static boolean isPublic(String className) {
        try {
            return Modifier.isPublic(Class.forName(className, false, OwnFrames.class.getClassLoader())
                    .getModifiers());
        } catch (ClassNotFoundException | LinkageError e) {
            return false; // the trace comes from elsewhere
        }
    }

    /**
     * Whether {@code element} is what a hot method or a test was woven into: it has no line, and the method itself is above
     * it.
     */
    private static boolean isStarter(StackTraceElement element, StackTraceElement called) {
        return element.getLineNumber() < 0
                && (isMethod(called, Abi.class.getName(), "hot")
                        || isMethod(called, TESTING_PACKAGE + ".AsyncTests", "run"));
    }

    private static boolean isMethod(StackTraceElement element, String className, String method) {
        return element.getMethodName().equals(method) && element.getClassName().equals(className);
    }

    /** Whether {@code element} is Fermata's, and not code that a user has written. */
    public static boolean isOurs(StackTraceElement element) {
        String name = element.getClassName();
        return isFrameClass(element)
                || ((isOfRuntime(name) || isOfPackage(name, TESTING_PACKAGE)) && !isAwait(element));
    }

    /** Whether a class belongs to the runtime. Users may have packages of their own below {@code dev.fermata}. */
    public static boolean isOfRuntime(String className) {
        return className.startsWith(FACADE_PACKAGE)
                && (isOfPackage(className, FACADE_PACKAGE)
                        || isOfPackage(className, ABI_PACKAGE)
                        || className.startsWith(INTERNAL_PACKAGES)
                        || isOfPackage(className, LOWLEVEL_PACKAGE)
                        || isOfPackage(className, MANAGEMENT_PACKAGE));
    }

    /** Whether a class belongs to one of Fermata's modules that programs and tests use. Most of them are woven, as users' are. */
    public static boolean isOfFermata(String className) {
        return className.startsWith(FACADE_PACKAGE)
                && (isOfRuntime(className)
                        || isOfPackage(className, NET_PACKAGE)
                        || className.startsWith(NET_INTERNAL_PACKAGES + ".")
                        || isOfPackage(className, NET_SPI_PACKAGE)
                        || isOfPackage(className, TESTING_PACKAGE)
                        || isOfPackage(className, TESTING_NET_PACKAGE));
    }

    /**
     * Returns the places in which a task waits without those inside of Fermata: of a row of them only the method that a
     * user's method has called. All of them if no user's method is among them.
     *
     * @param waiting the innermost first
     */
    public static List<StackTraceElement> shownIn(List<StackTraceElement> waiting) {
        List<StackTraceElement> shown = new ArrayList<>();
        boolean hasUsers = false;
        for (int i = 0; i < waiting.size(); i++) {
            boolean isUsers = !isOfFermata(waiting.get(i).getClassName());
            boolean isCalledByUser =
                    i + 1 < waiting.size() && !isOfFermata(waiting.get(i + 1).getClassName());
            if (isUsers || isCalledByUser) {
                shown.add(waiting.get(i));
            }
            hasUsers |= isUsers;
        }
        return hasUsers ? shown : waiting;
    }

    /** Whether {@code element} is of a frame class, which the weaver makes without a source file. */
    public static boolean isFrameClass(StackTraceElement element) {
        return element.getFileName() == null && element.getClassName().contains(Linker.FRAME_INFIX);
    }

    /** Whether {@code element} is on the way from a woven body to this package. */
    static boolean isOfCarrier(StackTraceElement element) {
        return isOfPackage(element.getClassName(), ABI_PACKAGE) || isOfPackage(element.getClassName(), OWN_PACKAGE);
    }

    /**
     * Whether the top of the trace of {@code thrown} stays. False for exceptions that Fermata itself declares, such as a
     * timeout: where in Fermata they are created is of no use to a user.
     */
    public static boolean keepsTop(Throwable thrown) {
        Class<?> type = thrown.getClass();
        return type.getClassLoader() != OwnFrames.class.getClassLoader()
                || !isOfPackage(type.getName(), FACADE_PACKAGE);
    }

    private static boolean isOfPackage(String className, String name) {
        return className.startsWith(name) && className.lastIndexOf('.') == name.length();
    }
}
