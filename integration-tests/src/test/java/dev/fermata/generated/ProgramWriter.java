package dev.fermata.generated;

import java.util.ArrayList;
import java.util.List;

/** Writes the class {@code Program} of a seed: some fields, some async methods of every kind, and {@code test}. */
final class ProgramWriter {
    private static final List<String> KINDS =
            List.of("static", "private static", "", "private", "final", "hot", "generic", "overridden", "interface");

    private final Dice dice;

    /** Of its own, so that a seed's program is otherwise the same with and without a crowd. */
    private final Dice crowds;

    private final int level;
    private final Members members = new Members();
    private final Expressions expressions;
    private final Statements statements;
    private final List<Object> parts = new ArrayList<>();

    private ProgramWriter(Dice dice, Dice crowds, int level) {
        this.dice = dice;
        this.crowds = crowds;
        this.level = level;
        this.expressions = new Expressions(dice, level, members);
        this.statements = new Statements(dice, level, expressions, members);
    }

    /** The program of a seed, for a language level; nothing else decides what is written. */
    static Node write(long seed, int level) {
        return new ProgramWriter(new Dice(seed), new Dice(~seed), level).program();
    }

    private Node program() {
        for (int i = dice.below(4) + 2; i > 0; i--) {
            members.addField(expressions.type(), dice.chance(50));
        }
        List<String> kinds = new ArrayList<>();
        for (int i = dice.below(4) + 1; i > 0; i--) {
            kinds.add(dice.pick(KINDS));
            declare(kinds.get(kinds.size() - 1), kinds.size());
        }
        Method test = new Method("test", "test(", true, expressions.type(), List.of(), true, false);
        parts.add(Prelude.IMPORTS + "class Program {\nfinal Steps s;\nProgram(Steps s) { this.s = s; }\n");
        parts.add(members.declarations());
        parts.add(
                "@Async static Coroutine<" + test.returns().boxed + "> start(Steps s) throws Exception {\nfuel = 40;\n"
                        + "Q.shared = new Q();\n" + members.resets() + "return new Program(s).test();\n}\n");
        method("", test);
        for (int i = 0; i < kinds.size(); i++) {
            method(kinds.get(i), members.methods().get(i));
        }
        parts.addAll(Prelude.members(level));
        parts.add("}\n");
        return Node.fixed(parts.toArray());
    }

    private void declare(String kind, int number) {
        List<Type> parameters = new ArrayList<>();
        for (int i = dice.below(4); i > 0; i--) {
            parameters.add(expressions.type());
        }
        String name = "m" + number;
        boolean onInstance = List.of("", "private", "final", "hot").contains(kind);
        String call = onInstance
                ? name + "("
                : switch (kind) {
                    case "overridden" -> "base" + number + "(s, ";
                    case "interface" -> "new Impl" + number + "().m(s, ";
                    case "generic" -> name + "(s, \"generic\", ";
                    default -> name + "(s, ";
                };
        if (!onInstance && parameters.isEmpty()) {
            parameters.add(Type.INT);
        }
        if (kind.equals("overridden")) {
            // the receiver depends on it
            call = "Base" + number + ".of(s).m(";
        }
        members.addMethod(new Method(
                name,
                call,
                onInstance,
                expressions.type(),
                parameters,
                !kind.equals("hot") && dice.chance(25),
                kind.equals("hot")));
    }

