package dev.fermata.processor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/**
 * A method of a class, and what overrides it in classes below: {@code java.util.concurrent.Future#get}. With its parameters
 * it is one overload, without them all. A constructor is called {@code new}.
 *
 * @param owner the canonical name of the class
 * @param parameters their types without type arguments and packages, separated by commas; null stands for any
 */
record CallPattern(String owner, String method, @Nullable String parameters) {
    static final String CONSTRUCTOR = "new";
    private static final String NAME = "[\\p{javaJavaIdentifierStart}][\\p{javaJavaIdentifierPart}]*";
    private static final Pattern SYNTAX =
            Pattern.compile("(" + NAME + "(?:\\." + NAME + ")*)#(" + NAME + ")(?:\\(([\\w.,\\[\\]]*)\\))?");

    /** Null if {@code text} is no call. */
    static @Nullable CallPattern parse(String text) {
        Matcher call = SYNTAX.matcher(text);
        return call.matches() ? new CallPattern(call.group(1), call.group(2), call.group(3)) : null;
    }

    /** Whether a call of {@code called} is one of these. */
    boolean matches(ExecutableElement called, SourceModel model) {
        if (!called.getSimpleName().contentEquals(method.equals(CONSTRUCTOR) ? "<init>" : method)) {
            return false;
        }
        if (!(called.getEnclosingElement() instanceof TypeElement type)) {
            return false;
        }
        if (type.getQualifiedName().contentEquals(owner)) {
            return hasParameters(called, model);
        }
        if (called.getKind() == ElementKind.CONSTRUCTOR || !model.isSubtype(type.asType(), owner)) {
            return false;
        }
        return declared(model).stream()
                .anyMatch(it -> hasParameters(it, model) && model.elements().overrides(called, it, type));
    }

    /** Whether the class has such a method; false if there is no such class. */
    boolean exists(SourceModel model) {
        return declared(model).stream().anyMatch(it -> hasParameters(it, model));
    }

    boolean ownerExists(SourceModel model) {
        return model.elements().getTypeElement(owner) != null;
    }

    private List<ExecutableElement> declared(SourceModel model) {
        TypeElement type = model.elements().getTypeElement(owner);
        if (type == null) {
            return List.of();
        }
        List<? extends Element> members = type.getEnclosedElements();
        return method.equals(CONSTRUCTOR)
                ? ElementFilter.constructorsIn(members)
                : ElementFilter.methodsIn(members).stream()
                        .filter(it -> it.getSimpleName().contentEquals(method))
                        .toList();
    }

    private boolean hasParameters(ExecutableElement method, SourceModel model) {
        if (parameters == null) {
            return true;
        }
        StringBuilder actual = new StringBuilder();
        for (VariableElement parameter : method.getParameters()) {
            String type = model.types().erasure(parameter.asType()).toString();
            actual.append(actual.isEmpty() ? "" : ",").append(type.substring(type.lastIndexOf('.') + 1));
        }
        return actual.toString().equals(parameters);
    }

    @Override
    public String toString() {
        return owner + "#" + method + (parameters == null ? "" : "(" + parameters + ")");
    }
}
