package dev.fermata.processor;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.HashMap;
import java.util.Map;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/**
 * Whether a class has to do with Fermata at all: whether one of its expressions, or of the types that it names, is Fermata's
 * or below one of Fermata's, or one of its lambdas is a coroutine. Most classes have not, and this one scan is all that they
 * cost. A coroutine need not be named to be there: {@code repository.load();} drops one without any import.
 */
final class FermataUse {
    private static final String PACKAGE = "dev.fermata";

    private final SourceModel model;

    /** What has been found out of types, because a class names the same few all the time. */
    private final Map<TypeElement, Boolean> known = new HashMap<>();

    FermataUse(SourceModel model) {
        this.model = model;
    }

    boolean isIn(TreePath host) {
        Scan scan = new Scan();
        scan.scan(host, null);
        return scan.found;
    }

    private final class Scan extends TreePathScanner<@Nullable Void, @Nullable Void> {
        boolean found;

        @Override
        public @Nullable Void scan(@Nullable Tree tree, @Nullable Void unused) {
            if (found || tree == null) {
                return null;
            }
            if (tree instanceof ExpressionTree && isUse(new TreePath(getCurrentPath(), tree))) {
                found = true;
                return null;
            }
            return super.scan(tree, null);
        }
    }

    private boolean isUse(TreePath expression) {
        TypeMirror type = model.typeOf(expression);
        if (isOurs(type)) {
            return true;
        }
        if (expression.getLeaf() instanceof MethodInvocationTree) {
            ExecutableElement called = model.methodOf(expression);
            return called != null && isOurs(SourceModel.hostOf(called));
        }
        return expression.getLeaf() instanceof LambdaExpressionTree
                && model.isErasedTo(model.returnedBy(type), SourceModel.COROUTINE);
    }

    private boolean isOurs(@Nullable TypeMirror type) {
        if (type instanceof ArrayType array) {
            return isOurs(array.getComponentType());
        }
        if (type instanceof DeclaredType declared) {
            return declared.asElement() instanceof TypeElement element && isOurs(element);
        }
        return type != null
                && (type.getKind() == TypeKind.TYPEVAR || type.getKind() == TypeKind.INTERSECTION)
                && model.types().directSupertypes(type).stream().anyMatch(this::isOurs);
    }

    private boolean isOurs(TypeElement type) {
        Boolean answer = known.get(type);
        if (answer == null) {
            answer = isInPackage(type)
                    || isOurs(type.getSuperclass())
                    || type.getInterfaces().stream().anyMatch(this::isOurs);
            known.put(type, answer);
        }
        return answer;
    }

    private static boolean isInPackage(TypeElement type) {
        String name = type.getQualifiedName().toString();
        return name.startsWith(PACKAGE) && name.startsWith(".", PACKAGE.length());
    }
}
