package dev.fermata.processor;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/** Locks of java.util.concurrent that are taken before an await and returned after it, in one block. */
final class HeldLocks extends AsyncCode {
    private static final String LOCK = "java.util.concurrent.locks.Lock";
    private static final String STAMPED = "java.util.concurrent.locks.StampedLock";
    private static final Set<String> TAKES = Set.of("lock", "lockInterruptibly");
    private static final Set<String> TAKES_STAMPED =
            Set.of("readLock", "writeLock", "readLockInterruptibly", "writeLockInterruptibly");
    private static final Set<String> TRIES = Set.of("tryLock");
    private static final Set<String> RETURNS = Set.of("unlock");
    private static final Set<String> RETURNS_STAMPED = Set.of("unlock", "unlockRead", "unlockWrite");

    private final Report report;
    private final Set<Tree> reported = new HashSet<>();

    HeldLocks(SourceModel model, Report report) {
        super(model);
        this.report = report;
    }

    /** The calls that take the locks that were found. */
    Set<Tree> reported() {
        return reported;
    }

    @Override
    public @Nullable Void visitBlock(BlockTree tree, @Nullable Void unused) {
        List<? extends StatementTree> statements = tree.getStatements();
        for (int i = 0; i < statements.size(); i++) {
            TreePath taking = taking(pathTo(statements.get(i)));
            if (taking != null) {
                Held held = new Held(model, lockOf(taking));
                statements.subList(i + 1, statements.size()).forEach(it -> held.scan(pathTo(it), null));
                TreePath around = getCurrentPath().getParentPath();
                if (around.getLeaf() instanceof TryTree guarded
                        && guarded.getBlock() == tree
                        && guarded.getFinallyBlock() != null) {
                    held.scan(new TreePath(around, guarded.getFinallyBlock()), null);
                }
                reportIf(held, taking);
            }
        }
        return super.visitBlock(tree, null);
    }

    @Override
    public @Nullable Void visitIf(IfTree tree, @Nullable Void unused) {
        TreePath condition = withoutParentheses(pathTo(tree.getCondition()));
        if (calls(condition, LOCK, TRIES)) {
            Held held = new Held(model, lockOf(condition));
            held.scan(pathTo(tree.getThenStatement()), null);
            reportIf(held, condition);
        }
        return super.visitIf(tree, null);
    }

    private void reportIf(Held held, TreePath taking) {
        if (held.across && taking.getLeaf() instanceof MethodInvocationTree call) {
            if (report.warn(Rule.LOCK_ACROSS_AWAIT, new TreePath(taking, call.getMethodSelect()), "")) {
                reported.add(call);
            }
        }
    }

    private static TreePath withoutParentheses(TreePath expression) {
        TreePath inner = expression;
        while (inner.getLeaf() instanceof ParenthesizedTree parentheses) {
            inner = new TreePath(inner, parentheses.getExpression());
        }
        return inner;
    }

    /** The call that takes a lock for what stands behind the statement, if that is what it does; otherwise null. */
    private @Nullable TreePath taking(TreePath statement) {
        TreePath call = null;
        if (statement.getLeaf() instanceof ExpressionStatementTree expression) {
            call = new TreePath(statement, expression.getExpression());
        } else if (statement.getLeaf() instanceof IfTree refused && refused.getElseStatement() == null) {
            TreePath condition = withoutParentheses(new TreePath(statement, refused.getCondition()));
            if (condition.getLeaf() instanceof UnaryTree not && not.getKind() == Tree.Kind.LOGICAL_COMPLEMENT) {
                TreePath tried = withoutParentheses(new TreePath(condition, not.getExpression()));
                return calls(tried, LOCK, TRIES) ? tried : null;
            }
        } else if (statement.getLeaf() instanceof VariableTree stamp && stamp.getInitializer() != null) {
            call = new TreePath(statement, stamp.getInitializer());
        }
        return call != null && (calls(call, LOCK, TAKES) || calls(call, STAMPED, TAKES_STAMPED)) ? call : null;
    }

    private boolean calls(TreePath call, String owner, Set<String> names) {
        return call.getLeaf() instanceof MethodInvocationTree && isCallOf(model, model.methodOf(call), owner, names);
    }

    private static boolean isCallOf(
            SourceModel model, @Nullable ExecutableElement called, String owner, Set<String> names) {
        return called != null && names.contains(called.getSimpleName().toString()) && model.isDeclaredIn(called, owner);
    }

    /** The lock as it is written, without a {@code this.} before it; empty if it is this itself. */
    private static String lockOf(TreePath call) {
        return ((MethodInvocationTree) call.getLeaf()).getMethodSelect() instanceof MemberSelectTree select
                ? select.getExpression().toString().replaceFirst("^this(\\.|$)", "")
                : "";
    }

    /** Looks whether an await comes before the lock is returned, and whether it is returned at all. */
    private static final class Held extends AsyncCode {
        private final String lock;
        private boolean awaited;
        private boolean returned;

        /** True if there was an await when the lock was returned. */
        private boolean across;

        Held(SourceModel model, String lock) {
            super(model);
            this.lock = lock;
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
            super.visitMethodInvocation(tree, null);
            ExecutableElement called = model.methodOf(getCurrentPath());
            if (model.isAwait(getCurrentPath())) {
                awaited = true;
            } else if (lockOf(getCurrentPath()).equals(lock)
                    && (isCallOf(model, called, LOCK, RETURNS) || isCallOf(model, called, STAMPED, RETURNS_STAMPED))) {
                across |= awaited && !returned;
                returned = true;
            }
            return null;
        }

        @Override
        public @Nullable Void visitTry(TryTree tree, @Nullable Void unused) {
            tree.getResources().forEach(it -> scan(it, null));
            scan(tree.getBlock(), null);
            awaited |= closesByAwait(tree);
            scan(tree.getCatches(), null);
            scan(tree.getFinallyBlock(), null);
            return null;
        }
    }
}
