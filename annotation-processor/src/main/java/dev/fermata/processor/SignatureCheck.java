package dev.fermata.processor;

import com.sun.source.tree.MethodTree;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/** What declarations of methods get wrong. */
final class SignatureCheck extends BodyScanner {
    private final Findings findings;
    private final Signatures signatures;

    SignatureCheck(SourceModel model, Findings findings) {
        super(model, findings);
        this.findings = findings;
        signatures = new Signatures(model.types(), model.elements());
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
        if (model.trees().getElement(getCurrentPath()) instanceof ExecutableElement method) {
            String where = model.nameOf(method.getEnclosingElement()) + "." + method.getSimpleName();
            signatures.check(method).forEach(it -> findings.add(it.rule(), it.treeIn(tree), where, it.detail()));
        }
        return super.visitMethod(tree, null);
    }
}
