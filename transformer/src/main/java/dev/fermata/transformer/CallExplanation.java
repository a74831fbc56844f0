package dev.fermata.transformer;

import dev.fermata.transformer.ClassReport.Allocation;
import dev.fermata.transformer.ClassReport.Call;
import dev.fermata.transformer.ClassReport.Callee;
import dev.fermata.transformer.ClassReport.How;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.model.SuspensionPoint;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;

/** How an await is made, and why. */
final class CallExplanation {
    private CallExplanation() {}

    static Call of(SuspensionPoint point) {
        MethodInsnNode direct = point.direct();
        return switch (point.kind()) {
            case DIRECT ->
                new Call(
                        How.DIRECT,
                        "the call can reach no other method than this one of the same nest",
                        Allocation.YES,
                        callee(direct));
            case LINKED ->
                new Call(
                        How.LINKED,
                        "a static method of another class, which is woven or not when the call is made for the first time",
                        Allocation.IF_WOVEN,
                        callee(direct));
            case PRIMITIVE ->
                new Call(
                        How.PRIMITIVE,
                        "a primitive of Fermata, which answers at once if it need not wait",
                        Allocation.YES,
                        callee(direct));
            case STAGE ->
                new Call(
                        How.STAGE,
                        "a CompletionStage, which is asked whether it is complete",
                        Allocation.UNKNOWN,
                        callee(before(point)));
            case CLOSE ->
                new Call(
                        How.CLOSE,
                        "the resource is closed at the end of its block",
                        Allocation.UNKNOWN,
                        callee(point.instruction()));
            case LEAVE ->
                new Call(
                        How.LEAVE,
                        "the resource is closed while an exception leaves its block",
                        Allocation.UNKNOWN,
                        callee(point.instruction()));
            case AWAITABLE -> cold(point);
        };
    }

    private static Call cold(SuspensionPoint point) {
        if (point.takesExceptionClass()) {
            return new Call(
                    How.COLD, "await with an exception class takes the object itself", Allocation.UNKNOWN, null);
        }
        MethodInsnNode call = before(point);
        if (call == null || call.name.equals("<init>")) {
            return new Call(
                    How.COLD, "what is awaited is not the result of a call right before", Allocation.UNKNOWN, null);
        }
        String awaited = call.name + "()";
        if (!call.desc.endsWith(")L" + Names.COROUTINE + ";")) {
            return new Call(How.COLD, awaited + " returns no Coroutine", Allocation.UNKNOWN, callee(call));
        }
        if (!call.itf && call.owner.startsWith(Names.PACKAGE) && call.owner.indexOf('/', Names.PACKAGE.length()) < 0) {
            return new Call(
                    How.COLD, awaited + " of Fermata has no form without a coroutine", Allocation.NO, callee(call));
        }
        boolean dispatches = call.getOpcode() == Opcodes.INVOKEVIRTUAL || call.getOpcode() == Opcodes.INVOKEINTERFACE;
        String why = dispatches
                ? awaited + " may be overridden or mocked, so the object answers"
                : awaited + " is no @Async method that can be called without its coroutine";
        return new Call(How.COLD, why, Allocation.NO, callee(call));
    }

    private static @Nullable MethodInsnNode before(SuspensionPoint point) {
        return Instructions.straightBefore(point.instruction()) instanceof MethodInsnNode call ? call : null;
    }

    private static @Nullable Callee callee(@Nullable MethodInsnNode call) {
        return call == null ? null : new Callee(call.owner, call.name, call.desc);
    }
}
