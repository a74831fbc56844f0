package dev.fermata.processor;

import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
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
record BrokenSignature(
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

    /** The tree to point at, in the method's own. For the name that is the method: javac points at its name. */
    Tree treeIn(MethodTree declaration) {
        return switch (part) {
            case NAME -> declaration;
            case RETURN_TYPE -> declaration.getReturnType();
            case THROWN -> declaration.getThrows().get(method.getThrownTypes().indexOf(thrown));
        };
    }
}
