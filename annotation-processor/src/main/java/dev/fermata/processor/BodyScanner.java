package dev.fermata.processor;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import dev.fermata.processor.Body.Kind;
import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a class and knows at each tree whose code it is. A check overrides the visits that it needs. What a constant
 * condition excludes is no code: javac drops it, and the weaver never sees it.
 */
abstract class BodyScanner extends TreePathScanner<Void, Void> {
    protected final SourceModel model;
    private final Findings findings;

    /** The innermost one; null between the members of a class. */
    private @Nullable Body body;

    /** Statements that javac writes nothing of. */
    private final Set<Tree> dropped = Collections.newSetFromMap(new IdentityHashMap<>());

    BodyScanner(SourceModel model, Findings findings) {
        this.model = model;
        this.findings = findings;
    }

    /** Whose code the current tree is. */
    protected final Body body() {
        if (body == null) {
            throw new IllegalStateException("not in a body: " + getCurrentPath().getLeaf());
        }
        return body;
    }

    /** Whether the current tree is code; types of members and annotations are not. */
    protected final boolean inBody() {
        return body != null;
    }

    /** Adds a finding of the body that the scan is in. */
    protected final void report(Rule rule, Tree at, String detail) {
        report(body(), rule, at, detail);
    }

    protected final TreePath pathTo(Tree child) {
        return new TreePath(getCurrentPath(), child);
    }

    /** Adds a finding of a body that the scan has left. */
    protected final void report(Body in, Rule rule, Tree at, String detail) {
        findings.add(rule, at, in.where(), detail);
    }

    final void check(TreePath host) {
        scan(host, null);
        end();
    }

    /** Called before the body of a method, of a lambda or of an initialiser is scanned, when it is the current one. */
    protected void enter(Body entered) {}

    /** Called when it has been scanned, while it is the current one. */
    protected void leave(Body left) {}

    /** Called when the class has been scanned. */
    protected void end() {}

    private void scanIn(@Nullable Body inner, Runnable scan) {
        Body outer = body;
        body = inner;
        if (inner != null) {
            enter(inner);
        }
        scan.run();
        if (inner != null) {
            leave(inner);
        }
        body = outer;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
        scanIn(null, () -> super.visitClass(tree, null));
        return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
        if (!(model.trees().getElement(getCurrentPath()) instanceof ExecutableElement method)) {
            return null; // declared twice, which javac has said
        }
        String where = model.nameOf(method.getEnclosingElement()) + "." + method.getSimpleName();
        scanIn(new Body(kindOf(method), getCurrentPath(), where, false), () -> super.visitMethod(tree, null));
        return null;
    }

