package dev.fermata.processor;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.List;
import java.util.Set;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import org.jspecify.annotations.Nullable;

/** Gathers whose failure a handler takes while what was gathered still runs. */
final class AbandonedGathers extends AsyncCode {
    private static final String DEFERRED = "dev.fermata.Deferred";

    private final Handlers handlers;
    private final Report report;

    AbandonedGathers(SourceModel model, Report report) {
        super(model);
        this.handlers = new Handlers(model);
        this.report = report;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        if (model.isAwait(getCurrentPath()) && !tree.getArguments().isEmpty()) {
            TreePath awaited = pathTo(tree.getArguments().get(0));
            if (awaited.getLeaf() instanceof MethodInvocationTree gather
                    && SourceModel.isOf(model.methodOf(awaited), SourceModel.ASYNCIO, Set.of("gather"))
                    && leavesSome(awaited, gather.getArguments())
                    && isHandled()) {
                report.warn(Rule.GATHER_ABANDONED, new TreePath(awaited, gather.getMethodSelect()), "");
            }
        }
        return super.visitMethodInvocation(tree, null);
    }

    /** Whether others may run on after one has failed, and nobody but the gather knows them. */
    private boolean leavesSome(TreePath gather, List<? extends ExpressionTree> arguments) {
        if (arguments.size() == 1) {
            TypeMirror type = model.typeOf(new TreePath(gather, arguments.get(0)));
            if (type instanceof ArrayType array) {
                return !model.isSubtype(array.getComponentType(), DEFERRED);
            }
            return type instanceof DeclaredType collection
                    && model.isSubtype(type, "java.util.Collection")
                    && collection.getTypeArguments().stream().noneMatch(this::isDeferred);
        }
        return arguments.size() > 1 && !arguments.stream().allMatch(it -> isKept(new TreePath(gather, it)));
    }

    private boolean isDeferred(TypeMirror type) {
        return model.isErasedTo(type, DEFERRED)
                || (type instanceof WildcardType wildcard && model.isErasedTo(wildcard.getExtendsBound(), DEFERRED));
    }

    private boolean isKept(TreePath argument) {
        Tree tree = argument.getLeaf();
        return (tree instanceof IdentifierTree || tree instanceof MemberSelectTree)
                && model.isSubtype(model.typeOf(argument), DEFERRED);
    }

    /** Whether a failure that leaves the current tree is caught in this body, by a handler after which the body continues. */
    private boolean isHandled() {
        for (TreePath path = getCurrentPath(); path.getParentPath() != null; path = path.getParentPath()) {
            TreePath around = path.getParentPath();
            if (around.getLeaf() instanceof TryTree tried && tried.getBlock() == path.getLeaf()) {
                for (CatchTree handler : tried.getCatches()) {
                    TreePath catching = new TreePath(around, handler);
                    if (catchesFailures(catching) && !handlers.alwaysThrows(catching)) {
                        return true;
                    }
                }
            }
            if (path.getLeaf() instanceof MethodTree || path.getLeaf() instanceof LambdaExpressionTree) {
                return false;
            }
        }
        return false;
    }

    /** A cancel reaches all that is gathered, and so does a timeout. */
    private boolean catchesFailures(TreePath handler) {
        return handlers.caughtBy(handler).stream()
                .map(model::typeOf)
                .anyMatch(it -> !model.isSubtype(it, SourceModel.CANCELLED)
                        && !model.isSubtype(it, "dev.fermata.TimeoutException"));
    }
}
