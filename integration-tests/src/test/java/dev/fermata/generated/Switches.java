package dev.fermata.generated;

import dev.fermata.generated.Scope.Variable;
import java.util.ArrayList;
import java.util.List;

/** Writes switches, old and new, as statements and as expressions. */
final class Switches {
    private static final List<String> WORDS = List.of("\"Aa\"", "\"BB\"", "\"a\"");
    private static final List<String> COLOURS = List.of("RED", "GREEN", "BLUE");
    private static final List<String> NUMBERS = List.of("0", "1", "2");
    private static final List<String> SPARSE = List.of("0", "-7", "1000000");

    private final Dice dice;
    private final int level;
    private final Expressions expressions;
    private final Statements statements;

    Switches(Dice dice, int level, Expressions expressions, Statements statements) {
        this.dice = dice;
        this.level = level;
        this.expressions = expressions;
        this.statements = statements;
    }

    /** What a switch looks at, and its constants. */
    private record Selector(Node node, List<String> constants) {}

    private Selector selector(Scope scope, int depth) {
        return switch (dice.below(4)) {
            case 0 ->
                new Selector(Node.fixed("String.valueOf(", expressions.of(Type.STRING, scope, depth), ")"), WORDS);
            case 1 -> new Selector(expressions.of(Type.COLOUR, scope, depth), COLOURS);
            case 2 -> new Selector(Node.fixed("(", expressions.of(Type.INT, scope, depth), ") & 3"), NUMBERS);
            default -> new Selector(Node.fixed("(", expressions.of(Type.INT, scope, depth), ") | 0"), SPARSE);
        };
    }

    Node statement(Scope scope, int depth) {
        if (level >= 21 && dice.chance(25)) {
            return patterns(scope, depth);
        }
        Selector selector = selector(scope, 2);
        Scope inside = scope.nested();
        inside.mayBreak = true;
        List<Object> parts = new ArrayList<>(List.of("switch (", selector.node, ") {\n"));
        if (level >= 14 && dice.chance(45)) {
            for (String constant : selector.constants) {
                parts.add("case " + constant + " -> ");
                parts.add(statements.branch(inside, depth));
                parts.add("\n");
            }
            parts.add("default -> ");
            parts.add(statements.block(scope, depth));
        } else {
            List<String> groups = new ArrayList<>();
            selector.constants.forEach(it -> groups.add("case " + it + ": "));
            if (dice.chance(70)) {
                groups.add(dice.below(groups.size() + 1), "default: ");
            }
            for (int i = 0; i < groups.size(); i++) {
                parts.add(groups.get(i));
                boolean last = i == groups.size() - 1;
                // a block of its own keeps its declarations out of the next group; the last one must have an end
                parts.add(last || dice.chance(40) ? statements.block(inside, depth) : statements.branch(inside, depth));
                parts.add("\n");
            }
        }
        parts.add("\n}");
        return Node.statement(parts.toArray());
    }

    private Node patterns(Scope scope, int depth) {
        List<Object> parts =
                new ArrayList<>(List.of("switch (", expressions.of(Type.OBJECT, scope, 2), ") {\ncase null -> "));
        parts.add(statements.block(scope, depth));
        Scope text = scope.nested();
        Variable word = text.declare(Type.STRING, false);
        parts.add("\ncase String " + word.name() + " when ");
        parts.add(guard(text));
        parts.add(" -> ");
        parts.add(statements.block(text, depth));
        Scope record = scope.nested();
        Variable x = record.declare(Type.INT, false);
        Variable y = record.declare(Type.LONG, false);
        Variable z = record.declare(Type.OBJECT, false);
        parts.add("\ncase P(int " + x.name() + ", long " + y.name() + ", Object " + z.name() + ")");
        parts.add(dice.chance(50) ? Node.fixed(" when ", guard(record)) : "");
        parts.add(" -> ");
        parts.add(statements.block(record, depth));
        parts.add("\ndefault -> ");
        parts.add(statements.block(scope, depth));
        parts.add("\n}");
        return Node.statement(parts.toArray());
    }

    /** Through a call, because a constant that is false is an error. */
    private Node guard(Scope scope) {
        Scope guard = scope.guard();
        Node condition = Node.fixed("id(", expressions.condition(guard, 2), ")");
        scope.next = guard.next;
        return condition;
    }

    Node expression(Type type, Scope scope, int depth) {
        Selector selector = selector(scope, Math.min(depth, 2));
        Scope inside = scope.switchExpression(type);
        inside.loops++;
        boolean arrows = dice.chance(75);
        List<Object> parts = new ArrayList<>(List.of("((" + type.java + ") (switch (", selector.node, ") {\n"));
        for (String constant : selector.constants.subList(0, selector.constants == COLOURS ? 3 : 2)) {
            parts.add("case " + constant + (arrows ? " -> " : ": "));
            parts.add(arm(type, inside, depth, arrows));
        }
        if (selector.constants != COLOURS || dice.chance(50)) {
            parts.add(arrows ? "default -> " : "default: ");
            parts.add(arm(type, inside, depth, arrows));
        }
        parts.add("}))");
        return Node.expression(type, parts.toArray());
    }

    private Node arm(Type type, Scope scope, int depth, boolean arrow) {
        if (arrow && dice.chance(45)) {
            return Node.fixed(expressions.of(type, scope, depth), ";\n");
        }
        Scope inside = scope.nested();
        List<Node> before = new ArrayList<>();
        for (int i = dice.below(2); i > 0; i--) {
            before.add(statements.one(inside, Math.min(depth, 2)));
        }
        if (!scope.mayTry || dice.chance(50)) {
            before.add(yielded(type, inside, depth));
            return Node.fixed(Node.block(before), "\n");
        }
        String caught = inside.reserve();
        Node attempt = Node.fixed(
                "try {",
                yielded(type, inside, depth),
                "} catch (RuntimeException " + caught + ") {",
                yielded(type, inside, depth),
                "}",
                dice.chance(50) ? Node.fixed(" finally ", statements.block(inside, 1)) : "");
        before.add(attempt);
        return Node.fixed(Node.block(before), "\n");
    }

    Node yielded(Type type, Scope scope, int depth) {
        Node value = expressions.of(type, scope, depth);
        // javac takes some expressions in parentheses for the arguments of a method named yield
        return value.render().startsWith("(")
                ? Node.statement("yield id(", value, ");")
                : Node.statement("yield ", value, ";");
    }
}
