package dev.fermata.processor;

import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/** What is most likely a mistake. It finds the async code of a class, and has each piece looked at by the checks for one. */
final class AsyncWarnings extends BodyScanner {
    private static final String EVENT_LOOP = "dev.fermata.EventLoop";

    /** A lambda that is passed to one of these runs on a thread that may block. */
    private static final List<String> ELSEWHERE = List.of(
            "java.util.concurrent.Executor",
            "java.util.concurrent.CompletionStage",
            "java.lang.Thread",
            "java.util.Timer");

    private final Findings findings;
    private final BlockingTable blocking;

    /** Idle methods with what messages call them. Whether somebody needs their coroutines is known at the end of the class. */
    private final Map<TreePath, String> idle = new LinkedHashMap<>();

    private final Set<Element> needed = new HashSet<>();

    AsyncWarnings(SourceModel model, Findings findings, BlockingTable blocking) {
        super(model, findings);
        this.findings = findings;
        this.blocking = blocking;
    }

    @Override
    protected void end() {
        idle.forEach((method, where) -> {
            if (!needed.contains(model.trees().getElement(method))) {
                findings.warn(Rule.ASYNC_WITHOUT_AWAIT, method, where, "");
            }
        });
    }

    @Override
    protected void leave(Body left) {
        if (!left.mayAwait() || runsElsewhere(getCurrentPath())) {
            return;
        }
        TreePath declaration = getCurrentPath();
        AsyncCode.Report report = (rule, at, detail) -> findings.warn(rule, at, left.where(), detail);
        HeldLocks locks = new HeldLocks(model, report);
        locks.scanBody(declaration);
        new BlockingCalls(model, blocking, locks.reported(), report).scanBody(declaration);
        new SwallowedCancels(model, report).scanBody(declaration);
        new AbandonedGathers(model, report).scanBody(declaration);
        new ReadsBeforeAwaits(model, report).scanBody(declaration);
        new HotMethodsThatNeedLoops(model, report).scanBody(declaration);
    }

    private boolean runsElsewhere(TreePath body) {
        TreePath around = body.getParentPath();
        if (!(body.getLeaf() instanceof LambdaExpressionTree)) {
            return false;
        }
        ExecutableElement called = model.methodOf(around);
        return called != null
                && (SourceModel.isOf(called, SourceModel.ASYNCIO, Set.of("toThread", "toThreadInterruptibly"))
                        || SourceModel.isOf(called, EVENT_LOOP, Set.of("runInExecutor"))
                        || ELSEWHERE.stream().anyMatch(it -> model.isDeclaredIn(called, it)));
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
        super.visitMethod(tree, null);
        if (model.trees().getElement(getCurrentPath()) instanceof ExecutableElement method
                && method.getKind() == ElementKind.METHOD) {
            String where = model.nameOf(method.getEnclosingElement()) + "." + method.getSimpleName();
            boolean async = Signatures.isAnnotated(method, Signatures.ASYNC);
            if (async && new IdleMethods(model).isIdle(getCurrentPath())) {
                idle.put(getCurrentPath(), where);
            }
            if (async || model.isErasedTo(method.getReturnType(), SourceModel.COROUTINE)) {
                checkAnnotations(tree, method, where);
            }
        }
        return null;
    }

    private void checkAnnotations(MethodTree tree, ExecutableElement method, String where) {
        AnnotationMirror foreign = ForeignAnnotations.on(method);
        if (foreign == null) {
            AnnotationMirror ofClass = ForeignAnnotations.on(SourceModel.hostOf(method));
            if (ofClass != null) {
                findings.warn(Rule.FOREIGN_ASYNC, getCurrentPath(), where, "its class has " + nameOf(ofClass));
            }
            return;
        }
        Tree at = model.trees().getTree(method, foreign);
        TreePath modifiers = pathTo(tree.getModifiers());
        findings.warn(
                Rule.FOREIGN_ASYNC,
                at == null ? getCurrentPath() : new TreePath(modifiers, at),
                where,
                "it has " + nameOf(foreign));
    }

    private static String nameOf(AnnotationMirror annotation) {
        return "@" + ForeignAnnotations.typeOf(annotation).getQualifiedName();
    }

    @Override
    protected void enter(Body entered) {
        if (getCurrentPath().getLeaf() instanceof LambdaExpressionTree lambda
                && lambda.getBodyKind() == LambdaExpressionTree.BodyKind.EXPRESSION
                && model.returnsNothing(getCurrentPath())) {
            checkDropped(pathTo(lambda.getBody()));
        }
    }

    @Override
    public @Nullable Void visitExpressionStatement(ExpressionStatementTree tree, @Nullable Void unused) {
        checkDropped(pathTo(tree.getExpression()));
        return super.visitExpressionStatement(tree, null);
    }

    /** Looks at a call whose value nobody takes. */
    private void checkDropped(TreePath path) {
        if (path.getLeaf() instanceof MethodInvocationTree call) {
            ExecutableElement called = model.methodOf(path);
            // With a loop at hand, a callback of a window system starts tasks, and has nothing to keep them in.
            if (SourceModel.isOf(called, SourceModel.ASYNCIO, Set.of("createTask"))
                    || (body().mayAwait() && SourceModel.isOf(called, EVENT_LOOP, Set.of("createTask")))) {
                findings.warn(Rule.TASK_DROPPED, new TreePath(path, call.getMethodSelect()), body().where(), "");
            }
        }
    }

    /** Who passes a coroutine on, to createTask for example, needs one. */
    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        ExecutableElement called = model.methodOf(getCurrentPath());
        if (called != null && Signatures.isAnnotated(called, Signatures.ASYNC)) {
            TreePath user = getCurrentPath().getParentPath();
            if (!(user.getLeaf() instanceof ExpressionStatementTree) && !model.isAwait(user)) {
                needed.add(called);
            }
        }
        return super.visitMethodInvocation(tree, null);
    }

    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree tree, @Nullable Void unused) {
        Element named = model.trees().getElement(getCurrentPath());
        if (named != null) {
            needed.add(named);
        }
        return super.visitMemberReference(tree, null);
    }
}
