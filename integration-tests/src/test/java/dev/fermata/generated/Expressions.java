package dev.fermata.generated;

import dev.fermata.generated.Scope.Variable;
import java.util.ArrayList;
import java.util.List;

/** Writes expressions. Each has exactly the type that was asked for, so that it may stand anywhere. */
final class Expressions {
    private static final List<String> ARITHMETIC = List.of("+", "-", "*", "+", "-", "/", "%");
    private static final List<String> BITS = List.of("&", "|", "^", "<<", ">>", ">>>");
    private static final List<String> COMPARISONS = List.of("<", "<=", ">", ">=", "==", "!=");

    private final Dice dice;
    private final int level;
    private final Members members;
    private final Awaits awaits;
    private Statements statements;

    Expressions(Dice dice, int level, Members members) {
        this.dice = dice;
        this.level = level;
        this.members = members;
        this.awaits = new Awaits(dice, this, members);
    }

    void connect(Statements statements) {
        this.statements = statements;
        awaits.connect(statements);
    }

    Awaits awaits() {
        return awaits;
    }

    Type type() {
        return dice.chance(70) ? dice.pick(Type.ALL.subList(0, Type.INTEGER.ordinal())) : dice.pick(Type.ALL);
    }

    Type numeric() {
        return dice.chance(40) ? Type.INT : dice.pick(Type.NUMERIC);
    }

    Node of(Type type, Scope scope, int depth) {
        if (depth <= 0 || dice.chance(22)) {
            return leaf(type, scope);
        }
        return switch (dice.weighted(scope.mayAwait ? 40 : 0, 8, 7, 9, 60)) {
            case 0 -> awaits.value(type, scope, depth - 1);
            case 1 ->
                Node.expression(
                        type,
                        "(" + type.java + ") (",
                        of(Type.BOOLEAN, scope, depth - 1),
                        " ? ",
                        of(type, scope, depth - 1),
                        " : ",
                        of(type, scope, depth - 1),
                        ")");
            case 2 ->
                level >= 14 && scope.loops < 3
                        ? statements.switches().expression(type, scope, depth - 1)
                        : leaf(type, scope);
            case 3 -> stored(type, scope, depth - 1);
            default -> own(type, scope, depth - 1);
        };
    }

    Node leaf(Type type, Scope scope) {
        List<Variable> variables = scope.of(type);
        if (!variables.isEmpty() && dice.chance(65)) {
            return Node.expression(type, dice.pick(variables).name());
        }
        List<String> fields = members.fields(type, scope.self);
        if (!fields.isEmpty() && dice.chance(40)) {
            return Node.expression(type, dice.pick(fields));
        }
        return Node.expression(type, literal(type));
    }

    private String literal(Type type) {
        return switch (type) {
            case BOOLEAN -> dice.pick("true", "false");
            case BYTE, SHORT, CHAR -> "(" + type.java + ") " + dice.pick("7", "(-1)", "65", "300", "40000", "0");
            case INT -> dice.pick("0", "1", "2", "3", "(-7)", "100", "Integer.MAX_VALUE", "65537");
            case LONG -> dice.pick("0L", "1L", "2L", "(-9L)", "Long.MIN_VALUE", "5000000000L");
            case FLOAT -> dice.pick("0f", "1.5f", "(-2.25f)", "Float.NaN", "1e20f");
            case DOUBLE -> dice.pick("0.0", "1.0", "(-0.0)", "2.5", "1e300", "Double.NaN");
            case STRING -> dice.pick("\"\"", "\"a\"", "\"Aa\"", "\"BB\"", "\"long word\"", "((String) null)");
            case INTEGER -> dice.pick("((Integer) 1)", "((Integer) 1000)", "((Integer) null)");
            case OBJECT -> dice.pick("((Object) \"o\")", "((Object) 5)", "((Object) null)", "((Object) 2L)");
            case COLOUR -> dice.pick("Colour.RED", "Colour.GREEN", "Colour.BLUE");
            case PAIR -> dice.pick("new P(1, 2L, null)", "new P(3, -4L, \"z\")");
            case BOX -> dice.pick("new Q()", "Q.shared");
            case LIST -> dice.pick("List.of(1, 2, 3)", "List.<Integer>of()", "List.of(4, 5)");
            default -> arrayLiteral(type);
        };
    }

    private String arrayLiteral(Type type) {
        Type element = type.element();
        return dice.chance(50)
                ? "new " + type.java + " {" + literal(element) + ", " + literal(element) + "}"
                : "new " + element.java + "[" + dice.pick(2, 3) + "]";
    }

