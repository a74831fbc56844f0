package dev.fermata.processor;

import dev.fermata.codegen.Rule;
import dev.fermata.processor.Finding.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** The rules that a method's signature can break. */
final class Signatures {
    private static final String COLD = "dev.fermata.Coroutine";
    private static final Set<String> HOT =
            Set.of("java.util.concurrent.CompletableFuture", "java.util.concurrent.CompletionStage");

    private final Types types;
    private final Elements elements;

    Signatures(Types types, Elements elements) {
        this.types = types;
        this.elements = elements;
    }

    /** What is wrong with an {@code @Async} method, in the order of the declaration; empty if nothing is. */
    List<Finding> check(ExecutableElement method) {
        if (method.getKind() == ElementKind.CONSTRUCTOR) {
            return List.of(finding(Rule.ASYNC_CONSTRUCTOR, method, Part.NAME, ""));
        }
        if (method.getKind() == ElementKind.STATIC_INIT) {
            return List.of(finding(Rule.ASYNC_STATIC_INITIALISER, method, Part.NAME, ""));
        }
        List<Finding> findings = new ArrayList<>();
        Set<Modifier> modifiers = method.getModifiers();
        if (modifiers.contains(Modifier.SYNCHRONIZED)) {
            findings.add(finding(Rule.ASYNC_SYNCHRONIZED, method, Part.NAME, ""));
        }
        if (modifiers.contains(Modifier.ABSTRACT)) {
            findings.add(finding(Rule.ASYNC_WITHOUT_BODY, method, Part.NAME, "it is abstract"));
        } else if (modifiers.contains(Modifier.NATIVE)) {
            findings.add(finding(Rule.ASYNC_WITHOUT_BODY, method, Part.NAME, "it is native"));
        }
        TypeMirror returned = method.getReturnType();
        String returnedClass = className(returned);
        if (returnedClass != null && HOT.contains(returnedClass)) {
            checkThrows(method, findings);
        } else if (!COLD.equals(returnedClass) && returned.getKind() != TypeKind.ERROR) {
            // A type that cannot be resolved is javac's to report.
            findings.add(finding(Rule.ASYNC_RETURN_TYPE, method, Part.RETURN_TYPE, "it returns " + returned));
        }
        return findings;
    }

    private void checkThrows(ExecutableElement hot, List<Finding> findings) {
        for (TypeMirror thrown : hot.getThrownTypes()) {
            if (thrown.getKind() != TypeKind.ERROR && isChecked(thrown)) {
                findings.add(new Finding(
                        Rule.ASYNC_HOT_CHECKED, hot, Part.THROWN, "it declares that it throws " + thrown, thrown));
            }
        }
    }

    /** Of a type variable its bound decides, as everywhere in Java. */
    private boolean isChecked(TypeMirror thrown) {
        return !isSubtype(thrown, "java.lang.RuntimeException") && !isSubtype(thrown, "java.lang.Error");
    }

    private boolean isSubtype(TypeMirror type, String superclass) {
        TypeElement element = elements.getTypeElement(superclass);
        return element != null && types.isSubtype(type, element.asType());
    }

    private static @Nullable String className(TypeMirror type) {
        return type.getKind() == TypeKind.DECLARED
                        && type instanceof DeclaredType declared
                        && declared.asElement() instanceof TypeElement element
                ? element.getQualifiedName().toString()
                : null;
    }

    private static Finding finding(Rule rule, ExecutableElement method, Part part, String detail) {
        return new Finding(rule, method, part, detail, null);
    }
}
