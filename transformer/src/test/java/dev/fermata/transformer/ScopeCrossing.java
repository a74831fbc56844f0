package dev.fermata.transformer;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes blocks with resources, crossed with all that may stand in and around them. Each is written twice: as it is to be
 * woven, with try-with-resources, and as a twin that awaits nothing and tells each resource by hand how it is left.
 */
final class ScopeCrossing {
    /** A resource: the variables in front of the block, its head, and the twin's. */
    enum Resources {
        SCOPE("S a = new S(\"a\")"),
        CLOSEABLE("R a = new R(\"a\")"),
        FAILING_SCOPE("S a = new S(\"a\", true)"),
        FAILING_CLOSEABLE("R a = new R(\"a\", true)"),
        TWO_SCOPES("S a = new S(\"a\")", "S b = new S(\"b\")"),
        SCOPE_AND_FAILING_SCOPE("S a = new S(\"a\")", "S b = new S(\"b\", true)"),
        SCOPE_AND_CLOSEABLE("S a = new S(\"a\")", "R b = new R(\"b\", true)"),
        CLOSEABLE_AND_SCOPE("R a = new R(\"a\")", "S b = new S(\"b\")"),
        SECOND_FAILS_TO_OPEN("S a = new S(\"a\")", "S b = new S(null)"),
        NULL_AND_SCOPE("S a = null", "S b = new S(\"b\")"),
        VARIABLE("one"),
        FIELD("Fixture.FIELD"),
        VARIABLE_AND_FIELD("one", "Fixture.FIELD");

        final List<String> heads;

        Resources(String... heads) {
            this.heads = List.of(heads);
        }

        boolean needsJava9() {
            return heads.stream().anyMatch(it -> !it.contains("="));
        }
    }

    /** What the block catches inside of itself. */
    enum Inside {
        NOTHING,
        THROWABLE("Throwable"),
        NARROWER("IllegalStateException"),
        TWO_NARROWER("IllegalStateException", "IllegalArgumentException"),
        NARROWER_THEN_THROWABLE("IllegalStateException", "Throwable"),
        FINALLY;

        final List<String> catches;

        Inside(String... catches) {
            this.catches = List.of(catches);
        }
    }

    /** What a catch clause does with what it has caught. */
    enum Then {
        KEEP("failure = e;", true),
        KEEP_NULL("failure = null;", true),
        KEEP_ANOTHER("failure = new IllegalStateException(\"another\", e);", true),
        THROW("throw e;", false),
        THROW_ANOTHER("throw new IllegalStateException(\"another\");", false),
        RETURN("return RESULT(2);", false),
        AWAIT_AND_KEEP("log(STEP(\"r\")); failure = e;", true);

        final String code;
        final boolean completes;

        Then(String code, boolean completes) {
            this.code = code;
            this.completes = completes;
        }
    }

    /** How the block's body ends. */
    enum End {
        FALL(""),
        RETURN("return RESULT(1);"),
        BREAK("break;"),
        CONTINUE("continue;");

        final String code;

        End(String code) {
            this.code = code;
        }
    }

    /** What stands around the block. */
    enum Around {
        NOTHING,
        CATCH_OF_THE_SAME_TRY,
        CATCH_OF_A_TRY_AROUND,
        FINALLY_OF_THE_SAME_TRY,
        FINALLY_THAT_MAY_RETURN,
        IN_A_CATCH_BLOCK_THAT_THROWS,
        IN_A_FINALLY_BLOCK,
        TWO_IN_SEQUENCE,
        ANOTHER_BLOCK
    }

    /** What follows. */
    enum After {
        THROW("throw failure;"),
        THROW_IF("if (failure != null) throw failure; return RESULT(3);"),
        RETURN("return RESULT(3);");

        final String code;

        After(String code) {
            this.code = code;
        }
    }

    /** One of the crossing. */
    record Case(Resources resources, Inside inside, Then then, End end, Around around, After after) {
        /** Every one that is Java, and not another one under a second name. */
        static List<Case> all() {
            List<Case> all = new ArrayList<>();
            for (Resources resources : Resources.values()) {
                for (Inside inside : Inside.values()) {
                    for (Then then : inside.catches.isEmpty() ? new Then[] {Then.KEEP} : Then.values()) {
                        for (End end : End.values()) {
                            for (Around around : Around.values()) {
                                for (After after : After.values()) {
                                    all.add(new Case(resources, inside, then, end, around, after));
                                }
                            }
                        }
                    }
                }
            }
            return all;
        }

        private boolean inLoop() {
            return end == End.BREAK || end == End.CONTINUE;
        }

        private boolean blockCompletes() {
            return end == End.FALL || !inside.catches.isEmpty() && then.completes;
        }

