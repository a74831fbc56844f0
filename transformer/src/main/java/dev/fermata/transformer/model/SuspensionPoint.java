package dev.fermata.transformer.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * A place where a method may be left and resumed.
 *
 * @param state its number, from 1
 * @param instruction the call that is replaced: of {@code await} or {@code close}
 * @param kind what it is replaced by
 * @param direct for {@link Kind#DIRECT}, {@link Kind#LINKED} and {@link Kind#PRIMITIVE} the call of the awaited method,
 *     which is made where the await stands
 * @param callee for {@link Kind#DIRECT} that method
 * @param failureSlots for {@link Kind#LEAVE} the locals that hold the exception on its way out
 * @param line in the source, 0 if unknown
 */
public record SuspensionPoint(
        int state,
        MethodInsnNode instruction,
        Kind kind,
        @Nullable MethodInsnNode direct,
        @Nullable AsyncMethod callee,
        List<Integer> failureSlots,
        int line) {

    public enum Kind {
        /** {@code await} of an awaitable object. */
        AWAITABLE,
        /** {@code await} of a CompletionStage. */
        STAGE,
        /** {@code await(f(x))} where f's direct body can be called. */
        DIRECT,
        /** {@code await(f(x))} of a static method outside of the nest: what f is, is known when the call is linked. */
        LINKED,
        /** {@code await(queue.get())} and the like: a call of one of Fermata's own primitives, see {@link Primitives}. */
        PRIMITIVE,
        /** The close of an AsyncCloseable on the normal way out. */
        CLOSE,
        /** The close of an AsyncCloseable on the way of an exception. */
        LEAVE
    }

    /** How many values the replaced call takes off the stack. */
    public int operands() {
        return instruction.name.equals(Names.AWAIT) && takesExceptionClass() ? 2 : 1;
    }

    /** {@code await(x, IOException.class)}: the class is for the compiler only. */
    public boolean takesExceptionClass() {
        return instruction.desc.contains("Ljava/lang/Class;");
    }
}
