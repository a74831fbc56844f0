package dev.fermata.generated;

import dev.fermata.generated.Scope.Variable;
import java.util.ArrayList;
import java.util.List;

/** Writes statements. Each completes normally as far as javac can tell; jumps stand at the end of branches only. */
final class Statements {
    private static final int MOST_STATEMENTS = 14;

    private final Dice dice;
    private final int level;
    private final Expressions expressions;
    private final Members members;
    private final Switches switches;
    private final Tries tries;
    private final Results results;
    private int written;
    private int labels;

    Statements(Dice dice, int level, Expressions expressions, Members members) {
        this.dice = dice;
        this.level = level;
        this.expressions = expressions;
        this.members = members;
        this.switches = new Switches(dice, level, expressions, this);
        this.tries = new Tries(dice, level, expressions, this);
        this.results = new Results(dice, expressions);
        expressions.connect(this);
    }

    Switches switches() {
        return switches;
    }

    /** A method begins: there is room for statements again. */
    void begin() {
        written = 0;
    }

    /** A body with a return at its end. */
    Node body(Scope scope, int depth) {
        List<Node> statements = several(scope, depth);
        statements.add(returned(scope, 2));
        return Node.block(statements);
    }

    Node block(Scope scope, int depth) {
        return Node.block(several(scope.nested(), depth));
    }

    /** A block that may end in a jump. */
    Node branch(Scope outer, int depth) {
        Scope scope = outer.nested();
        List<Node> statements = several(scope, depth);
        if (dice.chance(45)) {
            boolean keeps = depth > 0 && scope.mayTry && dice.chance(15);
            statements.add(keeps ? tries.keeping(scope, depth - 1, true) : jump(scope));
        }
        return Node.block(statements);
    }

    private List<Node> several(Scope scope, int depth) {
        List<Node> statements = new ArrayList<>();
        for (int i = dice.below(3 + (depth > 2 ? 3 : 0)); i >= 0; i--) {
            if (written++ < MOST_STATEMENTS) {
                statements.add(one(scope, depth));
            }
        }
        return statements;
    }

    Node one(Scope scope, int depth) {
        if (depth <= 0) {
            return simple(scope);
        }
        return switch (dice.weighted(
                60, 14, 16, scope.mayTry ? 20 : 0, 9, 4, scope.mayTry ? 3 : 0, 5, scope.mayTry ? 5 : 0, 4)) {
            case 0 -> simple(scope);
            case 1 -> condition(scope, depth - 1);
            case 2 -> loop(scope, depth - 1);
            case 3 -> tries.one(scope, depth - 1);
            case 4 -> switches.statement(scope, depth - 1);
            case 5 -> Node.statement(block(scope, depth - 1));
            case 6 -> locked(scope, depth - 1);
            case 7 -> function(scope, depth - 1);
            case 8 -> tries.keeping(scope, depth - 1, false);
            default -> definitelyAssigned(scope, depth - 1);
        };
    }

    private Node simple(Scope scope) {
        return switch (dice.weighted(30, 22, 14, 22, 8, 4)) {
            case 0 -> declaration(scope);
            case 1 -> assignment(scope);
            case 2 -> increment(scope);
            case 3 -> log(scope);
            case 4 ->
                scope.mayAwait
                        ? Node.statement("await(s.<Integer>step(", expressions.of(Type.INT, scope, 1), "));")
                        : log(scope);
            default -> Node.statement("if (", expressions.condition(scope, 1), ") ", Node.block(List.of(jump(scope))));
        };
    }

    Node log(Scope scope) {
        return Node.statement("s.log(show(", expressions.of(expressions.type(), scope, 2), "));");
    }

    private Node declaration(Scope scope) {
        Type type = expressions.type();
        String name = scope.reserve();
        Node value = expressions.of(type, scope, 2);
        boolean assignable = dice.chance(65);
        scope.define(name, type, assignable);
        return Node.statement((assignable ? "" : "final ") + type.java + " " + name + " = ", value, ";");
    }