    /** The forms that a type has of its own. */
    private Node own(Type type, Scope scope, int depth) {
        if (type.isNumeric()) {
            return numeric(type, scope, depth);
        }
        return switch (type) {
            case BOOLEAN -> condition(scope, depth);
            case STRING -> string(scope, depth);
            case INTEGER -> Node.expression(type, "((Integer) ", of(Type.INT, scope, depth), ")");
            case OBJECT -> Node.expression(type, "((Object) ", of(type(), scope, depth), ")");
            case COLOUR -> Node.expression(type, "Colour.values()[(", of(Type.INT, scope, depth), " & 0xff) % 3]");
            case PAIR ->
                Node.expression(
                        type,
                        "new P(",
                        of(Type.INT, scope, depth),
                        ", ",
                        of(Type.LONG, scope, depth),
                        ", ",
                        of(dice.chance(40) ? Type.PAIR : Type.OBJECT, scope.above(Type.LONG), depth),
                        ")");
            case BOX ->
                Node.expression(type, "new Q(", of(Type.STRING, scope, depth), ", ", of(Type.INT, scope, depth), ")");
            case LIST ->
                dice.chance(50)
                        ? Node.expression(
                                type,
                                "List.<Integer>of(",
                                of(Type.INT, scope, depth),
                                ", ",
                                of(Type.INT, scope, depth),
                                ")")
                        : Node.expression(type, "new ArrayList<Integer>(", of(type, scope, depth), ")");
            default -> array(type, scope, depth);
        };
    }

    private Node array(Type type, Scope scope, int depth) {
        Type element = type.element();
        if (dice.chance(30)) {
            return Node.expression(type, "new " + element.java + "[(", of(Type.INT, scope, depth), " & 1) + 2]");
        }
        List<Object> parts = new ArrayList<>(List.of("new " + type.java + " {"));
        for (int i = dice.below(3) + 1; i >= 0; i--) {
            parts.add(of(element, scope, depth));
            parts.add(i > 0 ? ", " : "}");
        }
        return Node.expression(type, parts.toArray());
    }

    private Node numeric(Type type, Scope scope, int depth) {
        String cast = "(" + type.java + ") (";
        switch (dice.weighted(40, 12, 10, 6, 6, 8, 4)) {
            case 0 -> {
                return binary(type, cast, numeric(), dice.pick(ARITHMETIC), numeric(), scope, depth);
            }
            case 1 -> {
                return binary(
                        type, cast, dice.pick(Type.INTEGRAL), dice.pick(BITS), dice.pick(Type.INTEGRAL), scope, depth);
            }
            case 2 -> {
                return Node.expression(type, cast, of(numeric(), scope, depth), ")");
            }
            case 3 -> {
                return Node.expression(type, cast, dice.pick("-", "+"), "(", of(numeric(), scope, depth), "))");
            }
            case 4 -> {
                return Node.expression(type, cast + "len(", of(Type.OBJECT, scope, depth), "))");
            }
            case 5 -> {
                return Node.expression(
                        type, cast + "(", of(Type.PAIR, scope, depth), ")." + dice.pick("x()", "y()") + ")");
            }
            default -> {
                return Node.expression(type, cast + "(int) ", of(Type.INTEGER, scope, depth), ")");
            }
        }
    }

    private Node binary(Type type, String head, Type left, String operator, Type right, Scope scope, int depth) {
        return Node.expression(
                type,
                head,
                of(left, scope, depth),
                " " + operator + " ",
                of(right, scope.above(left, right), depth),
                ")");
    }

    Node condition(Scope scope, int depth) {
        Type type = Type.BOOLEAN;
        return switch (dice.weighted(40, 15, 15, 8, 8, 6, 6)) {
            case 0 ->
                Node.expression(
                        type,
                        "(",
                        of(numeric(), scope, depth),
                        " " + dice.pick(COMPARISONS) + " ",
                        of(numeric(), scope, depth),
                        ")");
            case 1 -> both("&&", scope, depth);
            case 2 -> both("||", scope, depth);
            case 3 -> Node.expression(type, "!", "(", of(type, scope, depth), ")");
            case 4 -> both(dice.pick("^", "&", "|", "==", "!="), scope, depth);
            case 5 ->
                Node.expression(
                        type,
                        "Objects.equals(",
                        of(Type.STRING, scope, depth),
                        ", ",
                        of(Type.STRING, scope, depth),
                        ")");
            default -> pattern(scope, depth);
        };
    }

    private Node both(String operator, Scope scope, int depth) {
        return Node.expression(
                Type.BOOLEAN,
                "(",
                of(Type.BOOLEAN, scope, depth),
                " " + operator + " ",
                of(Type.BOOLEAN, scope, depth),
                ")");
    }

