package dev.fermata.processor;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Returned coroutines that a finally block replaces, which the class file does not show. */
final class ReplacedReturns extends BodyScanner {
    ReplacedReturns(SourceModel model, Findings findings) {
        super(model, findings);
    }

    @Override
    public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void unused) {
        if (tree.getExpression() != null && body().mayAwait() && isReplaced(getCurrentPath())) {
            for (TreePath value : Expressions.values(pathTo(tree.getExpression()))) {
                // Of a variable the weaver knows whether it can hold anything but a result.
                if (value.getLeaf() instanceof MethodInvocationTree
                        && model.isErasedTo(model.typeOf(value), SourceModel.COROUTINE)
                        && !SourceModel.isOf(model.methodOf(value), SourceModel.ASYNCIO, Set.of("done"))) {
                    report(
                            Rule.RETURN_THROUGH_FINALLY,
                            Expressions.named(value.getLeaf()),
                            "nothing returns or awaits it afterwards, because a finally block always leaves the method in another way");
                }
            }
        }
        return super.visitReturn(tree, null);
    }

    /** Whether a finally block around the return ends with another one, or with an exception. */
    private boolean isReplaced(TreePath path) {
        TreePath inner = path;
        while (inner.getLeaf() != body().tree()) {
            TreePath outer = inner.getParentPath();
            if (outer.getLeaf() instanceof TryTree tried
                    && tried.getFinallyBlock() != null
                    && tried.getFinallyBlock() != inner.getLeaf()
                    && leaves(tried.getFinallyBlock())) {
                return true;
            }
            inner = outer;
        }
        return false;
    }

    private static boolean leaves(BlockTree block) {
        List<? extends StatementTree> statements = block.getStatements();
        Tree last = statements.isEmpty() ? null : statements.get(statements.size() - 1);
        return last instanceof ReturnTree || last instanceof ThrowTree;
    }
}
