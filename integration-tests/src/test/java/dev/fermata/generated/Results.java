package dev.fermata.generated;

/**
 * Writes results, {@code done(x)} and the like, that are used otherwise than by being returned at once: stored in a local or
 * a field and returned, passed through a call, chosen among, awaited. What makes one has no effect, so it may stand anywhere.
 */
final class Results {
    private final Dice dice;
    private final Expressions expressions;

    Results(Dice dice, Expressions expressions) {
        this.dice = dice;
        this.expressions = expressions;
    }

    /** Statements that end with a {@code return}. */
    Node returned(Scope scope, int depth) {
        Method method = scope.method;
        String type = method.returnType();
        String name = scope.reserve();
        String shelf = "new Shelf<" + method.returns().boxed + ">()." + (method.hot() ? "stage" : "result");
        // pieces are written in the order of the text: what a pattern binds must not be declared a second time behind
        // it
        return switch (dice.below(8)) {
            case 0 -> Node.statement(type + " " + name + "; return " + name + " = ", result(scope, depth), ";");
            case 1 -> Node.statement(type + " " + name + " = ", result(scope, depth), "; return " + name + ";");
            case 2 -> Node.statement("return Program.<" + type + ">id(", result(scope, depth), ");");
            case 3 -> Node.statement("return " + shelf + " = ", result(scope, depth), ";");
            case 4 ->
                Node.statement(
                        type + " " + name + " = ",
                        result(scope, depth),
                        "; if (",
                        expressions.condition(scope, 1),
                        ") { return " + name + "; } return " + shelf + " = " + name + ";");
            case 5 ->
                Node.statement(
                        type + " " + name + "; return ",
                        expressions.condition(scope, depth),
                        " ? (" + name + " = ",
                        result(scope, depth),
                        ") : ",
                        result(scope, depth),
                        ";");
            case 6 ->
                Node.statement(
                        type + " " + name + " = ",
                        result(scope, depth),
                        "; if (",
                        expressions.condition(scope, 1),
                        ") { " + name + " = ",
                        result(scope, depth),
                        "; } s.log(show(" + name + " == null)); return " + name + ";");
            default ->
                Node.statement(
                        "return ",
                        expressions.condition(scope, depth),
                        " ? Program.<" + type + ">id(",
                        result(scope, depth),
                        ") : (" + shelf + " = ",
                        result(scope, depth),
                        ");");
        };
    }

    private Node result(Scope scope, int depth) {
        Method method = scope.method;
        String wrapper = method.hot() ? "CompletableFuture.<%s>completedFuture(" : "Asyncio.<%s>done(";
        return Node.fixed(
                wrapper.formatted(method.returns().boxed), expressions.of(method.returns(), scope, depth), ")");
    }

    /** Something to await. */
    Node awaited(Type type, Scope scope, int depth) {
        String done = "Asyncio.<" + type.boxed + ">done(";
        int form = dice.below(4);
        return switch (form == 2 && !scope.mayAssign ? 0 : form) {
            case 0 -> Node.fixed(done, expressions.of(type, scope, depth), ")");
            case 1 ->
                Node.fixed(
                        "Program.<Coroutine<" + type.boxed + ">>id(" + done, expressions.of(type, scope, depth), "))");
            case 2 ->
                Node.fixed("new Shelf<" + type.boxed + ">().result = " + done, expressions.of(type, scope, depth), ")");
            default ->
                Node.fixed(
                        expressions.condition(scope, depth),
                        " ? " + done,
                        expressions.of(type, scope, depth),
                        ") : " + done,
                        expressions.of(type, scope, depth),
                        ")");
        };
    }
}
