package dev.fermata.processor;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import dev.fermata.rules.Rule;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/** Calls that block the event loop's thread. One that cannot block where it stands is left out. */
final class BlockingCalls extends AsyncCode {
    /** To have asked a future one of these is to know whether get and join would block; the others complete it. */
    private static final Set<String> ASKS = Set.of(
            "isDone",
            "isCompletedExceptionally",
            "isCancelled",
            "state",
            "complete",
            "completeExceptionally",
            "obtrudeValue",
            "obtrudeException",
            "cancel");

    /** What futures have to be in for an await of them all to say that each is complete. */
    private static final List<String> SETTLED_BY_AWAIT = List.of(
            "java.util.concurrent.Future",
            "java.util.concurrent.CompletionStage",
            "dev.fermata.Deferred",
            "java.lang.Iterable",
            "java.util.Map",
            "java.lang.Process");

    /** Their put and offer never wait, because they have no bound. */
    private static final List<String> UNBOUNDED = List.of(
            "java.util.concurrent.PriorityBlockingQueue",
            "java.util.concurrent.DelayQueue",
            "java.util.concurrent.LinkedTransferQueue");

    private final BlockingTable table;
    private final Report report;

    /** Calls of a lock that another warning is about. */
    private final Set<Tree> known;

    /** Futures, and what holds futures, that an await or a question has shown to be complete. */
    private final Set<Element> settled = new HashSet<>();

    private final OutsideStreams streams;

    BlockingCalls(SourceModel model, BlockingTable table, Set<Tree> known, Report report) {
        super(model);
        this.table = table;
        this.known = known;
        this.report = report;
        this.streams = new OutsideStreams(model, settled);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        super.visitMethodInvocation(tree, null);
        ExecutableElement called = model.methodOf(getCurrentPath());
        if (called == null || known.contains(tree)) {
            return null;
        }
        if (model.isAwait(getCurrentPath())) {
            tree.getArguments().forEach(this::settle);
            return null;
        }
        ExpressionTree receiver =
                tree.getMethodSelect() instanceof MemberSelectTree select ? select.getExpression() : null;
        if (receiver != null && ASKS.contains(called.getSimpleName().toString())) {
            settle(receiver);
        } else if ((table.blocks(called, model) && mayBlock(tree, called, receiver))
                || (receiver != null && streams.isUse(called, pathTo(tree.getMethodSelect(), receiver)))) {
            report.warn(Rule.BLOCKING_CALL, pathTo(tree.getMethodSelect()), nameOf(called));
        }
        return null;
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree tree, @Nullable Void unused) {
        super.visitNewClass(tree, null);
        ExecutableElement called = model.methodOf(getCurrentPath());
        if (called != null && table.blocks(called, model)) {
            report.warn(Rule.BLOCKING_CALL, getCurrentPath(), "new " + ownerOf(called));
        }
        return null;
    }

    @Override
    public @Nullable Void visitTry(TryTree tree, @Nullable Void unused) {
        super.visitTry(tree, null);
        for (Tree resource : tree.getResources()) {
            if (model.typeOf(pathTo(resource)) instanceof DeclaredType type
                    && type.asElement() instanceof TypeElement element) {
                ElementFilter.methodsIn(model.elements().getAllMembers(element)).stream()
                        .filter(it -> it.getSimpleName().contentEquals("close")
                                && it.getParameters().isEmpty())
                        .filter(it -> table.blocks(it, model))
                        .findFirst()
                        .ifPresent(it -> report.warn(
                                Rule.BLOCKING_CALL, pathTo(resource), nameOf(it) + " at the end of the try"));
            }
        }
        return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
        super.visitVariable(tree, null);
        ExpressionTree initialiser = tree.getInitializer();
        Element variable = model.trees().getElement(getCurrentPath());
        if (initialiser != null && variable != null) {
            if (streams.isOutside(pathTo(initialiser))) {
                streams.add(variable);
            }
            if ((model.isAwait(pathTo(initialiser)) && maySettle(variable)) || isComplete(pathTo(initialiser))) {
                settled.add(variable);
            }
        }
        return null;
    }

    @Override
    public @Nullable Void visitAssignment(AssignmentTree tree, @Nullable Void unused) {
        super.visitAssignment(tree, null);
        Element variable = model.trees().getElement(pathTo(tree.getVariable()));
        if (variable != null) {
            settled.remove(variable);
            if (isComplete(pathTo(tree.getExpression()))) {
                settled.add(variable);
            }
        }
        return null;
    }