    @Override
    public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, @Nullable Void unused) {
        boolean async = model.isErasedTo(model.returnedBy(model.typeOf(getCurrentPath())), SourceModel.COROUTINE);
        String outer = body == null ? "" : body.where();
        String where = outer.endsWith(Body.IN_LAMBDA) ? outer : outer + Body.IN_LAMBDA;
        Body lambda = new Body(async ? Kind.ASYNC_LAMBDA : Kind.LAMBDA, getCurrentPath(), where, false);
        scanIn(lambda, () -> super.visitLambdaExpression(tree, null));
        return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
        if (getCurrentPath().getParentPath().getLeaf() instanceof ClassTree) {
            Element field = model.trees().getElement(getCurrentPath());
            if (field != null) {
                scanIn(
                        initialiser(field.getModifiers().contains(Modifier.STATIC)),
                        () -> super.visitVariable(tree, null));
            }
            return null;
        }
        return super.visitVariable(tree, null);
    }

    @Override
    public @Nullable Void visitBlock(BlockTree tree, @Nullable Void unused) {
        dropBehindConstants(tree.getStatements());
        if (getCurrentPath().getParentPath().getLeaf() instanceof ClassTree) {
            scanIn(initialiser(tree.isStatic()), () -> super.visitBlock(tree, null));
            return null;
        }
        return super.visitBlock(tree, null);
    }

    @Override
    public @Nullable Void visitSynchronized(SynchronizedTree tree, @Nullable Void unused) {
        scan(tree.getExpression(), null);
        Body outer = body();
        body = outer.withMonitor();
        scan(tree.getBlock(), null);
        body = outer;
        return null;
    }

    @Override
    public @Nullable Void visitIf(IfTree tree, @Nullable Void unused) {
        scan(tree.getCondition(), null);
        scanBranches(tree.getCondition(), tree.getThenStatement(), tree.getElseStatement());
        return null;
    }

    @Override
    public @Nullable Void visitConditionalExpression(ConditionalExpressionTree tree, @Nullable Void unused) {
        scan(tree.getCondition(), null);
        scanBranches(tree.getCondition(), tree.getTrueExpression(), tree.getFalseExpression());
        return null;
    }

    @Override
    public @Nullable Void visitBinary(BinaryTree tree, @Nullable Void unused) {
        scan(tree.getLeftOperand(), null);
        switch (tree.getKind()) {
            case CONDITIONAL_AND -> scanBranches(tree.getLeftOperand(), tree.getRightOperand(), null);
            case CONDITIONAL_OR -> scanBranches(tree.getLeftOperand(), null, tree.getRightOperand());
            default -> scan(tree.getRightOperand(), null);
        }
        return null;
    }

    @Override
    public @Nullable Void visitWhileLoop(WhileLoopTree tree, @Nullable Void unused) {
        scan(tree.getCondition(), null);
        scanBranches(tree.getCondition(), tree.getStatement(), null);
        return null;
    }

    @Override
    public @Nullable Void visitForLoop(ForLoopTree tree, @Nullable Void unused) {
        ExpressionTree condition = tree.getCondition();
        if (condition == null) {
            return super.visitForLoop(tree, null);
        }
        scan(tree.getInitializer(), null);
        scan(condition, null);
        scanBranches(condition, tree.getStatement(), null);
        tree.getUpdate().forEach(it -> scanBranches(condition, it, null));
        return null;
    }

    @Override
    public @Nullable Void visitCase(CaseTree tree, @Nullable Void unused) {
        List<? extends StatementTree> statements = tree.getStatements();
        if (statements != null) { // not an arrow
            dropBehindConstants(statements);
        }
        return super.visitCase(tree, null);
    }

    private void dropBehindConstants(List<? extends StatementTree> statements) {
        boolean isCode = true;
        for (StatementTree statement : statements) {
            if (!isCode) {
                dropped.add(statement);
            }
            isCode = isCode && !Completion.isExcluded(pathTo(statement), model.trees());
        }
    }

    @Override
    public @Nullable Void scan(@Nullable Tree tree, @Nullable Void unused) {
        if (tree != null && dropped.contains(tree)) {
            scanDroppedCode(pathTo(tree));
            return null;
        }
        return super.scan(tree, null);
    }

    private void scanBranches(Tree condition, @Nullable Tree whenTrue, @Nullable Tree whenFalse) {
        Constants value = Constants.of(pathTo(condition), model.trees());
        scanBranch(whenTrue, value == Constants.TRUE || value == Constants.NONE);
        scanBranch(whenFalse, value == Constants.FALSE || value == Constants.NONE);
    }

    private void scanBranch(@Nullable Tree branch, boolean isCode) {
        if (isCode) {
            scan(branch, null);
        } else if (branch != null) {
            scanDroppedCode(pathTo(branch));
        }
    }

    /** Makes methods of lambdas before it drops code, as javac does. Classes in it are left to the weaver: some versions of javac write them. */
    private void scanDroppedCode(TreePath dropped) {
        List<TreePath> lambdas = new ArrayList<>();
        new TreePathScanner<Void, Void>() {
            @Override
            public @Nullable Void visitLambdaExpression(LambdaExpressionTree tree, @Nullable Void unused) {
                lambdas.add(getCurrentPath());
                return null;
            }

            @Override
            public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
                return null;
            }
        }.scan(dropped, null);
        lambdas.forEach(lambda -> scan(lambda, null));
    }

    private Body initialiser(boolean isStatic) {
        Element type = model.trees().getElement(getCurrentPath().getParentPath());
        return isStatic
                ? new Body(Kind.STATIC_INITIALISER, getCurrentPath(), model.nameOf(type) + ".<clinit>", false)
                : new Body(Kind.CONSTRUCTOR, getCurrentPath(), model.nameOf(type) + ".<init>", false);
    }

    private static Kind kindOf(ExecutableElement method) {
        if (method.getKind() == ElementKind.CONSTRUCTOR) {
            return Kind.CONSTRUCTOR;
        }
        if (!Signatures.mayAwait(method)) {
            return Kind.METHOD;
        }
        return Signatures.isAsync(method) ? Kind.ASYNC_METHOD : Kind.REFUSED_METHOD;
    }
}
