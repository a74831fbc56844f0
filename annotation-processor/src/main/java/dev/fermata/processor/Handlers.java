package dev.fermata.processor;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.BreakTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ContinueTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LabeledStatementTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/** What the handlers of a try do with what they catch. */
final class Handlers {
    /** Calls that do not return: rethrowing helpers, and those of tests and of the process. */
    private static final Pattern THROWING =
            Pattern.compile("(throw|rethrow|sneakyThrow|propagate|fail|abort|exit|halt)([A-Z].*)?");

    private static final Set<String> LOGGING = Set.of(
            "debug", "info", "warn", "warning", "error", "trace", "log", "severe", "fine", "finer", "finest", "fatal",
            "print", "println", "printf", "format", "valueOf");

    private final SourceModel model;

    Handlers(SourceModel model) {
        this.model = model;
    }

    /** The types that a handler catches, as they are written. */
    List<TreePath> caughtBy(TreePath handler) {
        TreePath parameter = new TreePath(handler, ((CatchTree) handler.getLeaf()).getParameter());
        Tree type = ((CatchTree) handler.getLeaf()).getParameter().getType();
        TreePath path = new TreePath(parameter, type);
        List<? extends Tree> alternatives =
                type instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of();
        return alternatives.isEmpty()
                ? List.of(path)
                : alternatives.stream().map(it -> new TreePath(path, it)).toList();
    }

    /** Whether no path through the handler continues behind the try. */
    boolean alwaysThrows(TreePath handler) {
        BlockTree block = ((CatchTree) handler.getLeaf()).getBlock();
        Leaving leaving = new Leaving(model);
        leaving.scan(new TreePath(handler, block), null);
        return !leaving.any && ends(block);
    }

    /** Whether a statement never ends normally, as far as its shape shows. */
    private static boolean ends(@Nullable StatementTree statement) {
        if (statement instanceof ThrowTree) {
            return true;
        }
        if (statement instanceof BlockTree block) {
            return block.getStatements().stream().anyMatch(Handlers::ends);
        }
        if (statement instanceof IfTree choice) {
            return ends(choice.getThenStatement()) && ends(choice.getElseStatement());
        }
        if (statement instanceof TryTree tried) {
            return ends(tried.getFinallyBlock())
                    || (ends(tried.getBlock()) && tried.getCatches().stream().allMatch(it -> ends(it.getBlock())));
        }
        if (statement instanceof SynchronizedTree guarded) {
            return ends(guarded.getBlock());
        }
        if (statement instanceof LabeledStatementTree labeled) {
            return ends(labeled.getStatement());
        }
        return statement instanceof ExpressionStatementTree expression
                && expression.getExpression() instanceof MethodInvocationTree call
                && THROWING.matcher(nameOf(call)).matches();
    }

    private static String nameOf(MethodInvocationTree call) {
        return call.getMethodSelect() instanceof MemberSelectTree select
                ? select.getIdentifier().toString()
                : call.getMethodSelect().toString();
    }

    /**
     * Whether the handler gives the exception to other code than a log, looks what it is, or keeps it. Then what becomes of it is not for this
     * method to say.
     */
    boolean handsOver(TreePath handler) {
        TreePath parameter = new TreePath(handler, ((CatchTree) handler.getLeaf()).getParameter());
        Element exception = model.trees().getElement(parameter);
        boolean[] handed = {false};
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitIdentifier(IdentifierTree tree, @Nullable Void unused) {
                Element named = model.trees().getElement(getCurrentPath());
                if (named != null && named.equals(exception)) {
                    handed[0] |= !isOnlyShown(getCurrentPath());
                }
                return null;
            }
        }.scan(new TreePath(handler, ((CatchTree) handler.getLeaf()).getBlock()), null);
        return handed[0];
    }

    private boolean isOnlyShown(TreePath use) {
        TreePath around = use.getParentPath();
        Tree user = around.getLeaf();
        if (user instanceof MethodInvocationTree) {
            ExecutableElement called = model.methodOf(around);
            return called != null
                    && (LOGGING.contains(called.getSimpleName().toString())
                            || SourceModel.hostOf(called)
                                    .getSimpleName()
                                    .toString()
                                    .contains("Log"));
        }
        // Where it is thrown in each case, the handler was not asked.
        return user instanceof BinaryTree || user instanceof MemberSelectTree || user instanceof ThrowTree;
    }

    /** Whether a jump leaves the handler; one in a lambda leaves the lambda. */
    private static final class Leaving extends AsyncCode {
        private boolean any;

        Leaving(SourceModel model) {
            super(model);
        }

        @Override
        public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void unused) {
            any = true;
            return null;
        }

        @Override
        public @Nullable Void visitBreak(BreakTree tree, @Nullable Void unused) {
            any = true;
            return null;
        }

        @Override
        public @Nullable Void visitContinue(ContinueTree tree, @Nullable Void unused) {
            any = true;
            return null;
        }
    }
}
