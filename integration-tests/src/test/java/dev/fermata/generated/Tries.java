package dev.fermata.generated;

import dev.fermata.generated.Node.Twofold;
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
        List<Object> parts = new ArrayList<>();
        Scope inside = scope.nested();
        boolean resources = dice.chance(35);
        String end = "";
        List<String> catches = dice.chance(resources ? 40 : 75) ? catches() : List.of();
        boolean catchesFinally = catches.isEmpty() ? !resources || dice.chance(30) : dice.chance(35);
        if (resources) {
            end = resources(inside, catches.isEmpty() && !catchesFinally, parts);
        } else {
            parts.add("try ");
        }
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
        parts.add(new Twofold("", end));
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

    /**
     * The heads of a try, and in the twin of a nest of blocks: of a scope it says by hand how it is left.
     *
     * @param alone whether nothing is caught, and no finally follows
     * @return what closes the twin's blocks
     */
    private String resources(Scope inside, boolean alone, List<Object> parts) {
        StringBuilder end = new StringBuilder("}");
        parts.add(new Twofold("try (", alone ? "{ " : "try { "));
        for (int i = dice.below(2); i >= 0; i--) {
            String type = inside.mayAwait ? dice.pick("Door", "Gate", "Gate", "Res") : "Res";
            String name = inside.reserve();
            Node creation = Node.fixed("new " + type + "(s, ", expressions.of(Type.INT, inside, 2), ")");
            boolean isScope = type.equals("Gate");
            String declaration = (dice.chance(30) ? "var" : type) + " " + name + " = ";
            parts.add(new Twofold(declaration, isScope ? declaration : "try (" + declaration));
            parts.add(
                    inside.mayAwait && dice.chance(30)
                            ? Node.fixed("await(s.<" + type + ">step(", creation, "))")
                            : creation);
            parts.add(new Twofold(i > 0 ? "; " : ") ", isScope ? leavingByHand(name) : ") {"));
            end.insert(0, isScope ? left(name) : "}");
        }
        return end.toString();
    }

    private static String leavingByHand(String name) {
        return "; boolean thrown" + name + " = false; try {";
    }

    /** The flag tells an exception from whatever other way out of the block. */
    private static String left(String name) {
        String flag = "thrown" + name;
        return "} catch (Throwable t" + name + ") { " + flag + " = true; left(" + name + ", t" + name + "); throw t"
                + name + "; } finally { if (!" + flag + ") left(" + name + ", null); }";
    }

    /**
     * A block with a scope in which something is caught, and thrown behind the block: that says nothing of how the block was
     * left.
     *
     * @param last whether nothing may follow
     */
    Node keeping(Scope scope, int depth, boolean last) {
        String kept = scope.reserve();
        Scope inside = scope.nested();
        List<Object> parts = new ArrayList<>();
        parts.add("RuntimeException " + kept + " = null;\n");
        String end = resources(inside, true, parts);
        String caught = inside.reserve();
        parts.add(Node.fixed(
                "{ try ",
                statements.branch(inside, depth),
                " catch (" + dice.pick(UNCHECKED.subList(0, 5)) + " " + caught + ") {",
                statements.block(inside, depth),
                kept + " = " + caught + ";} }"));
        parts.add(new Twofold("", end));
        parts.add((last ? "\n" : "\nif (" + kept + " != null) ") + "throw " + kept + ";");
        return Node.statement(parts.toArray());
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
