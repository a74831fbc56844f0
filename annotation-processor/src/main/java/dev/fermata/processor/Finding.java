package dev.fermata.processor;

import dev.fermata.rules.Rule;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/**
 * A rule broken by a method's signature.
 *
 * @param detail what was found there, or empty
 * @param thrown the type in the throws clause that is meant, for {@link Part#THROWN}
 */
record Finding(
        Rule rule,
        ExecutableElement method,
        Part part,
        String detail,
        @Nullable TypeMirror thrown) {
    /** The part of the declaration to point at. */
    enum Part {
        NAME,
        RETURN_TYPE,
        THROWN
    }

    /** {@code [fermata/async-synchronized] com.acme.Shop.buy: found. Why. Remedy.} */
    String message() {
        StringBuilder text = new StringBuilder("[").append(rule.id()).append("] ");
        if (method.getEnclosingElement() instanceof TypeElement type) {
            text.append(type.getQualifiedName());
        }
        text.append('.').append(method.getSimpleName()).append(": ");
        if (!detail.isEmpty()) {
            text.append(detail).append(". ");
        }
        return text.append(rule.message())
                .append(". ")
                .append(rule.remedy())
                .append('.')
                .toString();
    }
}