    @Override
    public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void unused) {
        Element variable = model.trees().getElement(pathTo(tree.getVariable()));
        TreePath all = pathTo(tree.getExpression());
        if (variable != null && isSettled(all)) {
            settled.add(variable);
        }
        super.visitEnhancedForLoop(tree, null);
        if (variable != null && settled.contains(variable)) { // each of them was awaited in its turn
            variablesIn(all).stream().filter(this::maySettle).forEach(settled::add);
        }
        return null;
    }

    private TreePath pathTo(Tree child, Tree grandchild) {
        return new TreePath(pathTo(child), grandchild);
    }

    private boolean mayBlock(MethodInvocationTree call, ExecutableElement called, @Nullable ExpressionTree receiver) {
        if (hasNoTime(call, called)) {
            return false;
        }
        if (receiver == null) {
            return true;
        }
        TreePath path = pathTo(call.getMethodSelect(), receiver);
        TypeMirror type = model.typeOf(path);
        String name = called.getSimpleName().toString();
        if (name.equals("wait")) {
            return type == null || !type.toString().startsWith("dev.fermata."); // a rule of its own
        }
        if (name.equals("put") || name.equals("offer") || name.equals("transfer")) {
            return name.equals("transfer") || UNBOUNDED.stream().noneMatch(it -> model.isSubtype(type, it));
        }
        return !model.isSubtype(type, "java.util.concurrent.Future") || !(isSettled(path) || isComplete(path));
    }

    /** Whether the limit of a call is the constant 0, so that it only looks. */
    private boolean hasNoTime(MethodInvocationTree call, ExecutableElement called) {
        List<? extends VariableElement> parameters = called.getParameters();
        List<? extends ExpressionTree> arguments = call.getArguments();
        if (arguments.size() != parameters.size()) {
            return false;
        }
        boolean always = Set.of("sleep", "parkNanos", "awaitNanos")
                .contains(called.getSimpleName().toString());
        boolean limited = false;
        for (int i = 0; i < arguments.size(); i++) {
            boolean beforeUnit = i + 1 < parameters.size()
                    && model.isSubtype(parameters.get(i + 1).asType(), "java.util.concurrent.TimeUnit");
            boolean duration = model.isSubtype(parameters.get(i).asType(), "java.time.Duration");
            if (beforeUnit
                    || duration
                    || (always && parameters.get(i).asType().getKind().isPrimitive())) {
                limited = true;
                if (!isZero(pathTo(arguments.get(i)))) {
                    return false;
                }
            }
        }
        return limited;
    }

    private boolean isZero(TreePath value) {
        Tree tree = value.getLeaf();
        if (tree instanceof ParenthesizedTree inner) {
            return isZero(new TreePath(value, inner.getExpression()));
        }
        if (tree instanceof LiteralTree literal) {
            return literal.getValue() instanceof Number number && number.longValue() == 0;
        }
        return model.trees().getElement(value) instanceof VariableElement constant
                && (constant.getConstantValue() instanceof Number number
                        ? number.longValue() == 0
                        : constant.getSimpleName().contentEquals("ZERO")
                                && SourceModel.isFieldOf(constant, "java.time.Duration"));
    }

    /** Whether this makes a future that is complete from the beginning. */
    private boolean isComplete(TreePath future) {
        return SourceModel.isOf(
                model.methodOf(future),
                "java.util.concurrent.CompletableFuture",
                Set.of("completedFuture", "failedFuture"));
    }

    private void settle(ExpressionTree awaited) {
        Tree parent = getCurrentPath().getLeaf();
        TreePath path = parent instanceof MethodInvocationTree call
                        && !call.getArguments().contains(awaited)
                ? pathTo(call.getMethodSelect(), awaited)
                : pathTo(awaited);
        variablesIn(path).stream().filter(this::maySettle).forEach(settled::add);
    }

    private boolean maySettle(Element variable) {
        TypeMirror type = variable.asType();
        return type.getKind() == TypeKind.ARRAY || SETTLED_BY_AWAIT.stream().anyMatch(it -> model.isSubtype(type, it));
    }

    private boolean isSettled(TreePath expression) {
        return variablesIn(expression).stream().anyMatch(settled::contains);
    }

    private Set<Element> variablesIn(TreePath expression) {
        return variablesIn(model, expression);
    }

    static Set<Element> variablesIn(SourceModel model, TreePath expression) {
        Set<Element> variables = new HashSet<>();
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitIdentifier(IdentifierTree tree, @Nullable Void unused) {
                add();
                return super.visitIdentifier(tree, null);
            }

            @Override
            public @Nullable Void visitMemberSelect(MemberSelectTree tree, @Nullable Void unused) {
                add();
                return super.visitMemberSelect(tree, null);
            }

            private void add() {
                Element element = model.trees().getElement(getCurrentPath());
                if (element instanceof VariableElement && element.getKind() != ElementKind.ENUM_CONSTANT) {
                    variables.add(element);
                }
            }
        }.scan(expression, null);
        return variables;
    }

    private static String nameOf(ExecutableElement called) {
        return ownerOf(called) + "." + called.getSimpleName();
    }

    private static String ownerOf(ExecutableElement called) {
        return SourceModel.hostOf(called).getSimpleName().toString();
    }
}
