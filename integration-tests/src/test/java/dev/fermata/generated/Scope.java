package dev.fermata.generated;

import java.util.ArrayList;
import java.util.List;

/** What may be written at a place: variables in reach, and where control may go. Nested scopes are copies. */
final class Scope {
    /**
     * A local variable, parameter or field.
     *
     * @param assignable whether it may be assigned
     * @param constant whether a lambda may capture it
     */
    record Variable(String name, Type type, boolean assignable, boolean constant) {}

    final List<Variable> variables = new ArrayList<>();

    /** Labels of the enclosing loops. */
    List<String> labels = List.of();

    /** How to name the program's instance; null in static code. */
    String self;

    /** What a {@code return} gives; null where there can be none. */
    Method method;

    /** What a {@code yield} gives; null outside of switch expressions. */
    Type yields;

    boolean mayAwait = true;

    /** Whether a switch expression may have a try in it: javac crashes on one with a long or double below it on the stack. */
    boolean mayTry = true;

    boolean mayAssign = true;
    boolean mayBreak;
    boolean mayContinue;

    /** Whether checked exceptions may be thrown. */
    boolean checked;

    /** Number of the next variable: siblings use the same names and slots for other types. */
    int next;

    int loops;

    /** How many lambdas and anonymous classes are around; javac takes exponential time for them in arguments. */
    int closures;

    Scope nested() {
        Scope nested = new Scope();
        nested.variables.addAll(variables);
        nested.labels = labels;
        nested.self = self;
        nested.method = method;
        nested.yields = yields;
        nested.mayAwait = mayAwait;
        nested.mayTry = mayTry;
        nested.mayAssign = mayAssign;
        nested.mayBreak = mayBreak;
        nested.mayContinue = mayContinue;
        nested.checked = checked;
        nested.next = next;
        nested.loops = loops;
        nested.closures = closures;
        return nested;
    }

    /** The place of a value above one of {@code types} on the operand stack. */
    Scope above(Type... types) {
        Scope above = this;
        for (Type type : types) {
            if (mayTry && (type == Type.LONG || type == Type.DOUBLE)) {
                above = nested();
                above.mayTry = false;
            }
        }
        return above;
    }

    Scope loop(String label) {
        Scope loop = nested();
        loop.loops++;
        loop.mayBreak = true;
        loop.mayContinue = true;
        if (label != null) {
            loop.labels = new ArrayList<>(labels);
            loop.labels.add(label);
        }
        return loop;
    }

    /** Inside a switch expression nothing jumps out. */
    Scope switchExpression(Type type) {
        Scope inside = nested();
        inside.yields = type;
        inside.method = null;
        inside.labels = List.of();
        inside.mayBreak = false;
        inside.mayContinue = false;
        return inside;
    }

    /** The guard of a pattern, where nothing may be assigned, and no local be read that ever is. */
    Scope guard() {
        Scope guard = nested();
        guard.mayAssign = false;
        guard.closures = Integer.MAX_VALUE;
        guard.variables.removeIf(it -> !it.constant());
        return guard;
    }

    /** The body of a lambda or of a method of an anonymous class. */
    Scope captured(Method method, String self) {
        Scope inside = switchExpression(null);
        inside.method = method;
        inside.self = self;
        inside.checked = method == null || method.checked();
        inside.mayAwait = method != null;
        inside.mayTry = true;
        inside.loops = 0;
        inside.closures++;
        inside.variables.removeIf(it -> !it.constant());
        return inside;
    }

    /** A new name; until it is defined its own initialiser is being written. */
    String reserve() {
        return "v" + next++;
    }

    void define(String name, Type type, boolean assignable) {
        variables.add(new Variable(name, type, assignable, !assignable));
    }

    Variable declare(Type type, boolean assignable) {
        define(reserve(), type, assignable);
        return variables.get(variables.size() - 1);
    }

    List<Variable> of(Type type) {
        return variables.stream().filter(it -> it.type() == type).toList();
    }

    List<Variable> assignable() {
        return variables.stream().filter(Variable::assignable).toList();
    }

    List<Variable> assignable(Type type) {
        return variables.stream()
                .filter(it -> it.assignable() && it.type() == type)
                .toList();
    }
}
