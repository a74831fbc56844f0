package dev.fermata.processor;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.BreakTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ContinueTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LabeledStatementTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Name;
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
        return !Jumps.of(block).leave() && ends(block);
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
        if (statement instanceof WhileLoopTree loop) {
            return isTrue(loop.getCondition()) && !Jumps.of(loop.getStatement()).breaks;
        }
        if (statement instanceof ForLoopTree loop) {
            return (loop.getCondition() == null || isTrue(loop.getCondition()))
                    && !Jumps.of(loop.getStatement()).breaks;
        }
        if (statement instanceof LabeledStatementTree labeled) {
            return ends(labeled.getStatement()) && !Jumps.of(labeled.getStatement()).breaks;
        }
        return statement instanceof ExpressionStatementTree expression
                && expression.getExpression() instanceof MethodInvocationTree call
                && THROWING.matcher(nameOf(call)).matches();
    }

    private static boolean isTrue(ExpressionTree condition) {
        ExpressionTree inner = condition;
        while (inner instanceof ParenthesizedTree parentheses) {
            inner = parentheses.getExpression();
        }
        return inner instanceof LiteralTree literal && Boolean.TRUE.equals(literal.getValue());
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

    /** The jumps that leave a statement; one in a lambda leaves the lambda. */
    private static final class Jumps extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final Set<Name> labels = new HashSet<>();
        private int loops;
        private int loopsAndSwitches;

        private boolean breaks;
        private boolean others;

        static Jumps of(StatementTree statement) {
            Jumps jumps = new Jumps();
            jumps.scan(statement, null);
            return jumps;
        }

        boolean leave() {
            return breaks || others;
        }

        @Override
        public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void unused) {
            others = true;
            return null;
        }

        @Override
        public @Nullable Void visitBreak(BreakTree tree, @Nullable Void unused) {
            breaks |= tree.getLabel() == null ? loopsAndSwitches == 0 : !labels.contains(tree.getLabel());
            return null;
        }

        @Override
        public @Nullable Void visitContinue(ContinueTree tree, @Nullable Void unused) {
            others |= tree.getLabel() == null ? loops == 0 : !labels.contains(tree.getLabel());
            return null;
        }

        private @Nullable Void inLoop(Runnable scan) {
            loops++;
            loopsAndSwitches++;
            scan.run();
            loopsAndSwitches--;
            loops--;
            return null;
        }

        @Override
        public @Nullable Void visitWhileLoop(WhileLoopTree tree, @Nullable Void unused) {
            return inLoop(() -> super.visitWhileLoop(tree, null));
        }

        @Override
        public @Nullable Void visitDoWhileLoop(DoWhileLoopTree tree, @Nullable Void unused) {
            return inLoop(() -> super.visitDoWhileLoop(tree, null));
        }

        @Override
        public @Nullable Void visitForLoop(ForLoopTree tree, @Nullable Void unused) {
            return inLoop(() -> super.visitForLoop(tree, null));
        }

        @Override
        public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void unused) {
            return inLoop(() -> super.visitEnhancedForLoop(tree, null));
        }

        @Override
        public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void unused) {
            loopsAndSwitches++;
            super.visitSwitch(tree, null);
            loopsAndSwitches--;
            return null;
        }

        @Override
        public @Nullable Void visitLabeledStatement(LabeledStatementTree tree, @Nullable Void unused) {
            labels.add(tree.getLabel());
            super.visitLabeledStatement(tree, null);
            labels.remove(tree.getLabel());
            return null;
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, @Nullable Void unused) {
            return null;
        }

        @Override
        public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
            return null;
        }
    }
}
