package dev.fermata.transformer.model;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Lines;
import dev.fermata.transformer.model.SuspensionPoint.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** The suspension points of a normalised method, in the order of the code. */
public final class SuspensionPoints {
    private final AsyncMethod async;
    private final MethodNode method;
    private final Nest nest;
    private final List<SuspensionPoint> points = new ArrayList<>();

    private SuspensionPoints(AsyncMethod async, MethodNode method, Nest nest) {
        this.async = async;
        this.method = method;
        this.nest = nest;
    }

    public static List<SuspensionPoint> of(AsyncMethod async, MethodNode normalised, Nest nest) {
        SuspensionPoints pass = new SuspensionPoints(async, normalised, nest);
        pass.find();
        return List.copyOf(pass.points);
    }

    private void find() {
        Suspensions suspensions = nest.suspensions();
        ScopeExits exits = new ScopeExits(async.host(), method);
        for (AbstractInsnNode instruction : method.instructions) {
            if (Suspensions.isAwait(instruction)) {
                await((MethodInsnNode) instruction);
            } else if (suspensions.isClose(instruction)) {
                List<Integer> failureSlots = exits.failureSlots((MethodInsnNode) instruction);
                Kind kind = failureSlots.isEmpty() ? Kind.CLOSE : Kind.LEAVE;
                add((MethodInsnNode) instruction, kind, null, null, failureSlots);
            }
        }
    }

    private void await(MethodInsnNode await) {
        if (await.desc.startsWith("(" + Names.STAGE_DESCRIPTOR)) {
            add(await, Kind.STAGE, null, null, List.of());
            return;
        }
        MethodInsnNode call = Instructions.straightBefore(await) instanceof MethodInsnNode before ? before : null;
        AsyncMethod callee = call == null ? null : nest.directCallee(async.host(), call);
        if (call == null || await.desc.contains("Ljava/lang/Class;")) {
            add(await, Kind.AWAITABLE, null, null, List.of());
        } else if (callee != null) {
            add(await, Kind.DIRECT, call, callee, List.of());
        } else if (nest.isLinked(async.host(), call)) {
            add(await, Kind.LINKED, call, null, List.of());
        } else if (Primitives.isPrimitive(call)) {
            add(await, Kind.PRIMITIVE, call, null, List.of());
        } else {
            add(await, Kind.AWAITABLE, null, null, List.of());
        }
    }

    private void add(
            MethodInsnNode instruction,
            Kind kind,
            @Nullable MethodInsnNode direct,
            @Nullable AsyncMethod callee,
            List<Integer> failureSlots) {
        points.add(new SuspensionPoint(
                points.size() + 1, instruction, kind, direct, callee, failureSlots, Lines.of(instruction)));
    }

    /** What a report says of a point. */
    public static String describe(SuspensionPoint point) {
        return switch (point.kind()) {
            case DIRECT -> "await " + nameOf(point.direct()) + "(), a direct call of its body";
            case LINKED -> "await " + nameOf(point.direct()) + "(), linked to its body if it is woven";
            case PRIMITIVE -> "await " + nameOf(point.direct()) + "(), a direct call of the primitive";
            case STAGE -> "await of a stage";
            case CLOSE -> "close of " + simpleName(point.instruction().owner) + ", awaited";
            case LEAVE -> "close of " + simpleName(point.instruction().owner) + " while an exception leaves, awaited";
            case AWAITABLE -> {
                AbstractInsnNode before = Instructions.straightBefore(point.instruction());
                yield before instanceof MethodInsnNode call && call.getOpcode() != Opcodes.INVOKESPECIAL
                        ? "await " + call.name + "()"
                        : "await";
            }
        };
    }

    private static String nameOf(@Nullable MethodInsnNode call) {
        return call == null ? "" : call.name;
    }

    private static String simpleName(String internalName) {
        return internalName.substring(internalName.lastIndexOf('/') + 1).replace('$', '.');
    }
}