    private void method(String kind, Method method) {
        String number = method.name().substring(1);
        switch (kind) {
            case "overridden" -> {
                String type = method.returns().boxed;
                parts.add("static class Base" + number + " {\nfinal Steps s;\nBase" + number
                        + "(Steps s) { this.s = s; }\n"
                        + "static Base" + number + " of(Steps s) { return (fuel & 1) == 0 ? new Base" + number
                        + "(s) : new Sub" + number + "(s); }\n");
                body("", method, "m", "", null);
                parts.add("}\nstatic class Sub" + number + " extends Base" + number + " {\nSub" + number
                        + "(Steps s) { super(s); }\n");
                parts.add("@Async @Override Coroutine<" + type + "> m(" + parameters(method, "p") + ")"
                        + throwing(method)
                        + " {\n" + type + " above = await(super.m(" + arguments(method) + "));\n"
                        + "s.log(show(await(s.step(above))));\nreturn "
                        + (dice.chance(50) ? "done(above)" : "super.m(" + arguments(method) + ")") + ";\n}\n}\n");
            }
            case "interface" -> {
                parts.add("interface Face" + number + " {\n");
                body("default", method, "m", "Steps s, ", null);
                parts.add("}\nstatic class Impl" + number + " implements Face" + number + " {}\n");
            }
            case "generic" -> body("static <T>", method, method.name(), "Steps s, T generic, ", null);
            case "static", "private static" -> body(kind, method, method.name(), "Steps s, ", null);
            case "hot" -> body("", method, method.name(), "", "this");
            default -> body(kind, method, method.name(), "", "this");
        }
    }

    /** Variables that are alive throughout a method, more than one call can take: its handler reads them. */
    private static String crowd(int size) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            text.append(
                    switch (i * 7 % 11 % 5) {
                        case 0 -> "int crowd" + i + " = fuel + " + i;
                        case 1 -> "long crowd" + i + " = fuel * " + i + "L";
                        case 2 -> "double crowd" + i + " = " + i + " / 2.0";
                        case 3 -> "Object crowd" + i + " = " + i + " + fuel";
                        default -> "float crowd" + i + " = fuel";
                    });
            text.append(";\n");
        }
        return text.append("try {\n").toString();
    }

    private static String crowdsHandler(int size) {
        StringBuilder text = new StringBuilder("} catch (RuntimeException | Error crowded) {\ndouble crowd = 0;\n");
        for (int i = 0; i < size; i++) {
            text.append("crowd = crowd * 0.9 + " + (i * 7 % 11 % 5 == 3 ? "(Integer) " : "") + "crowd" + i + ";\n");
        }
        return text.append("s.log(show(crowd));\nthrow crowded;\n}\n").toString();
    }

    private void body(String modifiers, Method method, String name, String first, String self) {
        Scope scope = new Scope();
        scope.self = self;
        scope.method = method;
        scope.checked = method.checked();
        StringBuilder parameters = new StringBuilder(first);
        for (Type type : method.parameters()) {
            Scope.Variable parameter = scope.declare(type, dice.chance(60));
            parameters.append(type.java + " " + parameter.name() + ", ");
        }
        String listed = parameters.toString().replaceFirst(", $", "");
        statements.begin();
        parts.add("@Async " + modifiers + " " + method.returnType() + " " + name + "(" + listed + ")" + throwing(method)
                + " {\nif (fuel-- <= 0) { return " + method.done() + method.returns().simplest + "); }\n");
        if (name.equals("test")) {
            members.methods().forEach(it -> parts.add(attempt(it, scope)));
            parts.add("fuel = 40;\n");
        }
        int crowd = crowds.chance(3) ? crowds.below(500) + 200 : 0;
        parts.add(crowd == 0 ? "" : crowd(crowd));
        parts.add(statements.body(scope, name.equals("test") ? 4 : 3));
        parts.add(crowd == 0 ? "" : crowdsHandler(crowd));
        parts.add("}\n");
    }

    /** A call of each method, so that none stays unused because the program ends early. */
    private Node attempt(Method method, Scope scope) {
        return Node.statement(
                "try { fuel = 20; s.log(show(await(",
                expressions.awaits().call(method, scope, 1),
                "))); } catch (Throwable t) { s.log(name(t)); }\n");
    }

    private static String throwing(Method method) {
        return method.checked() ? " throws Exception" : "";
    }

    private static String parameters(Method method, String prefix) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < method.parameters().size(); i++) {
            text.append(i == 0 ? "" : ", ").append(method.parameters().get(i).java + " " + prefix + i);
        }
        return text.toString();
    }

    private static String arguments(Method method) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < method.parameters().size(); i++) {
            text.append(i == 0 ? "" : ", ").append("p" + i);
        }
        return text.toString();
    }
}
