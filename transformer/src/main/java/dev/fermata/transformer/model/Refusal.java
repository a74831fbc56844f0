package dev.fermata.transformer.model;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.analysis.Lines;
import org.objectweb.asm.tree.AbstractInsnNode;

/** Ends the planning of one method, because it breaks a rule. The driver collects it and goes on with the next. */
@SuppressWarnings("serial") // never leaves the driver
public final class Refusal extends RuntimeException {
    private final Rule rule;
    private final int line;
    private final String detail;

    public Refusal(Rule rule, AbstractInsnNode where, String detail) {
        this(rule, Lines.of(where), detail);
    }

    public Refusal(Rule rule, int line, String detail) {
        super(rule.id() + ": " + detail, null, false, false);
        this.rule = rule;
        this.line = line;
        this.detail = detail;
    }

    /** The rule that {@code async} breaks. */
    public BrokenRule brokenBy(AsyncMethod async) {
        return new BrokenRule(rule, AsyncMethods.displayName(async.method()), line, detail);
    }
}
