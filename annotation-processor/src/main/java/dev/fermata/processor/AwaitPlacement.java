package dev.fermata.processor;

import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import dev.fermata.rules.Rule;
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
                case METHOD -> report(Rule.AWAIT_OUTSIDE_ASYNC, tree.getMethodSelect(), "await is here");
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

    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree tree, @Nullable Void unused) {
        if (model.isAwait(getCurrentPath())) {
            report(Rule.AWAIT_METHOD_REFERENCE, tree, "");
        }
        return super.visitMemberReference(tree, null);
    }
}