    private Node assignment(Scope scope) {
        Type type = typeOfPlace(scope);
        Node place = expressions.place(type, scope, 2);
        String operator = expressions.operator(type);
        if (place == null) {
            return log(scope);
        }
        if (operator == null || dice.chance(45)) {
            return Node.statement(place, " = ", expressions.of(type, scope, 2), ";");
        }
        if (type == Type.STRING) {
            List<Variable> locals = scope.assignable(type);
            if (locals.isEmpty()) {
                return log(scope);
            }
            String name = dice.pick(locals).name();
            return Node.statement(
                    name + " += ", expressions.operand(type, scope, 2), "; " + name + " = cut(" + name + ");");
        }
        return Node.statement(place, " " + operator + " ", expressions.operand(type, scope.above(type), 2), ";");
    }

    private Type typeOfPlace(Scope scope) {
        List<Variable> locals = scope.assignable();
        return locals.isEmpty() || dice.chance(50)
                ? expressions.type()
                : dice.pick(locals).type();
    }

    private Node increment(Scope scope) {
        Type type = expressions.numeric();
        Node place = expressions.place(type, scope, 2);
        if (place == null) {
            return log(scope);
        }
        String operator = dice.pick("++", "--");
        return dice.chance(50) ? Node.statement(place, operator + ";") : Node.statement(operator, place, ";");
    }

    private Node condition(Scope scope, int depth) {
        Node condition = expressions.condition(scope, 2);
        Node then = branch(scope, depth);
        return switch (dice.below(3)) {
            case 0 -> Node.statement("if (", condition, ") ", then);
            case 1 -> Node.statement("if (", condition, ") ", then, " else ", block(scope, depth));
            default ->
                Node.statement(
                        "if (",
                        condition,
                        ") ",
                        then,
                        " else if (",
                        expressions.condition(scope, 2),
                        ") ",
                        branch(scope, depth),
                        " else ",
                        block(scope, depth));
        };
    }

    private Node loop(Scope scope, int depth) {
        if (scope.loops > 2 || !scope.mayAssign) {
            // fuel is assigned too
            return simple(scope);
        }
        String label = dice.chance(30) ? "l" + labels++ : null;
        Scope loop = scope.loop(label);
        String head = label == null ? "" : label + ": ";
        switch (dice.below(6)) {
            case 0 -> {
                return Node.statement(
                        head + "while (fuel-- > 0 && ", expressions.condition(loop, 2), ") ", branch(loop, depth));
            }
            case 1 -> {
                return Node.statement(
                        head + "do ",
                        block(loop, depth),
                        " while (fuel-- > 0 && ",
                        expressions.condition(loop, 2),
                        ");");
            }
            case 2 -> {
                // a jump at its end would leave the loop without a way out that javac sees
                return Node.statement(
                        head + "for (;;) ", Node.fixed("{ if (fuel-- <= 0) { break; }\n", block(loop, depth), "}"));
            }
            case 3 -> {
                Type type = dice.pick(Type.ARRAYS);
                Node iterated = expressions.of(type, scope, 2);
                Variable element = loop.declare(type.element(), dice.chance(50));
                return Node.statement(
                        head + "for (" + type.element().java + " " + element.name() + " : ",
                        iterated,
                        ") ",
                        branch(loop, depth));
            }
            case 4 -> {
                Node iterated = expressions.of(Type.LIST, scope, 2);
                Variable element = loop.declare(dice.pick(Type.INT, Type.INTEGER), dice.chance(50));
                return Node.statement(
                        head + "for (" + element.type().java + " " + element.name() + " : ",
                        iterated,
                        ") ",
                        branch(loop, depth));
            }
            default -> {
                Type type = dice.pick(Type.INT, Type.LONG, Type.BYTE, Type.DOUBLE);
                String index = loop.reserve();
                Node first = expressions.of(type, loop, 1);
                loop.define(index, type, true);
                return Node.statement(
                        head + "for (" + type.java + " " + index + " = ",
                        first,
                        "; fuel-- > 0 && ",
                        dice.chance(60) ? Node.fixed(index + " < 3") : expressions.condition(loop, 2),
                        "; " + index + " += ",
                        expressions.of(type, loop, 1),
                        ") ",
                        branch(loop, depth));
            }
        }
    }

    private Node locked(Scope scope, int depth) {
        Scope inside = scope.nested();
        inside.mayAwait = false;
        return Node.statement("synchronized (LOCK) ", block(inside, depth));
    }

