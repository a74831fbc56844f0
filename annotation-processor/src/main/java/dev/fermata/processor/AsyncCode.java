package dev.fermata.processor;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import dev.fermata.rules.Rule;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the code of one async method or lambda in the order in which it is written. Lambdas and classes in it run
 * somewhere else, or at another time, and are left out.
 */
abstract class AsyncCode extends TreePathScanner<@Nullable Void, @Nullable Void> {
    protected final SourceModel model;

    AsyncCode(SourceModel model) {
        this.model = model;
    }

    /** Goes through the body of {@code declaration}, a method or a lambda. */
    void scanBody(TreePath declaration) {
        Tree body = declaration.getLeaf() instanceof MethodTree method
                ? method.getBody()
                : ((LambdaExpressionTree) declaration.getLeaf()).getBody();
        if (body != null) {
            scan(new TreePath(declaration, body), null);
        }
    }

    @Override
    public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, @Nullable Void unused) {
        return null;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
        return null;
    }

    protected final TreePath pathTo(Tree child) {
        return new TreePath(getCurrentPath(), child);
    }

    /** Whether the try ends with an await, because it closes an AsyncCloseable. The current tree is the try. */
    protected final boolean closesByAwait(TryTree tree) {
        TreePath path = getCurrentPath();
        return tree.getResources().stream()
                .anyMatch(it -> model.isErasedTo(model.typeOf(new TreePath(path, it)), SourceModel.ASYNC_CLOSEABLE));
    }

    /** Whether there is an await in {@code code} itself. */
    static boolean awaitsIn(SourceModel model, TreePath code) {
        Awaits awaits = new Awaits(model);
        awaits.scan(code, null);
        return awaits.any;
    }

    /** Whether there is an await in {@code code}, or in a lambda or class in it. */
    static boolean awaitsAnywhereIn(SourceModel model, TreePath code) {
        Awaits awaits = new Awaits(model) {
            @Override
            public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, @Nullable Void unused) {
                return scan(tree.getBody(), null);
            }

            @Override
            public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
                return scan(tree.getMembers(), null);
            }
        };
        awaits.scan(code, null);
        return awaits.any;
    }

    /** Where a check of one body says what it found. */
    interface Report {
        /** Returns whether the warning is given: it may be off, or suppressed where it would be. */
        boolean warn(Rule rule, TreePath at, String detail);
    }

    private static class Awaits extends AsyncCode {
        private boolean any;

        Awaits(SourceModel model) {
            super(model);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
            any |= model.isAwait(getCurrentPath()) || model.isAwaitedClose(getCurrentPath());
            return super.visitMethodInvocation(tree, null);
        }

        @Override
        public @Nullable Void visitTry(TryTree tree, @Nullable Void unused) {
            any |= closesByAwait(tree);
            return super.visitTry(tree, null);
        }
    }
}
