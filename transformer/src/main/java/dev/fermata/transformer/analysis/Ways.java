package dev.fermata.transformer.analysis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/** The ways through a method, forwards and backwards. Made for one that is not changed any more. */
public final class Ways {
    private final MethodNode method;
    private final List<List<TryCatchBlockNode>> naming;

    /** What may come before an instruction, by exceptions too. */
    private final Map<AbstractInsnNode, List<AbstractInsnNode>> before = new IdentityHashMap<>();

    /** From where a return, or none of the ends, may be reached without an exception. */
    private final Set<AbstractInsnNode> mayReturn;

    public Ways(MethodNode method) {
        this.method = method;
        this.naming = Instructions.namingRanges(method);
        List<List<TryCatchBlockNode>> covering = Instructions.coveringRanges(method);
        Map<AbstractInsnNode, List<AbstractInsnNode>> normally = new IdentityHashMap<>();
        List<AbstractInsnNode> returns = new ArrayList<>();
        List<AbstractInsnNode> throwing = new ArrayList<>();
        for (AbstractInsnNode instruction : method.instructions) {
            for (AbstractInsnNode next : Instructions.successors(instruction)) {
                add(next, instruction, normally);
                add(next, instruction, before);
            }
            if (!stores(instruction)) {
                for (TryCatchBlockNode range : covering.get(Instructions.indexOf(method, instruction))) {
                    add(range.handler, instruction, before);
                }
            }
            if (instruction.getOpcode() == Opcodes.ATHROW) {
                throwing.add(instruction);
            } else if (Instructions.isReal(instruction)
                    && Instructions.successors(instruction).isEmpty()) {
                returns.add(instruction);
            }
        }
        Function<AbstractInsnNode, List<AbstractInsnNode>> back = it -> normally.getOrDefault(it, List.of());
        this.mayReturn = walk(returns, back, it -> false);
        Set<AbstractInsnNode> mayThrow = walk(throwing, back, it -> false);
        for (AbstractInsnNode instruction : method.instructions) {
            if (!mayThrow.contains(instruction)) {
                mayReturn.add(instruction); // or never ends
            }
        }
    }

    /** One that stores either does it or throws, so no exception comes from behind a store. */
    private static boolean stores(AbstractInsnNode instruction) {
        return Liveness.writtenSlot(instruction) >= 0
                || instruction.getOpcode() == Opcodes.PUTFIELD
                || instruction.getOpcode() == Opcodes.PUTSTATIC;
    }

    private static void add(
            AbstractInsnNode to, AbstractInsnNode from, Map<AbstractInsnNode, List<AbstractInsnNode>> before) {
        before.computeIfAbsent(to, it -> new ArrayList<>(2)).add(from);
    }

    /** Whether a normal completion of an instruction may lead to a return, or to a loop without an end. */
    public boolean mayReturnFrom(AbstractInsnNode instruction) {
        return mayReturn.contains(instruction);
    }

    /** The returns and throws that end the ways on from a normal completion of {@code start}. */
    public List<AbstractInsnNode> endsFrom(AbstractInsnNode start) {
        return walk(List.of(start), Instructions::successors, it -> false).stream()
                .filter(it -> it != start
                        && Instructions.isReal(it)
                        && Instructions.successors(it).isEmpty())
                .toList();
    }

    /** Whether one that is {@code wanted} is reached from {@code start} without an exception and without a {@code barrier}. */
    public boolean reaches(
            AbstractInsnNode start, Predicate<AbstractInsnNode> barrier, Predicate<AbstractInsnNode> wanted) {
        return walk(List.of(start), Instructions::successors, barrier).stream().anyMatch(wanted);
    }

    /**
     * From where an instruction is reached, by exceptions too.
     *
     * @param reachesStart whether a way begins at one of the starts asked for, or at the beginning of the method
     */
    public record Back(Set<AbstractInsnNode> reached, boolean reachesStart) {}

    /** The ways back from {@code end}, as far as the nearest {@code start} on each, and through no {@code barrier}. */
    public Back backFrom(AbstractInsnNode end, Predicate<AbstractInsnNode> start, Predicate<AbstractInsnNode> barrier) {
        Set<AbstractInsnNode> reached = walk(
                List.of(end),
                it -> before.getOrDefault(it, List.of()).stream()
                        .filter(from -> !barrier.test(from))
                        .toList(),
                it -> it != end && start.test(it));
        boolean begins = reached.contains(method.instructions.getFirst())
                || reached.stream().anyMatch(it -> it != end && start.test(it));
        return new Back(reached, begins);
    }

    /** Whether it lies in a range of {@code handler}, even if another handler is asked first there. */
    public boolean isWatched(AbstractInsnNode instruction, LabelNode handler) {
        return naming.get(Instructions.indexOf(method, instruction)).stream().anyMatch(it -> it.handler == handler);
    }

    /** Whether two handlers watch over the same instruction. */
    public boolean watchSomethingInCommon(LabelNode one, LabelNode other) {
        for (List<TryCatchBlockNode> ranges : naming) {
            if (ranges.stream().anyMatch(it -> it.handler == one)
                    && ranges.stream().anyMatch(it -> it.handler == other)) {
                return true;
            }
        }
        return false;
    }

    /** All that is met from {@code starts} on; no further than a {@code barrier}. */
    private static Set<AbstractInsnNode> walk(
            List<AbstractInsnNode> starts,
            Function<AbstractInsnNode, List<AbstractInsnNode>> next,
            Predicate<AbstractInsnNode> barrier) {
        Set<AbstractInsnNode> met = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<AbstractInsnNode> work = new ArrayDeque<>();
        for (AbstractInsnNode start : starts) {
            if (met.add(start)) {
                work.add(start);
            }
        }
        while (!work.isEmpty()) {
            AbstractInsnNode instruction = work.remove();
            if (!barrier.test(instruction)) {
                next.apply(instruction).stream().filter(met::add).forEach(work::add);
            }
        }
        return met;
    }
}
