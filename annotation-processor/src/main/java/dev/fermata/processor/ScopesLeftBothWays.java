package dev.fermata.processor;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import dev.fermata.rules.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Element;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/**
 * Closes by hand in a catch that throws something else than it caught as any Throwable. Only those that stand there plainly:
 * the weaver follows all ways through a method, and refuses the others.
 */
final class ScopesLeftBothWays extends BodyScanner {
    private static final String ANOTHER = "what is thrown after it is not the exception that was caught";
    private static final String NARROWER =
            "the exception is caught as %s, and what the scope throws instead may be another";

    /** The variables with a value from the beginning, with the trees that they are declared in. */
    private final Map<Element, Tree> declaredIn = new HashMap<>();

    ScopesLeftBothWays(SourceModel model, Findings findings) {
        super(model, findings);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
        Element variable = model.trees().getElement(getCurrentPath());
        if (variable != null && tree.getInitializer() != null) {
            declaredIn.put(variable, getCurrentPath().getParentPath().getLeaf());
        }
        return super.visitVariable(tree, null);
    }

    @Override
    public @Nullable Void visitCatch(CatchTree tree, @Nullable Void unused) {
        if (body().mayAwait() && !body().monitor() && isOnlyTry(getCurrentPath().getParentPath())) {
            check(tree);
        }
        return super.visitCatch(tree, null);
    }

    /** Whether nothing else catches what is thrown, or closes anything when it is. */
    private boolean isOnlyTry(TreePath path) {
        TryTree tree = (TryTree) path.getLeaf();
        if (tree.getFinallyBlock() != null || !tree.getResources().isEmpty()) {
            return false;
        }
        for (TreePath around = path.getParentPath();
                around.getLeaf() != body().tree();
                around = around.getParentPath()) {
            if (around.getLeaf() instanceof TryTree) {
                return false;
            }
        }
        return true;
    }

    private void check(CatchTree tree) {
        List<? extends StatementTree> statements = tree.getBlock().getStatements();
        if (statements.isEmpty() || !(statements.get(statements.size() - 1) instanceof ThrowTree last)) {
            return;
        }
        String detail = detail(tree, last);
        TreePath block = pathTo(tree.getBlock());
        for (StatementTree statement : statements.subList(0, statements.size() - 1)) {
            if (!(statement instanceof ExpressionStatementTree) && !(statement instanceof VariableTree)) {
                return; // it may lead elsewhere
            }
        }
        for (StatementTree statement : statements) {
            if (detail != null
                    && statement instanceof ExpressionStatementTree expression
                    && expression.getExpression() instanceof MethodInvocationTree call) {
                TreePath path = new TreePath(new TreePath(block, statement), call);
                Element closed = closedBy(path);
                if (closed != null && isOutside(closed) && isClosedHereAlone(closed, tree)) {
                    report(Rule.SCOPE_LEFT_BOTH_WAYS, call.getMethodSelect(), detail);
                }
            }
        }
    }

    /** What is wrong with what is thrown; null if nothing is, or if that is not sure. */
    private @Nullable String detail(CatchTree tree, ThrowTree last) {
        TypeMirror caught = model.typeOf(pathTo(tree.getParameter()));
        if (!(caught instanceof DeclaredType declared)) {
            return null; // one of several
        }
        String name = model.types().erasure(declared).toString();
        if (name.equals("java.lang.Throwable")) {
            return last.getExpression() instanceof NewClassTree ? ANOTHER : null;
        }
        boolean isCaught = last.getExpression() instanceof IdentifierTree thrown
                && thrown.getName().equals(tree.getParameter().getName());
        return isCaught && !isAssigned(elementOf(pathTo(tree.getParameter()))) ? NARROWER.formatted(name) : null;
    }

    private @Nullable Element elementOf(TreePath path) {
        return model.trees().getElement(path);
    }

    /** The variable whose close has to be awaited here; null if the call is none of that kind. */
    private @Nullable Element closedBy(TreePath call) {
        TreePath receiver = Expressions.receiver(call);
        return receiver != null && receiver.getLeaf() instanceof IdentifierTree && model.isAwaitedClose(call)
                ? elementOf(receiver)
                : null;
    }

    /** Whether the variable got its value before the try, and keeps it. */
    private boolean isOutside(Element variable) {
        Tree declared = declaredIn.get(variable);
        for (TreePath around = getCurrentPath().getParentPath();
                declared != null && around.getLeaf() != body().tree();
                around = around.getParentPath()) {
            if (around.getLeaf() == declared) {
                return !isAssigned(variable);
            }
        }
        return false;
    }

    private boolean isAssigned(@Nullable Element variable) {
        var assignments = new TreePathScanner<Void, Void>() {
            private boolean any;

            @Override
            public @Nullable Void visitAssignment(AssignmentTree tree, @Nullable Void unused) {
                Element assigned = elementOf(new TreePath(getCurrentPath(), tree.getVariable()));
                any |= variable == null || variable.equals(assigned);
                return super.visitAssignment(tree, null);
            }
        };
        assignments.scan(body().path(), null);
        return assignments.any;
    }

    /** Whether no other catch or finally closes the variable, and no try does that has it as a resource. */
    private boolean isClosedHereAlone(Element variable, CatchTree here) {
        var closes = new TreePathScanner<Void, Void>() {
            private boolean others;

            @Override
            public @Nullable Void visitTry(TryTree tree, @Nullable Void unused) {
                for (Tree resource : tree.getResources()) {
                    others |= variable.equals(elementOf(new TreePath(getCurrentPath(), resource)));
                }
                for (CatchTree each : tree.getCatches()) {
                    others |= each != here && isClosedIn(new TreePath(getCurrentPath(), each), variable);
                }
                if (tree.getFinallyBlock() != null) {
                    others |= isClosedIn(new TreePath(getCurrentPath(), tree.getFinallyBlock()), variable);
                }
                return super.visitTry(tree, null);
            }
        };
        closes.scan(body().path(), null);
        return !closes.others;
    }

    private boolean isClosedIn(TreePath code, Element variable) {
        var closes = new TreePathScanner<Void, Void>() {
            private boolean any;

            @Override
            public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
                any |= variable.equals(closedBy(getCurrentPath()));
                return super.visitMethodInvocation(tree, null);
            }
        };
        closes.scan(code, null);
        return closes.any;
    }
}
