package dev.fermata.processor;

import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.Set;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import org.jspecify.annotations.Nullable;

/** {@code event.wait()} compiles: the method is Object's, and final. */
final class ObjectWaits extends BodyScanner {
    private static final Set<String> WAITS = Set.of("wait", "notify", "notifyAll");

    ObjectWaits(SourceModel model, Findings findings) {
        super(model, findings);
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        ExecutableElement method = model.methodOf(getCurrentPath());
        TreePath receiver = Expressions.receiver(getCurrentPath());
        if (method != null
                && receiver != null
                && !SourceModel.isSuper(receiver)
                && SourceModel.isOf(method, "java.lang.Object", WAITS)) {
            TypeElement type = classOf(receiver);
            if (type != null && isOfTheApi(type)) {
                String binaryName = model.elements().getBinaryName(type).toString();
                report(
                        Rule.OBJECT_WAIT,
                        tree.getMethodSelect(),
                        "it calls " + method.getSimpleName() + " of " + binaryName);
            }
        }
        return super.visitMethodInvocation(tree, null);
    }

    private @Nullable TypeElement classOf(TreePath receiver) {
        return model.erasureOf(receiver) instanceof DeclaredType declared
                        && declared.asElement() instanceof TypeElement type
                ? type
                : null;
    }

    private boolean isOfTheApi(TypeElement type) {
        PackageElement of = model.elements().getPackageOf(type);
        return of != null && of.getQualifiedName().contentEquals("dev.fermata");
    }
}
