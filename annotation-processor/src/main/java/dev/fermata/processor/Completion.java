package dev.fermata.processor;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.BreakTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LabeledStatementTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.List;
import javax.lang.model.element.Name;
import org.jspecify.annotations.Nullable;

/**
 * Whether what follows a statement is code. The language takes {@code if (true) return;} for a statement that something may
 * follow; javac writes nothing of it.
 */
final class Completion {
    private Completion() {}

    /** Whether a constant keeps the statement from completing, or may do so. */
    static boolean isExcluded(TreePath statement, Trees trees) {
        Tree tree = statement.getLeaf();
        return switch (tree.getKind()) {
            case RETURN, THROW, BREAK, CONTINUE, YIELD -> true;
            case BLOCK -> isAnyExcluded(statement, ((BlockTree) tree).getStatements(), trees);
            case SYNCHRONIZED -> isExcluded(statement, ((SynchronizedTree) tree).getBlock(), trees);
            case IF -> isExcluded(statement, (IfTree) tree, trees);
            case TRY -> isExcluded(statement, (TryTree) tree, trees);
            case LABELED_STATEMENT -> {
                StatementTree labeled = ((LabeledStatementTree) tree).getStatement();
                yield !isLeft(statement) && isExcluded(statement, labeled, trees);
            }
            case WHILE_LOOP -> isEndless(statement, ((WhileLoopTree) tree).getCondition(), trees);
            case DO_WHILE_LOOP -> isEndless(statement, ((DoWhileLoopTree) tree).getCondition(), trees);
            case FOR_LOOP -> isEndless(statement, ((ForLoopTree) tree).getCondition(), trees);
            default -> false;
        };
    }

    private static boolean isExcluded(TreePath parent, Tree statement, Trees trees) {
        return isExcluded(new TreePath(parent, statement), trees);
    }

    private static boolean isAnyExcluded(TreePath parent, List<? extends StatementTree> statements, Trees trees) {
        return statements.stream().anyMatch(it -> isExcluded(parent, it, trees));
    }

    private static boolean isExcluded(TreePath path, IfTree tree, Trees trees) {
        boolean then = isExcluded(path, tree.getThenStatement(), trees);
        StatementTree elseStatement = tree.getElseStatement();
        boolean otherwise = elseStatement != null && isExcluded(path, elseStatement, trees);
        return switch (Constants.of(new TreePath(path, tree.getCondition()), trees)) {
            case TRUE -> then;
            case FALSE -> otherwise;
            case UNKNOWN -> then || otherwise;
            case NONE -> then && otherwise;
        };
    }

    private static boolean isExcluded(TreePath path, TryTree tree, Trees trees) {
        BlockTree last = tree.getFinallyBlock();
        if (last != null && isExcluded(path, last, trees)) {
            return true;
        }
        for (CatchTree each : tree.getCatches()) {
            if (!isExcluded(new TreePath(path, each), each.getBlock(), trees)) {
                return false;
            }
        }
        return isExcluded(path, tree.getBlock(), trees);
    }

    private static boolean isEndless(TreePath loop, @Nullable ExpressionTree condition, Trees trees) {
        if (condition == null) {
            return !isLeft(loop);
        }
        Constants value = Constants.of(new TreePath(loop, condition), trees);
        return (value == Constants.TRUE || value == Constants.UNKNOWN) && !isLeft(loop);
    }

    /** Whether a break leaves the statement, a loop or a labelled one. */
    private static boolean isLeft(TreePath statement) {
        Name label = statement.getLeaf() instanceof LabeledStatementTree labeled ? labeled.getLabel() : null;
        var breaks = new TreePathScanner<Void, Void>() {
            private boolean any;

            @Override
            public @Nullable Void visitBreak(BreakTree tree, @Nullable Void unused) {
                any |= label == null ? tree.getLabel() == null : label.equals(tree.getLabel());
                return null;
            }
        };
        breaks.scan(statement, null);
        return breaks.any;
    }
}
