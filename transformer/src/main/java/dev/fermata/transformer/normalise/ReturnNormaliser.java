package dev.fermata.transformer.normalise;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Liveness;
import dev.fermata.transformer.analysis.TypeFlow;
import dev.fermata.transformer.analysis.ValueOrigins;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.AsyncMethod.Kind;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.model.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Normalisation: {@code return c} becomes {@code return done(await(c))}, with the await where {@code c} is evaluated, which
 * is where its exceptions belong. The {@code areturn} itself stands outside of the try ranges, and a finally block may
 * stand between. Afterwards every returned value was made by {@code done} (or {@code completedFuture} in a hot method).
 */
final class ReturnNormaliser {
    private final AsyncMethod async;
    private final MethodNode method;

    /** Past the loads of all variables; null until it is asked for. */
    private @Nullable ValueOrigins stored;

    private @Nullable Liveness reads;

    private ReturnNormaliser(AsyncMethod async, MethodNode method) {
        this.async = async;
        this.method = method;
    }

    static void normalise(AsyncMethod async, MethodNode copy) {
        new ReturnNormaliser(async, copy).normalise();
    }

    /** Whether {@code instruction} makes a returned value out of a plain result. */
    static boolean isWrapper(@Nullable AbstractInsnNode instruction, Kind kind) {
        return kind == Kind.COLD
                ? Instructions.isCall(instruction, Names.ASYNCIO, "done")
                : Instructions.isCall(instruction, Names.COMPLETABLE_FUTURE, "completedFuture");
    }

    private void normalise() {
        refuseReplacedReturns();
        List<AbstractInsnNode> open = new ArrayList<>();
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction.getOpcode() == Opcodes.ARETURN
                    && !isWrapper(Instructions.straightBefore(instruction), async.kind())) {
                open.add(instruction);
            }
        }
        if (open.isEmpty()) {
            return;
        }
        ValueOrigins origins = ValueOrigins.of(async.host(), method, this::isEvaluation);
        Set<AbstractInsnNode> evaluated = new LinkedHashSet<>();
        for (AbstractInsnNode areturn : open) {
            if (origins.isReachable(areturn)) {
                evaluated.addAll(origins.ofStack(areturn, 0));
            }
        }
        evaluated.forEach(this::requireKnownVariable);
        for (AbstractInsnNode origin : evaluated) {
            if (!isWrapper(origin, async.kind())) {
                method.instructions.insert(origin, awaited());
            }
        }
    }

    /**
     * {@code return f()} in a try whose finally block never ends normally: javac stores the coroutine for after the finally,
     * and leaves out what would load it. It should be awaited where it stands. But a variable that nothing reads looks the
     * same.
     */
    private void refuseReplacedReturns() {
        if (async.kind() != Kind.COLD || method.tryCatchBlocks.stream().allMatch(it -> it.type != null)) {
            return;
        }
        Set<AbstractInsnNode> candidates = storesUnderAFinally();
        TypeFlow types = TypeFlow.of(async.host().name, method, candidates::contains);
        for (AbstractInsnNode store : candidates) {
            if (types.isReachable(store)
                    && Names.COROUTINE.equals(last(types.before(store).stack()))
                    && !reads().before(store.getNext()).get(((VarInsnNode) store).var)
                    && !stored().ofStack(store, 0).stream().allMatch(it -> isWrapper(it, async.kind()))) {
                throw new Refusal(
                        Rule.RETURN_THROUGH_FINALLY,
                        store,
                        "nothing returns or awaits it afterwards, because a finally block always leaves the method in another way");
            }
        }
    }

    /**
     * The stores to what is no variable of the source, as far as the class file tells. All ranges that name a store count,
     * not only those in which its exception might land: a catch of Throwable may stand between it and the finally.
     */
    private Set<AbstractInsnNode> storesUnderAFinally() {
        List<List<TryCatchBlockNode>> covering = Instructions.namingRanges(method);
        Set<AbstractInsnNode> stores = new LinkedHashSet<>();
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction.getOpcode() == Opcodes.ASTORE
                    && covering.get(Instructions.indexOf(method, instruction)).stream()
                            .anyMatch(range -> range.type == null)
                    && !isDeclaredBehind((VarInsnNode) instruction)) {
                stores.add(instruction);
            }
        }
        return stores;
    }

    private Liveness reads() {
        if (reads == null) {
            reads = Liveness.ofReads(method);
        }
        return reads;
    }

    private static Object last(List<Object> stack) {
        return stack.get(stack.size() - 1);
    }

    private boolean isDeclaredBehind(VarInsnNode store) {
        int next = Instructions.indexOf(method, store) + 1;
        return variables().stream()
                .anyMatch(it -> it.index == store.var
                        && Instructions.indexOf(method, it.start) <= next
                        && next < Instructions.indexOf(method, it.end));
    }

    /**
     * Whether an instruction loads a variable of the source: then the expression in {@code return c} is this load.
     * Otherwise the slot is the compiler's own, where it keeps a returned value while a finally block runs, and the
     * expression stands before its store. Without a table of variables nobody can tell; it only makes no difference where
     * every value that may be in the slot is a result already.
     */
    private boolean isEvaluation(AbstractInsnNode instruction) {
        if (instruction.getOpcode() != Opcodes.ALOAD) {
            return false;
        }
        int slot = ((VarInsnNode) instruction).var;
        if (slot < async.argumentSlots()) {
            return true;
        }
        if (!hasVariables()) {
            return !stored().ofLocal(instruction, slot).stream().allMatch(it -> isWrapper(it, async.kind()));
        }
        int index = Instructions.indexOf(method, instruction);
        for (LocalVariableNode variable : variables()) {
            if (variable.index == slot
                    && Instructions.indexOf(method, variable.start) <= index
                    && index < Instructions.indexOf(method, variable.end)) {
                return true;
            }
        }
        return false;
    }

    private ValueOrigins stored() {
        if (stored == null) {
            stored = ValueOrigins.of(async.host(), method, it -> false);
        }
        return stored;
    }

    /** Whether the compiler was told to write them. A method that has none has no table even then, but its class has one. */
    private boolean hasVariables() {
        return async.host().methods.stream().anyMatch(it -> it.localVariables != null && !it.localVariables.isEmpty());
    }

    private List<LocalVariableNode> variables() {
        return method.localVariables == null ? List.of() : method.localVariables;
    }

    private void requireKnownVariable(AbstractInsnNode origin) {
        if (origin instanceof VarInsnNode load && load.var >= async.argumentSlots() && !hasVariables()) {
            throw new Refusal(
                    Rule.RETURN_THROUGH_FINALLY,
                    origin,
                    "there is no local variable table (compile with -g:vars, or javac's -g)");
        }
    }

    private InsnList awaited() {
        boolean cold = async.kind() == Kind.COLD;
        InsnList added = new InsnList();
        added.add(new MethodInsnNode(
                Opcodes.INVOKESTATIC,
                Names.ASYNCIO,
                Names.AWAIT,
                "(" + (cold ? Names.AWAITABLE_DESCRIPTOR : Names.STAGE_DESCRIPTOR) + ")" + Names.OBJECT_DESCRIPTOR,
                false));
        added.add(new MethodInsnNode(
                Opcodes.INVOKESTATIC,
                cold ? Names.ASYNCIO : Names.COMPLETABLE_FUTURE,
                cold ? "done" : "completedFuture",
                "(" + Names.OBJECT_DESCRIPTOR + ")L" + (cold ? Names.COROUTINE : Names.COMPLETABLE_FUTURE) + ";",
                false));
        return added;
    }
}