    /** A local function that may await, and is called later. */
    private Node function(Scope scope, int depth) {
        if (!scope.mayAwait || scope.closures > 1) {
            return log(scope);
        }
        Type type = expressions.type();
        String name = scope.reserve();
        Node lambda = expressions.awaits().lambda(type, scope, 2);
        List<Node> statements = new ArrayList<>();
        for (int i = dice.below(2); i >= 0; i--) {
            statements.add(
                    Node.statement("s.log(show(await(" + name + ".go(", expressions.of(type, scope, 2), "))));"));
        }
        statements.add(one(scope.nested(), depth));
        return Node.statement("final Fn<" + type.boxed + "> " + name + " = ", lambda, ";\n", Node.block(statements));
    }

    /** Variables without an initialiser. */
    private Node definitelyAssigned(Scope scope, int depth) {
        Type type = expressions.type();
        boolean assignable = dice.chance(40);
        String name = scope.reserve();
        Node condition = expressions.condition(scope, 2);
        Node then = block(scope, depth);
        Node thenValue = expressions.of(type, scope, 2);
        Node otherwise = block(scope, depth);
        Node otherValue = expressions.of(type, scope, 2);
        Node statement = Node.statement(
                (assignable ? "" : "final ") + type.java + " " + name + "; if (",
                condition,
                ") {",
                then,
                name + " = ",
                thenValue,
                ";} else {",
                otherwise,
                name + " = ",
                otherValue,
                ";}");
        scope.define(name, type, assignable);
        return statement;
    }

    /** Ends a block: return, break, continue, yield or throw, whatever is allowed. */
    Node jump(Scope scope) {
        if (scope.mayBreak && dice.chance(30)) {
            return Node.statement("break;");
        }
        if (scope.mayContinue && dice.chance(35)) {
            return Node.statement("continue;");
        }
        if (!scope.labels.isEmpty() && dice.chance(50)) {
            return Node.statement(dice.pick("break ", "continue ") + dice.pick(scope.labels) + ";");
        }
        if (scope.yields != null && dice.chance(60)) {
            return switches.yielded(scope.yields, scope, 2);
        }
        if (scope.method != null && dice.chance(60)) {
            return returned(scope, 2);
        }
        return Node.statement(
                "throw new " + dice.pick("A", "B", "C") + "(", expressions.of(Type.STRING, scope, 1), ");");
    }

    Node returned(Scope scope, int depth) {
        if (dice.chance(15)) {
            return results.returned(scope, depth);
        }
        Method method = scope.method;
        Type type = method.returns();
        List<Method> callees = new ArrayList<>(members.methods(type, scope.checked));
        callees.removeIf(it -> it.hot() != method.hot());
        boolean calls = scope.mayAwait && !callees.isEmpty();
        return switch (dice.weighted(50, calls ? 15 : 0, calls ? 10 : 0, calls ? 6 : 0, calls && level >= 14 ? 5 : 0)) {
            case 0 -> Node.statement("return ", done(scope, depth), ";");
            case 1 -> Node.statement("return ", call(callees, scope, depth), ";");
            case 2 ->
                Node.statement(
                        "return ",
                        expressions.condition(scope, depth),
                        " ? ",
                        dice.chance(50) ? done(scope, depth) : call(callees, scope, depth),
                        " : ",
                        call(callees, scope, depth),
                        ";");
            case 3 -> {
                String name = scope.reserve();
                yield Node.statement(
                        method.returnType() + " " + name + " = ",
                        call(callees, scope, depth),
                        "; return " + name + ";");
            }
            default ->
                Node.statement(
                        "return switch (",
                        expressions.of(Type.INT, scope, depth),
                        " & 1) { case 0 -> ",
                        done(scope, depth),
                        "; default -> ",
                        call(callees, scope, depth),
                        "; };");
        };
    }

    private Node done(Scope scope, int depth) {
        return Node.fixed(scope.method.done(), expressions.of(scope.method.returns(), scope, depth), ")");
    }

    private Node call(List<Method> callees, Scope scope, int depth) {
        return expressions.awaits().call(dice.pick(callees), scope, depth);
    }
}
