package dev.fermata.transformer;

import dev.fermata.rules.Rule;
import org.objectweb.asm.tree.AbstractInsnNode;

/** Ends the planning of one method; the driver makes a {@link Violation} of it and goes on with the next. */
@SuppressWarnings("serial") // never leaves the driver
final class Refusal extends RuntimeException {
    final Rule rule;
    final int line;
    final String detail;

    Refusal(Rule rule, AbstractInsnNode where, String detail) {
        this(rule, Lines.of(where), detail);
    }

    Refusal(Rule rule, int line, String detail) {
        super(rule.id() + ": " + detail, null, false, false);
        this.rule = rule;
        this.line = line;
        this.detail = detail;
    }
}
