package dev.fermata.transformer;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.model.BrokenRule;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.ClassNode;

/**
 * A rule broken at a place.
 *
 * @param rule which
 * @param className binary name of the class
 * @param method name of the method or lambda; null where the class as a whole is meant
 * @param sourceFile the file's simple name, if the class file tells
 * @param line from 1; 0 where unknown
 * @param detail what was found there, or empty
 */
public record Violation(
        Rule rule,
        String className,
        @Nullable String method,
        @Nullable String sourceFile,
        int line,
        String detail) {

    static Violation of(ClassNode host, BrokenRule broken) {
        return new Violation(
                broken.rule(),
                host.name.replace('/', '.'),
                broken.method(),
                host.sourceFile,
                broken.line(),
                broken.detail());
    }

    /** One of a class as a whole. */
    static Violation ofClass(Rule rule, String name, @Nullable String sourceFile, String detail) {
        return new Violation(rule, name.replace('/', '.'), null, sourceFile, 0, detail);
    }

    /** {@code Shop.java:12: [fermata/await-in-synchronized] com.acme.Shop.buy: found: why. Remedy.} */
    public String message() {
        return message(sourceFile == null ? className : sourceFile);
    }

    /**
     * The same for a reader who needs more than the file's simple name.
     *
     * @param file the source file or, where that is not known, the class file or class
     */
    public String message(String file) {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        text.append(": ");
        return withoutPlace(text, !file.equals(className));
    }

    /** The same for a reader who is told the place in another way: {@code [fermata/await-in-synchronized] com.acme.Shop.buy: …}. */
    public String messageWithoutPlace() {
        return withoutPlace(new StringBuilder(), true);
    }

    private String withoutPlace(StringBuilder text, boolean named) {
        text.append('[').append(rule.id()).append("] ");
        if (named) {
            text.append(className);
            if (method != null) {
                text.append('.').append(method);
            }
            text.append(": ");
        }
        if (!detail.isEmpty()) {
            text.append(detail).append(": ");
        }
        return text.append(rule.message())
                .append(". ")
                .append(rule.remedy())
                .append('.')
                .toString();
    }
}
