package dev.fermata.processor;

import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.Set;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/** Closes of AsyncCloseables that would have to be awaited where nothing can, or through a type that hides it. */
final class AwaitedCloses extends BodyScanner {
    private static final String NOT_ASYNC =
            "it is closed at the end of the try, in a method or lambda that is not async and so cannot await it";

    AwaitedCloses(SourceModel model, Findings findings) {
        super(model, findings);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        if (body().mayAwait() && body().monitor() && model.isAwaitedClose(getCurrentPath())) {
            report(Rule.AWAIT_IN_SYNCHRONIZED, tree.getMethodSelect(), "");
        }
        return super.visitMethodInvocation(tree, null);
    }

    @Override
    public @Nullable Void visitTry(TryTree tree, @Nullable Void unused) {
        for (Tree resource : tree.getResources()) {
            checkResource(pathTo(resource));
        }
        return super.visitTry(tree, null);
    }

    private void checkResource(TreePath resource) {
        TypeMirror type = model.typeOf(resource);
        if (type == null) {
            return;
        }
        if (model.isErasedTo(type, SourceModel.ASYNC_CLOSEABLE)) {
            if (body().mayAwait() && body().monitor()) {
                report(Rule.AWAIT_IN_SYNCHRONIZED, resource.getLeaf(), "it is closed at the end of the try");
            } else if (body().kind() != Body.Kind.REFUSED_METHOD
                    && !body().mayAwait()
                    && alwaysThrows(model.types().erasure(type))) {
                report(Rule.CLOSE_NOT_WOVEN, resource.getLeaf(), NOT_ASYNC);
            }
        } else if (resource.getLeaf() instanceof VariableTree variable
                && variable.getInitializer() != null
                && alwaysThrows(model.typeOf(Expressions.bare(new TreePath(resource, variable.getInitializer()))))) {
            report(Rule.CLOSE_NOT_WOVEN, variable.getType(), type + " hides that it is an AsyncCloseable");
        } else if (body().mayAwait() && isCloseableByBound(type)) {
            report(
                    Rule.CLOSE_NOT_WOVEN,
                    resource.getLeaf(),
                    "its class file has it as " + model.types().erasure(type)
                            + ", which hides that it is an AsyncCloseable");
        }
    }

    /** Whether the {@code close()} of a value of this type is the one that cannot be called. */
    private boolean alwaysThrows(@Nullable TypeMirror value) {
        return value instanceof DeclaredType declared
                && declared.asElement() instanceof TypeElement type
                && ElementFilter.methodsIn(model.elements().getAllMembers(type)).stream()
                        .anyMatch(it -> SourceModel.isOf(it, SourceModel.ASYNC_CLOSEABLE, Set.of("close")));
    }

    /** {@code <T extends AutoCloseable & AsyncCloseable>}: javac calls the first. */
    private boolean isCloseableByBound(TypeMirror type) {
        TypeElement closeable = model.elements().getTypeElement(SourceModel.ASYNC_CLOSEABLE);
        return closeable != null && model.types().isSubtype(type, closeable.asType());
    }
}
