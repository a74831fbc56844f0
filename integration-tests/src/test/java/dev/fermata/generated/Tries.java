package dev.fermata.generated;

import java.util.ArrayList;
import java.util.List;

/** Writes try statements. */
final class Tries {
    private static final List<String> UNCHECKED =
            List.of("A", "B", "C", "RuntimeException", "ArithmeticException", "Steps.StepFailed", "A | C");

    private final Dice dice;
    private final int level;
    private final Expressions expressions;
    private final Statements statements;

    Tries(Dice dice, int level, Expressions expressions, Statements statements) {
        this.dice = dice;
        this.level = level;
        this.expressions = expressions;
        this.statements = statements;
    }

    Node one(Scope scope, int depth) {
        List<Object> parts = new ArrayList<>(List.of("try "));
        Scope inside = scope.nested();
        boolean resources = dice.chance(30);
        if (resources) {
            resources(inside, parts);
        }
        List<String> catches = dice.chance(resources ? 40 : 75) ? catches() : List.of();
        boolean catchesFinally = catches.isEmpty() ? !resources || dice.chance(30) : dice.chance(35);
        inside.checked |= catches.contains("Exception") || catches.contains("Throwable");
        if (catches.contains("IOException")) {
            parts.add("{ risky(");
            parts.add(expressions.of(Type.INT, inside, 1));
            parts.add(");\n");
            parts.add(statements.block(inside, depth));
            parts.add("}");
        } else {
            parts.add(statements.block(inside, depth));
        }
        for (String caught : catches) {
            parts.add(" catch (" + caught + " ");
            parts.add(handler(caught, scope, depth));
        }
        if (catchesFinally) {
            parts.add(" finally ");
            parts.add(dice.chance(20) ? leavingFinally(scope, depth) : statements.block(scope, depth));
        }
        return Node.statement(parts.toArray());
    }

    private void resources(Scope inside, List<Object> parts) {
        parts.add("(");
        for (int i = dice.below(2); i >= 0; i--) {
            String type = inside.mayAwait && dice.chance(55) ? "Door" : "Res";
            String name = inside.reserve();
            Node creation = Node.fixed("new " + type + "(s, ", expressions.of(Type.INT, inside, 2), ")");
            parts.add((dice.chance(30) ? "var" : type) + " " + name + " = ");
            parts.add(
                    inside.mayAwait && dice.chance(30)
                            ? Node.fixed("await(s.<" + type + ">step(", creation, "))")
                            : creation);
            parts.add(i > 0 ? "; " : ") ");
        }
    }

    /** Subclasses first. */
    private List<String> catches() {
        List<String> catches = new ArrayList<>();
        if (dice.chance(65)) {
            catches.add(dice.pick(UNCHECKED));
        }
        if (dice.chance(25)) {
            catches.add("IOException");
        }
        if (!catches.contains("RuntimeException") && dice.chance(20)) {
            catches.add("RuntimeException");
        }
        if (catches.isEmpty() || dice.chance(25)) {
            catches.add(dice.pick("Exception", "Throwable"));
        }
        return catches;
    }

    private Node handler(String caught, Scope scope, int depth) {
        Scope inside = scope.nested();
        String name = inside.reserve();
        Node first = Node.statement("s.log(name(" + name + "));\n");
        boolean unchecked = !List.of("Exception", "Throwable", "IOException").contains(caught);
        return switch (dice.weighted(60, unchecked ? 15 : 0, 10, 10)) {
            case 0 -> Node.fixed(name + ") {", first, statements.branch(inside, depth), "}");
            case 1 -> Node.fixed(name + ") {", first, statements.block(inside, depth), "throw " + name + ";}");
            case 2 ->
                Node.fixed(name + ") {", first, statements.block(inside, depth), "throw new C(name(" + name + "));}");
            default ->
                Node.fixed(
                        name + ") {",
                        first,
                        statements.block(inside, depth),
                        "if (",
                        expressions.condition(inside, 2),
                        ") { throw sneak(" + name + "); }}");
        };
    }

    /** A finally that may end the way of an exception or of a return. */
    private Node leavingFinally(Scope scope, int depth) {
        return Node.fixed(
                "{",
                statements.block(scope, depth),
                "if (",
                expressions.condition(scope, 2),
                ") ",
                Node.block(List.of(statements.jump(scope.nested()))),
                "}");
    }
}
