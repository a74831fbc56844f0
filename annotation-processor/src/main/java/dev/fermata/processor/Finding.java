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

    /** The message of the rule, at {@code com.acme.Shop.buy}. */
    String message() {
        String type = method.getEnclosingElement() instanceof TypeElement host
                ? host.getQualifiedName().toString()
                : "";
        return rule.messageAt(type + "." + method.getSimpleName(), detail);
    }
}