        /** The method, woven. */
        String woven(String name) {
            return "@Async static Coroutine<Object> " + name + "(int n) throws Throwable {" + method(false) + "}\n";
        }

        /** The method that says what is right. */
        String twin(String name) {
            return "static Object " + name + "(int n) throws Throwable {" + method(true) + "}\n";
        }

        private String method(boolean twin) {
            String one = resources.heads.contains("one") ? "final S one = new S(\"one\");" : "";
            String code = "Throwable failure = null;" + around(one, twin);
            return twin
                    ? code.replaceAll("STEP\\(([^()]*)\\)", "$1").replaceAll("RESULT\\((.)\\)", "$1")
                    : code.replaceAll("STEP\\(([^()]*)\\)", "await(step($1))")
                            .replaceAll("RESULT\\((.)\\)", "done($1)");
        }

        private String around(String one, boolean twin) {
            boolean completes = blockCompletes();
            String caught = "catch (Throwable t) { log(\"c\" + text(t)); failure = t; }";
            return switch (around) {
                case NOTHING -> one + looped(block(twin, "", body())) + after(completes);
                case CATCH_OF_THE_SAME_TRY -> one + looped(block(twin, caught, body())) + after(true);
                case CATCH_OF_A_TRY_AROUND ->
                    "try {" + one + looped(block(twin, "", body())) + "}" + caught + after(true);
                case FINALLY_OF_THE_SAME_TRY ->
                    one + looped(block(twin, "finally { log(STEP(\"f\")); }", body())) + after(completes);
                case FINALLY_THAT_MAY_RETURN ->
                    one + "try {"
                            + looped(block(twin, "", body()))
                            + "} finally { if (n == 2) return RESULT(4); log(STEP(\"f\")); }"
                            + after(completes);
                case IN_A_CATCH_BLOCK_THAT_THROWS ->
                    one + "try { fail(n, STEP(\"q\")); } catch (IllegalStateException q) {"
                            + looped(block(twin, "", body())) + (completes || inLoop() ? "throw q;" : "") + "}"
                            + after(true);
                case IN_A_FINALLY_BLOCK ->
                    one + "try { fail(n, STEP(\"q\")); } finally {" + looped(block(twin, "", body())) + "}"
                            + after(completes);
                case TWO_IN_SEQUENCE ->
                    one + looped(block(twin, caught, body())) + looped(block(twin, "", body())) + after(completes);
                case ANOTHER_BLOCK ->
                    one
                            + looped(block(
                                    twin,
                                    List.of("S o = new S(\"o\")"),
                                    "",
                                    block(twin, "", body()) + (completes ? "log(STEP(\"i\"));" : "")))
                            + after(completes);
            };
        }

        private String looped(String code) {
            return inLoop() ? "for (int i = 0; i < 2; i++) {" + code + "}" : code;
        }

        private String after(boolean reached) {
            return reached || inLoop() ? after.code : "";
        }

        private String body() {
            String body = "log(STEP(\"b\")); "
                    + "if (n == 1) throw new IllegalStateException(\"x\");"
                    + "if (n == 2) throw new IllegalArgumentException(\"y\");"
                    + "if (n == 3) throw new java.io.IOException(\"z\");" + end.code;
            if (inside == Inside.NOTHING) {
                return body;
            }
            StringBuilder text = new StringBuilder("try {" + body + "}");
            for (String caught : inside.catches) {
                text.append("catch (" + caught + " e) {" + then.code + "}");
            }
            return text + (inside == Inside.FINALLY ? "finally { log(STEP(\"g\")); }" : "");
        }

        private String block(boolean twin, String clauses, String body) {
            return block(twin, resources.heads, clauses, body);
        }

        private static String block(boolean twin, List<String> heads, String clauses, String body) {
            if (!twin) {
                return "try (" + String.join("; ", heads) + ") {" + body + "}" + clauses;
            }
            String code = body;
            for (int i = heads.size() - 1; i >= 0; i--) {
                code = byHand(heads.get(i), code);
            }
            return clauses.isEmpty() ? "{" + code + "}" : "try {" + code + "}" + clauses;
        }

        /** One resource; left by an exception if the flag says so, otherwise normally, by whatever way. */
        private static String byHand(String head, String body) {
            String name =
                    head.contains("=") ? head.substring(2, head.indexOf('=')).trim() : head;
            String flag = "left" + name.replace(".", "");
            return (head.contains("=") ? head + ";" : "") + "boolean " + flag + " = false;"
                    + "try {" + body + "} catch (Throwable t) {" + flag + " = true; left(" + name + ", t); throw t; }"
                    + "finally { if (!" + flag + ") left(" + name + ", null); }";
        }
    }
}