    private Node pattern(Scope scope, int depth) {
        Node tested = of(Type.OBJECT, scope, depth);
        if (level < 16 || dice.chance(20)) {
            return Node.expression(Type.BOOLEAN, "(", tested, " instanceof String)");
        }
        Scope bound = scope.nested();
        Type type = dice.pick(Type.STRING, Type.INTEGER, Type.PAIR);
        Variable variable = bound.declare(type, true);
        Node pattern = Node.expression(
                Type.BOOLEAN,
                "(",
                tested,
                " instanceof " + type.java + " " + variable.name() + " && ",
                of(Type.BOOLEAN, bound, depth),
                ")");
        // the name must not be declared a second time in this scope
        scope.next = bound.next;
        return pattern;
    }

    private Node string(Scope scope, int depth) {
        if (dice.chance(30)) {
            return Node.expression(Type.STRING, "show(", of(type(), scope, depth), ")");
        }
        boolean varargs = dice.chance(30);
        List<Object> parts = new ArrayList<>(List.of(varargs ? "join(" : "cut(\"\" + "));
        for (int i = dice.below(3) + 1; i >= 0; i--) {
            Type type = varargs ? type() : dice.pick(Type.ALL.subList(0, Type.PAIR.ordinal() + 1));
            if (type.isArray()) {
                type = Type.INT;
            }
            // an array in an Object would show its identity
            parts.add(
                    type == Type.OBJECT && !varargs
                            ? Node.fixed("show(", of(type, scope, depth), ")")
                            : of(type, scope, depth));
            scope = varargs ? scope : scope.above(type);
            parts.add(i == 0 ? ")" : varargs ? ", " : " + ");
        }
        return Node.expression(Type.STRING, parts.toArray());
    }

    /** A place that can be assigned: a local, a field, an element. Null if there is none. */
    Node place(Type type, Scope scope, int depth) {
        if (!scope.mayAssign) {
            return null;
        }
        List<Variable> locals = scope.assignable(type);
        if (!locals.isEmpty() && dice.chance(45)) {
            return Node.fixed(dice.pick(locals).name());
        }
        if (type.hasArray() && dice.chance(50)) {
            String mask = dice.chance(90) ? " & 1" : " & 3";
            return Node.fixed("arr(", of(type.array(), scope, depth), ")[", of(Type.INT, scope, depth), mask + "]");
        }
        String ofBox = Members.BOX_FIELDS.get(type);
        if (ofBox != null && dice.chance(40)) {
            return Node.fixed("(", of(Type.BOX, scope, depth), ")." + ofBox);
        }
        List<String> fields = members.fields(type, scope.self);
        return fields.isEmpty() ? null : Node.fixed(dice.pick(fields));
    }

    /** A place read, assigned or incremented, as a value. */
    private Node stored(Type type, Scope scope, int depth) {
        Node place = place(type, scope, depth);
        if (place == null) {
            return own(type, scope, depth);
        }
        int form = dice.below(4);
        if (form == 0) {
            return Node.expression(type, place);
        }
        if (form == 1 && type.isNumeric()) {
            return dice.chance(50)
                    ? Node.expression(type, "(", place, dice.pick("++", "--"), ")")
                    : Node.expression(type, "(", dice.pick("++", "--"), place, ")");
        }
        if (form == 2 && type != Type.STRING && operator(type) != null) {
            return Node.expression(
                    type, "(", place, " " + operator(type) + " ", operand(type, scope.above(type), depth), ")");
        }
        return Node.expression(type, "(", place, " = ", of(type, scope, depth), ")");
    }

    /** A compound assignment's operator; null if the type has none. */
    String operator(Type type) {
        if (type == Type.BOOLEAN) {
            return dice.pick("&=", "|=", "^=");
        }
        if (type == Type.STRING || type == Type.INTEGER) {
            return "+=";
        }
        if (!type.isNumeric()) {
            return null;
        }
        return type.isIntegral() && dice.chance(30)
                ? dice.pick("&=", "|=", "^=", "<<=", ">>=", ">>>=")
                : dice.pick("+=", "-=", "*=", "/=", "%=");
    }

    /** The right side of a compound assignment, which may have another type. */
    Node operand(Type type, Scope scope, int depth) {
        if (type == Type.STRING) {
            return of(dice.pick(Type.ALL.subList(0, Type.OBJECT.ordinal())), scope, depth);
        }
        return of(type.isIntegral() ? dice.pick(Type.INTEGRAL) : type == Type.INTEGER ? Type.INT : type, scope, depth);
    }
}
