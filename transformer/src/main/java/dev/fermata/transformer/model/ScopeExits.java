package dev.fermata.transformer.model;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.ValueOrigins;
import dev.fermata.transformer.analysis.Ways;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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
 * How a block is left where a {@code close()} stands. A close is <em>leaving</em> if it stands in the handler of
 * its own block: all of these hold, and are asked in this order.
 *
 * <ol>
 *   <li>Whatever follows its normal completion ends in an {@code athrow} of what a handler caught.
 *   <li>Every way from where the resource was stored to the close goes through such a handler. In
 *       {@code catch (E e) { try (var g = …) { … } throw e; }} g is stored behind the handler, and is left normally.
 *   <li>The block has not ended between that handler and the close. It has where each of these ways leads through code that
 *       another handler of the same block watches over, one that closes the resource too, and the close is not among that
 *       code: in {@code try (var g = …) { try { … } catch (Throwable t) { failure = t; } } throw failure;} g is left normally.
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
    private @Nullable Ways ways;

    ScopeExits(ClassNode host, MethodNode method) {
        this.host = host;
        this.method = method;
    }

    /** The locals that hold the exception on its way out; empty if this close is on the normal way. */
    List<Integer> failureSlots(MethodInsnNode close) {
        if (ways().mayReturnFrom(close) || !origins().isReachable(close)) {
            return List.of();
        }
        List<AbstractInsnNode> ends = ways().endsFrom(close);
        Set<LabelNode> handlers = handlersThrownAt(ends);
        Resource resource = Resource.of(close).orElse(null);
        if (handlers.isEmpty()) {
            if (resource != null) {
                refuseWhereAnotherIsThrown(close, resource);
            }
            return List.of();
        }
        if (resource == null) {
            if (handlers.stream().anyMatch(this::keepsFirst)) {
                throw new Refusal(Rule.SCOPE_LEFT_BOTH_WAYS, close, "the resource is not stored, but evaluated again");
            }
            return List.of();
        }
        Ways.Back back = ways().backFrom(close, resource::isReplacedBy, handlers::contains);
        if (back.reachesStart()) {
            return List.of();
        }
        Set<AbstractInsnNode> stored =
                ways().backFrom(close, resource::isReplacedBy, it -> false).reached();
        List<LabelNode> between = handlers.stream().filter(stored::contains).toList();
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
                    "the exception that is thrown later may have been caught inside the block, or have left it");
        }
        if (between.size() < handlers.size()) {
            throw new Refusal(
                    Rule.SCOPE_LEFT_BOTH_WAYS,
                    close,
                    "the exception that is thrown later may have been caught before or after the resource was created");
        }
        return slotsOfWhatIsThrown(ends, close);
    }

    /** {@code catch (Throwable t) { g.close(); throw new E(t); }}: no compiler writes that, and g would be told too little. */
    private void refuseWhereAnotherIsThrown(MethodInsnNode close, Resource resource) {
        Set<LabelNode> handlers = new HashSet<>();
        method.tryCatchBlocks.stream().filter(Instructions::isCatchAll).forEach(it -> handlers.add(it.handler));
        if (ways().backFrom(close, resource::isReplacedBy, handlers::contains).reachesStart()) {
            return;
        }
        Set<AbstractInsnNode> stored =
                ways().backFrom(close, resource::isReplacedBy, it -> false).reached();
        for (LabelNode handler : handlers) {
            if (stored.contains(handler) && !hasEndedBetween(handler, Set.of(), close, resource)) {
                throw new Refusal(
                        Rule.SCOPE_LEFT_BOTH_WAYS,
                        close,
                        "what is thrown after it is not the exception that was caught");
            }
        }
    }

    private List<Integer> slotsOfWhatIsThrown(List<AbstractInsnNode> ends, MethodInsnNode close) {
        SortedSet<Integer> slots = new TreeSet<>();
        for (AbstractInsnNode end : ends) {
            VarInsnNode load = loadOfWhatIsThrown(end);
            if (load != null
                    && origins().ofLocal(close, load.var).equals(origins().ofLocal(load, load.var))) {
                slots.add(load.var);
            } else {
                throw new Refusal(Rule.SCOPE_LEFT_BOTH_WAYS, close, "the exception on its way out is not in a local");
            }
        }
        return List.copyOf(slots);
    }

    private static @Nullable VarInsnNode loadOfWhatIsThrown(AbstractInsnNode end) {
        AbstractInsnNode from = Instructions.straightBefore(end);
        while (from != null && from.getOpcode() == Opcodes.CHECKCAST) {
            from = Instructions.straightBefore(from);
        }
        return from instanceof VarInsnNode load ? load : null;
    }

    /** The handlers one of whose exceptions every one of {@code ends} throws; none if one of them throws anything else. */
    private Set<LabelNode> handlersThrownAt(List<AbstractInsnNode> ends) {
        Set<LabelNode> handlers = new HashSet<>();
        for (AbstractInsnNode end : ends) {
            Set<LabelNode> thrown = new HashSet<>();
            if (!addHandlers(origins().ofStack(end, 0), thrown) || thrown.isEmpty()) {
                return Set.of();
            }
            handlers.addAll(thrown);
        }
        return handlers;
    }

    /** @return whether {@code values} are caught exceptions or null, whatever they were cast to */
    private boolean addHandlers(Set<AbstractInsnNode> values, Set<LabelNode> handlers) {
        for (AbstractInsnNode value : values) {
            if (value instanceof LabelNode handler) {
                handlers.add(handler);
            } else if (value.getOpcode() == Opcodes.CHECKCAST) {
                if (!addHandlers(origins().ofStack(value, 0), handlers)) {
                    return false;
                }
            } else if (value.getOpcode() != Opcodes.ACONST_NULL) {
                return false;
            }
        }
        return true;
    }

    /** Whether each way from {@code handler} to the close leads through a part of the block, which then has ended. */
    private boolean hasEndedBetween(
            LabelNode handler, Set<LabelNode> handlers, MethodInsnNode close, Resource resource) {
        for (TryCatchBlockNode range : method.tryCatchBlocks) {
            LabelNode closer = range.handler;
            if (!handlers.contains(closer)
                    && Instructions.isCatchAll(range)
                    && !ways().isWatched(close, closer)
                    && ways().reaches(closer, resource::isReplacedBy, resource::isClosedBy)
                    && (ways().watchSomethingInCommon(closer, handler) || keepsFirst(closer))
                    && !ways().backFrom(close, resource::isReplacedBy, it -> ways().isWatched(it, closer))
                            .reached()
                            .contains(handler)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a handler throws what lies in a local that is null where the code begins that it watches over. ECJ has such a
     * local in each try with resources, for the first exception. It tells its handler from that of a {@code finally}, where
     * a variable is closed that was there before.
     */
    private boolean keepsFirst(LabelNode handler) {
        List<AbstractInsnNode> ends = ways().endsFrom(handler);
        for (AbstractInsnNode end : ends) {
            VarInsnNode load = end.getOpcode() == Opcodes.ATHROW ? loadOfWhatIsThrown(end) : null;
            if (load == null || !isNullAtBegin(handler, load.var)) {
                return false;
            }
        }
        return !ends.isEmpty();
    }

    private boolean isNullAtBegin(LabelNode handler, int slot) {
        for (TryCatchBlockNode range : method.tryCatchBlocks) {
            if (range.handler == handler && origins().isReachable(range.start)) {
                Set<AbstractInsnNode> values = origins().ofLocal(range.start, slot);
                return !values.isEmpty() && values.stream().allMatch(it -> it.getOpcode() == Opcodes.ACONST_NULL);
            }
        }
        return false;
    }

    private ValueOrigins origins() {
        if (origins == null) {
            origins = ValueOrigins.of(host, method, it -> false);
        }
        return origins;
    }

    private Ways ways() {
        if (ways == null) {
            ways = new Ways(method);
        }
        return ways;
    }
}
