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

    /** The message of the rule, at {@code Shop.java:12: com.acme.Shop.buy}. */
    public String message() {
        return message(sourceFile == null ? className : sourceFile);
    }

    /**
     * The same for a reader who needs more than the file's simple name.
     *
     * @param file the source file or, where that is not known, the class file or class
     */
    public String message(String file) {
        StringBuilder where = new StringBuilder(file);
        if (line > 0) {
            where.append(':').append(line);
        }
        if (!file.equals(className)) {
            where.append(": ").append(member());
        }
        return rule.messageAt(where.toString(), detail);
    }

    /** The same for a reader who is told the place in another way: it begins with the class and the method. */
    public String messageWithoutPlace() {
        return rule.messageAt(member(), detail);
    }

    private String member() {
        return method == null ? className : className + "." + method;
    }
}
