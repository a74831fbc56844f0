package dev.fermata.processor;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/**
 * The task groups and timeouts that an async method opens and cannot leave, because it neither closes them nor hands them to
 * anybody who could. The weaver finds these too, and others: it follows a scope from one variable to the next.
 */
final class UnleftScopes extends BodyScanner {
    private static final String TASK_GROUP = "dev.fermata.TaskGroup";
    private static final String TIMEOUT = "dev.fermata.Timeout";
    private static final Set<String> LEAVING = Set.of("close", "aclose", "leave", "join");

    /**
     * A scope.
     *
     * @param variable that holds it; null if none does
     */
    private record Opened(Body body, Tree at, @Nullable Element variable) {}

    private final List<Opened> opened = new ArrayList<>();

    /** The variables that are used for more than calls that do not leave it. */
    private final Set<Element> mayBeLeft = new HashSet<>();

    /** What awaits, or closes what is awaited. */
    private final Set<Tree> suspending = new HashSet<>();

    UnleftScopes(SourceModel model, Findings findings) {
        super(model, findings);
    }

    @Override
    protected void end() {
        opened.stream()
                .filter(it -> isWoven(it.body()) && !mayBeLeft.contains(it.variable()))
                .forEach(it -> report(it.body(), Rule.SCOPE_NOT_LEFT, it.at(), ""));
    }

    /** A lambda without an await is not: it may be any code that returns a coroutine. */
    private boolean isWoven(Body body) {
        return body.kind() == Body.Kind.ASYNC_METHOD
                || (body.kind() == Body.Kind.ASYNC_LAMBDA && suspending.contains(body.tree()));
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
        Tree parent = getCurrentPath().getParentPath().getLeaf();
        if (tree.getInitializer() != null && !(parent instanceof TryTree) && !(parent instanceof ClassTree)) {
            hold(getCurrentPath(), pathTo(tree.getInitializer()));
        }
        return super.visitVariable(tree, null);
    }

    @Override
    public @Nullable Void visitAssignment(AssignmentTree tree, @Nullable Void unused) {
        // Otherwise whatever the assignment is a part of has it too, as try (Timeout head = kept = timeout(limit)).
        if (getCurrentPath().getParentPath().getLeaf() instanceof ExpressionStatementTree) {
            hold(pathTo(tree.getVariable()), pathTo(tree.getExpression()));
        }
        return super.visitAssignment(tree, null);
    }

    private void hold(TreePath variable, TreePath assigned) {
        TreePath value = Expressions.bare(assigned);
        Element element = model.trees().getElement(variable);
        if (element != null
                && element.getKind() == ElementKind.LOCAL_VARIABLE
                && isScope(variable)
                && opensScope(value)) {
            opened.add(new Opened(body(), Expressions.named(value.getLeaf()), element));
        }
    }

    @Override
    public @Nullable Void visitExpressionStatement(ExpressionStatementTree tree, @Nullable Void unused) {
        TreePath value = pathTo(tree.getExpression());
        if (opensScope(value)) {
            opened.add(new Opened(body(), Expressions.named(value.getLeaf()), null));
        }
        return super.visitExpressionStatement(tree, null);
    }

    private boolean opensScope(TreePath value) {
        return value.getLeaf() instanceof NewClassTree
                ? isScope(value)
                : value.getLeaf() instanceof MethodInvocationTree
                        && SourceModel.isOf(model.methodOf(value), SourceModel.ASYNCIO, Set.of("timeout", "timeoutAt"));
    }

    private boolean isScope(TreePath path) {
        String name = String.valueOf(model.erasureOf(path));
        return name.equals(TASK_GROUP) || name.equals(TIMEOUT);
    }

    @Override
    public @Nullable Void visitTry(TryTree tree, @Nullable Void unused) {
        for (Tree resource : tree.getResources()) {
            if (model.isErasedTo(model.typeOf(pathTo(resource)), SourceModel.ASYNC_CLOSEABLE)) {
                suspending.add(body().tree());
            }
        }
        return super.visitTry(tree, null);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        if (model.isAwait(getCurrentPath()) || model.isAwaitedClose(getCurrentPath())) {
            suspending.add(body().tree());
        }
        TreePath receiver = Expressions.receiver(getCurrentPath());
        if (receiver != null && opensScope(Expressions.bare(receiver)) && keepsOpen(getCurrentPath())) {
            opened.add(new Opened(
                    body(), Expressions.named(Expressions.bare(receiver).getLeaf()), null));
        }
        return super.visitMethodInvocation(tree, null);
    }

    @Override
    public @Nullable Void visitIdentifier(IdentifierTree tree, @Nullable Void unused) {
        Element variable = model.trees().getElement(getCurrentPath());
        boolean inSameBody = opened.stream()
                .anyMatch(it -> variable == it.variable() && it.body().tree() == body().tree());
        if (variable != null && !(inSameBody && onlyUses(getCurrentPath()))) {
            mayBeLeft.add(variable);
        }
        return super.visitIdentifier(tree, null);
    }

    /** Whether this use neither leaves the scope nor lets anybody else have it. */
    private boolean onlyUses(TreePath use) {
        Tree parent = use.getParentPath().getLeaf();
        return switch (parent.getKind()) {
            case EQUAL_TO, NOT_EQUAL_TO -> true;
            case ASSIGNMENT -> ((AssignmentTree) parent).getVariable() == use.getLeaf();
            case MEMBER_SELECT -> {
                TreePath call = use.getParentPath().getParentPath();
                yield call.getLeaf() instanceof MethodInvocationTree invocation
                        && invocation.getMethodSelect() == parent
                        && keepsOpen(call);
            }
            default -> false;
        };
    }

    /** Whether this call of a scope does not leave it. */
    private boolean keepsOpen(TreePath call) {
        ExecutableElement method = model.methodOf(call);
        return method != null
                && !LEAVING.contains(method.getSimpleName().toString())
                && model.nameOf(method.getEnclosingElement()).startsWith("dev.fermata.");
    }
}
