package dev.fermata.processor;

import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** The annotations by which frameworks run a method on another thread. */
final class ForeignAnnotations {
    private static final Set<String> NAMES = Set.of(
            "org.springframework.scheduling.annotation.Async",
            "io.micronaut.scheduling.annotation.Async",
            "org.eclipse.microprofile.faulttolerance.Asynchronous",
            "jakarta.enterprise.concurrent.Asynchronous",
            "jakarta.ejb.Asynchronous",
            "javax.ejb.Asynchronous",
            "com.jcabi.aspects.Async");

    private ForeignAnnotations() {}

    /** The one that stands on {@code element}, itself or by an annotation that carries it; null if none does. */
    static @Nullable AnnotationMirror on(Element element) {
        return element.getAnnotationMirrors().stream()
                .filter(it -> isForeign(it)
                        || typeOf(it).getAnnotationMirrors().stream().anyMatch(ForeignAnnotations::isForeign))
                .findFirst()
                .orElse(null);
    }

    private static boolean isForeign(AnnotationMirror annotation) {
        return NAMES.contains(typeOf(annotation).getQualifiedName().toString());
    }

    static TypeElement typeOf(AnnotationMirror annotation) {
        return (TypeElement) annotation.getAnnotationType().asElement();
    }
}
