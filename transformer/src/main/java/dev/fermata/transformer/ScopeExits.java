package dev.fermata.transformer;

import dev.fermata.codegen.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Analysis: how a block is left where a {@code close()} stands. A close is <em>leaving</em> if its normal completion can only
 * reach an {@code athrow} of the exception that a handler caught, and the resource was created before that handler was
 * entered. The second half matters: in {@code catch (E e) { try (var g = …) { … } throw e; }} g is left normally.
 *
 * <p>The exception may have been caught by one of several handlers: ECJ keeps that of a try with several resources in one
 * local, which starts as null and takes what the handler of each resource catches first.
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
        Set<LabelNode> handlers = handlersThrownAt(ends);
        long after = handlers.stream()
                .filter(it -> createdAfter(it, close) || heldAtCreation(it, close, ends))
                .count();
        if (after == handlers.size()) {
            return List.of();
        }
        if (after > 0) {
            throw new Refusal(
                    Rule.SCOPE_LEFT_BOTH_WAYS,
                    close,
                    "the exception that is thrown later may have been caught before or after the resource was created");
        }
        SortedSet<Integer> slots = new TreeSet<>();
        for (AbstractInsnNode end : ends) {
            if (Instructions.straightBefore(end) instanceof VarInsnNode load
                    && origins.ofLocal(close, load.var).equals(origins.ofStack(end, 0))) {
                slots.add(load.var);
            } else {
                throw new Refusal(Rule.SCOPE_LEFT_BOTH_WAYS, close, "the exception on its way out is not in a local");
            }
        }
        return List.copyOf(slots);
    }

    /** The handlers one of whose exceptions every one of {@code ends} throws; none if one of them does anything else. */
    private Set<LabelNode> handlersThrownAt(List<AbstractInsnNode> ends) {
        Set<LabelNode> handlers = new HashSet<>();
        for (AbstractInsnNode end : ends) {
            if (end.getOpcode() != Opcodes.ATHROW) {
                return Set.of();
            }
            Set<LabelNode> thrown = new HashSet<>();
            for (AbstractInsnNode origin : origins().ofStack(end, 0)) {
                if (origin instanceof LabelNode handler) {
                    thrown.add(handler);
                } else if (origin.getOpcode() != Opcodes.ACONST_NULL) {
                    return Set.of();
                }
            }
            if (thrown.isEmpty()) {
                return Set.of();
            }
            handlers.addAll(thrown);
        }
        return handlers;
    }

    /** Whether the resource that is closed may have been created between the handler's entry and the close. */
    private boolean createdAfter(LabelNode handler, MethodInsnNode close) {
        Set<AbstractInsnNode> creations = origins().ofStack(close, 0);
        Set<AbstractInsnNode> handled = reachable(handler, it -> it == close);
        return creations.stream()
                .filter(handled::contains)
                .anyMatch(it -> reachable(it, reached -> reached == handler).contains(close));
    }

    /**
     * Whether a local still holds the exception of {@code handler} when the resource is created, and at the close. Without
     * the second half, what a local holds from an earlier round of a loop would count, although it is overwritten.
     */
    private boolean heldAtCreation(LabelNode handler, MethodInsnNode close, List<AbstractInsnNode> ends) {
        for (AbstractInsnNode end : ends) {
            if (Instructions.straightBefore(end) instanceof VarInsnNode load) {
                for (AbstractInsnNode creation : origins().ofStack(close, 0)) {
                    if (origins().isReachable(creation)
                            && origins().ofLocal(creation, load.var).contains(handler)
                            && keepsLocal(load.var, creation, close)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether there is a way between two instructions, exceptions included, on which nothing is stored into a local. */
    private boolean keepsLocal(int slot, AbstractInsnNode from, AbstractInsnNode to) {
        List<List<TryCatchBlockNode>> covering = Instructions.coveringRanges(method);
        Set<AbstractInsnNode> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<AbstractInsnNode> work = new ArrayDeque<>(List.of(from));
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            List<AbstractInsnNode> next = new ArrayList<>();
            covering.get(Instructions.indexOf(method, instruction)).forEach(it -> next.add(it.handler));
            if (Liveness.writtenSlot(instruction) != slot) {
                next.addAll(Instructions.successors(instruction));
            }
            next.stream().filter(reached::add).forEach(work::add);
        }
        return reached.contains(to);
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
