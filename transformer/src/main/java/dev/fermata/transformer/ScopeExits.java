package dev.fermata.transformer;

import dev.fermata.codegen.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Analysis: how a block is left where a {@code close()} stands. A close is <em>leaving</em> if its normal completion can only
 * reach an {@code athrow} of the exception that a handler caught, and the resource was created before that handler was
 * entered. The second half matters: in {@code catch (E e) { try (var g = …) { … } throw e; }} g is left normally.
 *
 * <p>No compiler's instruction pattern is matched; javac and ECJ write try-with-resources differently.
 */
final class ScopeExits {
    private final ClassNode host;
    private final MethodNode method;
    private @Nullable ValueOrigins origins;

    ScopeExits(ClassNode host, MethodNode method) {
        this.host = host;
        this.method = method;
    }

    /** The locals that hold the exception on its way out; empty if this close is on the normal way. */
    List<Integer> failureSlots(MethodInsnNode close) {
        if (origins == null) {
            origins = ValueOrigins.of(host, method, it -> false);
        }
        if (!origins.isReachable(close)) {
            return List.of();
        }
        List<AbstractInsnNode> ends = endsReachedFrom(close);
        LabelNode handler = handlerThrownAt(ends);
        if (handler == null || createdAfter(handler, close)) {
            return List.of();
        }
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < origins.locals(close); slot++) {
            if (origins.ofLocal(close, slot).equals(Set.of(handler))) {
                slots.add(slot);
            }
        }
        for (AbstractInsnNode end : ends) {
            if (!(Instructions.straightBefore(end) instanceof VarInsnNode load && slots.contains(load.var))) {
                throw new Refusal(Rule.SCOPE_LEFT_BOTH_WAYS, close, "the exception on its way out is not in a local");
            }
        }
        return slots;
    }

    /** The handler whose exception every one of {@code ends} throws; null if one of them does anything else. */
    private @Nullable LabelNode handlerThrownAt(List<AbstractInsnNode> ends) {
        LabelNode handler = null;
        for (AbstractInsnNode end : ends) {
            if (end.getOpcode() != Opcodes.ATHROW) {
                return null;
            }
            Set<AbstractInsnNode> thrown = origins().ofStack(end, 0);
            if (thrown.size() != 1 || !(thrown.iterator().next() instanceof LabelNode label)) {
                return null;
            }
            if (handler != null && handler != label) {
                return null;
            }
            handler = label;
        }
        return handler;
    }

    /** Whether the resource that is closed may have been created between the handler's entry and the close. */
    private boolean createdAfter(LabelNode handler, MethodInsnNode close) {
        Set<AbstractInsnNode> creations = origins().ofStack(close, 0);
        Set<AbstractInsnNode> handled = reachable(handler, it -> it == close);
        return creations.stream()
                .filter(handled::contains)
                .anyMatch(it -> reachable(it, reached -> reached == handler).contains(close));
    }

    /** The returns and throws that end the ways on from a normal completion of {@code start}. */
    private List<AbstractInsnNode> endsReachedFrom(AbstractInsnNode start) {
        List<AbstractInsnNode> ends = new ArrayList<>();
        for (AbstractInsnNode reached : reachable(start, it -> false)) {
            if (reached != start
                    && Instructions.isReal(reached)
                    && Instructions.successors(reached).isEmpty()) {
                ends.add(reached);
            }
        }
        return ends;
    }

    /** What is reached from {@code start} without an exception, {@code start} too, going no further than {@code barrier}. */
    private static Set<AbstractInsnNode> reachable(AbstractInsnNode start, Predicate<AbstractInsnNode> barrier) {
        Set<AbstractInsnNode> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<AbstractInsnNode> work = new ArrayDeque<>();
        reached.add(start);
        work.add(start);
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            if (barrier.test(instruction) && instruction != start) {
                continue;
            }
            for (AbstractInsnNode successor : Instructions.successors(instruction)) {
                if (reached.add(successor)) {
                    work.add(successor);
                }
            }
        }
        return reached;
    }

    private ValueOrigins origins() {
        if (origins == null) {
            throw new IllegalStateException("failureSlots asks first");
        }
        return origins;
    }
}
