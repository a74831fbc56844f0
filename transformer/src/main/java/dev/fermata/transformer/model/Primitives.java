package dev.fermata.transformer.model;

import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * The calls of Fermata's own primitives that have a counterpart in {@code dev.fermata.abi.Direct}, which makes no coroutine
 * where there is no need to wait. Each counterpart has the name of the method. Its parameters are the object, if the method
 * is not static, those of the method, and the carrier.
 */
public final class Primitives {
    private static final String QUEUE = Names.PACKAGE + "AsyncQueue";
    private static final String SEMAPHORE = Names.PACKAGE + "AsyncSemaphore";

    /** The class that has the methods, for each class by which they may be called. */
    private static final Map<String, String> DECLARING = Map.of(
            Names.ASYNCIO,
            Names.ASYNCIO,
            QUEUE,
            QUEUE,
            Names.PACKAGE + "AsyncPriorityQueue",
            QUEUE,
            Names.PACKAGE + "AsyncLifoQueue",
            QUEUE,
            Names.PACKAGE + "AsyncLock",
            Names.PACKAGE + "AsyncLock",
            Names.PACKAGE + "AsyncCondition",
            Names.PACKAGE + "AsyncCondition",
            SEMAPHORE,
            SEMAPHORE,
            Names.PACKAGE + "AsyncBoundedSemaphore",
            SEMAPHORE,
            Names.PACKAGE + "AsyncEvent",
            Names.PACKAGE + "AsyncEvent");

    /** Class, name and parameters. */
    private static final Set<String> CALLS = Set.of(
            Names.ASYNCIO + ".sleep(Ljava/time/Duration;)",
            QUEUE + ".get()",
            QUEUE + ".put(" + Names.OBJECT_DESCRIPTOR + ")",
            QUEUE + ".join()",
            Names.PACKAGE + "AsyncLock.acquire()",
            Names.PACKAGE + "AsyncCondition.acquire()",
            SEMAPHORE + ".acquire()",
            Names.PACKAGE + "AsyncEvent.untilSet()");

    private Primitives() {}

    static boolean isPrimitive(MethodInsnNode call) {
        String declaring = DECLARING.get(call.owner);
        return declaring != null && CALLS.contains(declaring + '.' + call.name + parameters(call));
    }

    /** Returns the descriptor of the counterpart of a call. */
    public static String directDescriptor(MethodInsnNode call) {
        String parameters = parameters(call).substring(1, parameters(call).length() - 1);
        String receiver = call.getOpcode() == Opcodes.INVOKESTATIC ? "" : "L" + DECLARING.get(call.owner) + ";";
        return "(" + receiver + parameters + Names.CARRIER_DESCRIPTOR + ")" + Names.OBJECT_DESCRIPTOR;
    }

    private static String parameters(MethodInsnNode call) {
        return call.desc.substring(0, call.desc.indexOf(')') + 1);
    }
}
