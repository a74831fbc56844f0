package dev.fermata.processor;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.Set;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/**
 * Async methods that return a future and await what only an event loop can end: a sleep, a task, a primitive. They start
 * where they are called, which may be on a thread without a loop. A method that asks for the loop is believed to know.
 */
final class HotMethodsThatNeedLoops extends AsyncCode {
    private static final String EVENT_LOOP = "dev.fermata.EventLoop";

    /** Of {@link SourceModel#ASYNCIO}. They fail at once, or when they are awaited. */
    private static final Set<String> NEEDING = Set.of(
            "sleep",
            "waitFor",
            "gather",
            "gatherSettled",
            "shield",
            "waitUntil",
            "createTask",
            "timeout",
            "createPromise");

    private static final String TASK_GROUP = "dev.fermata.TaskGroup";
    private static final String PRIMITIVES = "dev.fermata.Async";

    private final Report report;

    /** The first thing that needs a loop; null if there is none. */
    private @Nullable TreePath needing;

    private boolean asks;

    HotMethodsThatNeedLoops(SourceModel model, Report report) {
        super(model);
        this.report = report;
    }

    @Override
    void scanBody(TreePath declaration) {
        if (!(declaration.getLeaf() instanceof MethodTree)
                || !(model.trees().getElement(declaration) instanceof ExecutableElement method)
                || !model.isErasedTo(method.getReturnType(), "java.util.concurrent.CompletionStage")) {
            return;
        }
        super.scanBody(declaration);
        if (needing != null && !asks) {
            TreePath found = needing;
            Tree name = Expressions.named(found.getLeaf());
            report.warn(Rule.HOT_NEEDS_LOOP, name == found.getLeaf() ? found : new TreePath(found, name), "");
        }
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        ExecutableElement called = model.methodOf(getCurrentPath());
        asks |= SourceModel.isOf(called, EVENT_LOOP, Set.of("running", "runningOrNull"));
        if (SourceModel.isOf(called, SourceModel.ASYNCIO, NEEDING)) {
            found(getCurrentPath());
        } else if (model.isAwait(getCurrentPath()) && !tree.getArguments().isEmpty()) {
            checkAwaited(Expressions.bare(pathTo(tree.getArguments().get(0))));
        }
        return super.visitMethodInvocation(tree, null);
    }

    private void checkAwaited(TreePath awaited) {
        ExecutableElement called = awaited.getLeaf() instanceof MethodInvocationTree ? model.methodOf(awaited) : null;
        boolean ofPrimitive = called != null
                && SourceModel.hostOf(called).getQualifiedName().toString().startsWith(PRIMITIVES)
                && model.isErasedTo(called.getReturnType(), SourceModel.COROUTINE);
        if (ofPrimitive || model.isSubtype(model.typeOf(awaited), "dev.fermata.Deferred")) {
            found(awaited);
        }
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree tree, @Nullable Void unused) {
        if (model.isSubtype(model.typeOf(getCurrentPath()), TASK_GROUP)) {
            found(getCurrentPath());
        }
        for (ExpressionTree argument : tree.getArguments()) {
            scan(argument, null);
        }
        return null;
    }

    private void found(TreePath call) {
        if (needing == null) {
            needing = call;
        }
    }
}
