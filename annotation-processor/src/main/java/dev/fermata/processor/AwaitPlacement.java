package dev.fermata.processor;

import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import dev.fermata.rules.Rule;
import javax.lang.model.element.Element;
import org.jspecify.annotations.Nullable;

/** Awaits where nothing can suspend. */
final class AwaitPlacement extends BodyScanner {
    AwaitPlacement(SourceModel model, Findings findings) {
        super(model, findings);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        if (model.isAwait(getCurrentPath())) {
            switch (body().kind()) {
                case CONSTRUCTOR -> report(Rule.ASYNC_CONSTRUCTOR, tree.getMethodSelect(), "await is here");
                case STATIC_INITIALISER ->
                    report(Rule.ASYNC_STATIC_INITIALISER, tree.getMethodSelect(), "await is here");
                case METHOD -> report(Rule.AWAIT_OUTSIDE_ASYNC, tree.getMethodSelect(), outside());
                case LAMBDA -> report(Rule.AWAIT_IN_LAMBDA, tree.getMethodSelect(), "await is here");
                case ASYNC_METHOD, ASYNC_LAMBDA -> {
                    if (body().monitor()) {
                        report(Rule.AWAIT_IN_SYNCHRONIZED, tree.getMethodSelect(), "");
                    }
                }
                case REFUSED_METHOD -> {}
            }
        }
        return super.visitMethodInvocation(tree, null);
    }

    /** Names the annotation that was imported in the place of ours, as the weaver does. */
    private String outside() {
        Element method = model.trees().getElement(body().path());
        return method.getAnnotationMirrors().stream()
                .map(ForeignAnnotations::typeOf)
                .filter(it -> it.getSimpleName().contentEquals("Async"))
                .findFirst()
                .map(it -> "await is here, and its @Async is " + it.getQualifiedName() + " and not that of dev.fermata")
                .orElse("await is here");
    }

    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree tree, @Nullable Void unused) {
        if (model.isAwait(getCurrentPath())) {
            report(Rule.AWAIT_METHOD_REFERENCE, tree, "");
        }
        return super.visitMemberReference(tree, null);
    }
}
