package dev.fermata.generated;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes awaits. A coroutine is awaited in the expression that makes it, because the twin's calls run at once and the
 * woven ones when they are awaited.
 */
final class Awaits {
    private final Dice dice;
    private final Expressions expressions;
    private final Members members;
    private final Results results;
    private Statements statements;

    Awaits(Dice dice, Expressions expressions, Members members) {
        this.dice = dice;
        this.expressions = expressions;
        this.members = members;
        this.results = new Results(dice, expressions);
    }

    void connect(Statements statements) {
        this.statements = statements;
    }

    Node value(Type type, Scope scope, int depth) {
        String cast = "((" + type.java + ") await(";
        // with the type argument written out, javac need not look twice at everything inside
        String witness = "<" + type.boxed + ">";
        return switch (dice.weighted(50, 8, 28, scope.closures < 1 ? 4 : 0, scope.closures < 1 ? 3 : 0, 3, 4, 3)) {
            case 0 -> Node.expression(type, cast + "s." + witness + "step(", expressions.of(type, scope, depth), ")))");
            case 1 ->
                Node.expression(type, cast + "s." + witness + "stage(", expressions.of(type, scope, depth), ")))");
            case 2 -> {
                List<Method> methods = members.methods(type, scope.checked);
                yield methods.isEmpty()
                        ? Node.expression(
                                type,
                                cast + "Program." + witness + "pass(s, ",
                                expressions.of(type, scope, depth),
                                ")))")
                        : Node.expression(type, cast, call(dice.pick(methods), scope, depth), "))");
            }
            case 3 ->
                Node.expression(
                        type,
                        cast + "((Fn<" + type.boxed + ">) ",
                        lambda(type, scope, depth),
                        ").go(",
                        expressions.of(type, scope, depth),
                        ")))");
            case 4 -> Node.expression(type, cast, anonymous(type, scope, depth), "))");
            case 5 ->
                Node.expression(
                        type,
                        cast + "new Kept" + witness + "(s, ",
                        expressions.of(type, scope, depth),
                        ")." + dice.pick("get", "twice") + "()))");
            case 6 -> Node.expression(type, cast, results.awaited(type, scope, depth), "))");
            default ->
                Node.expression(
                        type, cast + "Program." + witness + "pass(s, ", expressions.of(type, scope, depth), ")))");
        };
    }

    /** A call of one of the program's methods; fuel bounds the recursion. */
    Node call(Method method, Scope scope, int depth) {
        List<Object> parts = new ArrayList<>();
        if (method.onInstance()) {
            parts.add(
                    scope.self == null
                            ? "new Program(s)."
                            : scope.self.equals("this") && dice.chance(50) ? "" : scope.self + ".");
        }
        parts.add(method.call());
        for (int i = 0; i < method.parameters().size(); i++) {
            parts.add(i == 0 ? "" : ", ");
            parts.add(expressions.of(method.parameters().get(i), scope, depth));
            scope = scope.above(method.parameters().get(i));
        }
        parts.add(")");
        return Node.fixed(parts.toArray());
    }

    /** {@code x -> …}, for the prelude's {@code Fn}. */
    Node lambda(Type type, Scope scope, int depth) {
        Method method = new Method("go", "go(", true, type, List.of(), false, false);
        Scope inside = scope.captured(method, scope.self);
        String parameter = inside.reserve();
        // what the lambda gets is boxed
        inside.define(type.isPrimitive() ? "((" + type.java + ") " + parameter + ")" : parameter, type, false);
        String head = parameter + " -> ";
        return dice.chance(50)
                ? Node.fixed(head, "done(", expressions.of(type, inside, depth), ")")
                : Node.fixed(head, statements.body(inside, dice.below(3)));
    }

    private Node anonymous(Type type, Scope scope, int depth) {
        Method method = new Method("go", "go(", true, type, List.of(), false, false);
        Scope inside = scope.captured(method, scope.self == null ? null : "Program.this");
        if (inside.variables.isEmpty()) {
            // it captures nothing, so its names may begin anew and hide those outside
            inside.next = 0;
        }
        Scope.Variable parameter = inside.declare(type, true);
        return Node.fixed(
                "new Object() { @Async Coroutine<" + type.boxed + "> go(" + type.java + " " + parameter.name() + ") ",
                statements.body(inside, dice.below(3)),
                "}.go(",
                expressions.of(type, scope, depth),
                ")");
    }
}
