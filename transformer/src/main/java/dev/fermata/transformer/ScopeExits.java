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
 * Analysis: how a block is left where a {@code close()} stands. A close is <em>leaving</em> if it stands in the handler of
 * its own block: all of these hold, and are asked in this order.
 *
 * <ol>
 *   <li>Whatever follows its normal completion ends in an {@code athrow} of what a handler caught.
 *   <li>Every way from where the resource was stored to the close goes through such a handler. In
 *       {@code catch (E e) { try (var g = …) { … } throw e; }} g is stored behind the handler, and is left normally.
 *   <li>No other handler that closes the same resource watches over a part of each of these ways and not over the close.
 *       Where one does, the block goes on behind the handler, and has ended by the time of the close: in
 *       {@code try (var g = …) { try { … } catch (Throwable t) { failure = t; } } throw failure;} g is left normally, and
 *       the handler of the block itself watches over the {@code catch}.
 * </ol>
 *
 * <p>That everything behind a close throws says nothing by itself: it may throw what was caught inside of the block, or long
 * before it.
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
    private @Nullable List<List<TryCatchBlockNode>> covering;

    ScopeExits(ClassNode host, MethodNode method) {
        this.host = host;
        this.method = method;
    }

    /** The locals that hold the exception on its way out; empty if this close is on the normal way. */
    List<Integer> failureSlots(MethodInsnNode close) {
        Resource resource = Resource.of(close).orElse(null);
        if (resource == null || !origins().isReachable(close)) {
            return List.of();
        }
        List<AbstractInsnNode> ends = endsReachedFrom(close);
        Set<LabelNode> handlers = handlersThrownAt(ends);
        if (handlers.isEmpty() || isReachedWithout(handlers, close, resource)) {
            return List.of();
        }
        Set<LabelNode> between = between(handlers, close, resource);
        long ended = between.stream()
                .filter(it -> hasEndedBetween(it, handlers, close, resource))
                .count();
        if (ended == between.size()) {
            return List.of();
        }
        if (ended > 0) {
            throw new Refusal(
                    Rule.SCOPE_LEFT_BOTH_WAYS,
                    close,
                    "the exception that is thrown later may have been caught inside of the block, or have left it");
        }
        if (between.size() < handlers.size()) {
            throw new Refusal(
                    Rule.SCOPE_LEFT_BOTH_WAYS,
                    close,
                    "the exception that is thrown later may have been caught before or after the resource was created");
        }
        return slotsOfWhatIsThrown(ends, close);
    }

    private List<Integer> slotsOfWhatIsThrown(List<AbstractInsnNode> ends, MethodInsnNode close) {
        SortedSet<Integer> slots = new TreeSet<>();
        for (AbstractInsnNode end : ends) {
            if (Instructions.straightBefore(end) instanceof VarInsnNode load
                    && origins().ofLocal(close, load.var).equals(origins().ofStack(end, 0))) {
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

    /** Whether a way leads from where the resource was stored to the close and enters none of {@code handlers}. */
    private boolean isReachedWithout(Set<LabelNode> handlers, MethodInsnNode close, Resource resource) {
        return storesOf(resource).stream()
                .anyMatch(it ->
                        reachesWhileStored(it, resource, handlers::contains).contains(close));
    }

    /** Those of {@code handlers} that stand on a way from where the resource was stored to the close. */
    private Set<LabelNode> between(Set<LabelNode> handlers, MethodInsnNode close, Resource resource) {
        Set<LabelNode> between = new HashSet<>();
        for (AbstractInsnNode store : storesOf(resource)) {
            Set<AbstractInsnNode> reached = reachesWhileStored(store, resource, it -> false);
            if (reached.contains(close)) {
                handlers.stream().filter(reached::contains).forEach(between::add);
            }
        }
        between.removeIf(it -> !reachesWhileStored(it, resource, at -> false).contains(close));
        return between;
    }

    /** Whether each way from {@code handler} to the close leads through a part of the block, which then has ended. */
    private boolean hasEndedBetween(
            LabelNode handler, Set<LabelNode> handlers, MethodInsnNode close, Resource resource) {
        for (TryCatchBlockNode range : method.tryCatchBlocks) {
            LabelNode closer = range.handler;
            if (!handlers.contains(closer)
                    && Instructions.isCatchAll(range)
                    && !isWatched(close, closer)
                    && closes(closer, resource)
                    && !reachesWhileStored(handler, resource, it -> isWatched(it, closer))
                            .contains(close)) {
                return true;
            }
        }
        return false;
    }

    private boolean closes(LabelNode handler, Resource resource) {
        return reached(handler, false, resource::isReplacedBy).stream().anyMatch(resource::isClosedBy);
    }

    /** Whether it lies in a range of {@code handler}, even if another handler is asked first there. */
    private boolean isWatched(AbstractInsnNode instruction, LabelNode handler) {
        int index = Instructions.indexOf(method, instruction);
        return method.tryCatchBlocks.stream()
                .anyMatch(it -> it.handler == handler
                        && Instructions.indexOf(method, it.start) <= index
                        && index < Instructions.indexOf(method, it.end));
    }

    /** The instructions that store it, and the beginning of the method, where a parameter and a field are there already. */
    private List<AbstractInsnNode> storesOf(Resource resource) {
        List<AbstractInsnNode> stores = new ArrayList<>(List.of(method.instructions.getFirst()));
        for (AbstractInsnNode instruction : method.instructions) {
            if (resource.isReplacedBy(instruction)) {
                stores.add(instruction);
            }
        }
        return stores;
    }

    /** What is reached from {@code start}, by exceptions too, before another object is stored and without {@code barrier}. */
    private Set<AbstractInsnNode> reachesWhileStored(
            AbstractInsnNode start, Resource resource, Predicate<AbstractInsnNode> barrier) {
        if (start instanceof LabelNode && barrier.test(start)) {
            return Set.of();
        }
        Set<AbstractInsnNode> reached =
                reached(start, true, it -> it != start && (resource.isReplacedBy(it) || barrier.test(it)));
        reached.removeIf(barrier);
        return reached;
    }

    /** The returns and throws that end the ways on from a normal completion of {@code start}. */
    private List<AbstractInsnNode> endsReachedFrom(AbstractInsnNode start) {
        List<AbstractInsnNode> ends = new ArrayList<>();
        for (AbstractInsnNode reached : reached(start, false, it -> false)) {
            if (reached != start
                    && Instructions.isReal(reached)
                    && Instructions.successors(reached).isEmpty()) {
                ends.add(reached);
            }
        }
        return ends;
    }

    /**
     * What is reached from a normal completion of {@code start}, {@code start} too, going no further than {@code barrier}.
     *
     * @param byExceptions whether an exception is a way on
     */
    private Set<AbstractInsnNode> reached(
            AbstractInsnNode start, boolean byExceptions, Predicate<AbstractInsnNode> barrier) {
        Set<AbstractInsnNode> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<AbstractInsnNode> work = new ArrayDeque<>();
        reached.add(start);
        work.add(start);
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            if (barrier.test(instruction)) {
                continue;
            }
            List<AbstractInsnNode> next = new ArrayList<>(Instructions.successors(instruction));
            if (byExceptions && instruction != start) {
                coveringRanges().get(Instructions.indexOf(method, instruction)).forEach(it -> next.add(it.handler));
            }
            next.stream().filter(reached::add).forEach(work::add);
        }
        return reached;
    }

    private ValueOrigins origins() {
        if (origins == null) {
            origins = ValueOrigins.of(host, method, it -> false);
        }
        return origins;
    }

    private List<List<TryCatchBlockNode>> coveringRanges() {
        if (covering == null) {
            covering = Instructions.coveringRanges(method);
        }
        return covering;
    }
}
