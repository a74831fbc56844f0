package dev.fermata.transformer.inspect;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.Problem;
import com.github.javaparser.Range;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.LambdaExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.stmt.LocalClassDeclarationStmt;
import com.github.javaparser.ast.stmt.LocalRecordDeclarationStmt;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Finds the suspension points of a class's report in its source. The report knows lines only, the source's syntax gives the
 * columns: an await is matched by its line, then by the name of the method whose result it awaits, then by the order of
 * evaluation. What cannot be matched (a close, a {@code return} that awaits) has its line and no more.
 *
 * @param problem why the source could not be parsed; null if it could
 */
record SourceMarks(
        Map<MethodReport, Excerpt> excerpts, @Nullable String problem) {
    /**
     * A method in the source.
     *
     * @param signature as the source has it, without its body
     * @param marks in the order of evaluation
     */
    record Excerpt(int firstLine, int lastLine, String signature, List<Mark> marks) {
        /** The states whose points have no mark in the method's source. */
        List<Point> unmarked(MethodReport method) {
            Set<Integer> marked = new HashSet<>();
            marks.forEach(mark -> marked.addAll(mark.states()));
            return method.points().stream()
                    .filter(point -> !marked.contains(point.state()))
                    .toList();
        }
    }

    /**
     * An await in the source, by lines and columns from 1, both ends included.
     *
     * @param states those it is suspended in; several where the compiler copied it, as it does with finally blocks
     */
    record Mark(int firstLine, int firstColumn, int lastLine, int lastColumn, List<Integer> states) {}

    /** Parser and visitors recurse into each expression, and a long chain of operators is a deep one. */
    private static final long STACK_BYTES = 128L << 20;

    static SourceMarks of(String source, ClassReport report) {
        return of(source, report, STACK_BYTES);
    }

    /** On a thread whose stack is so large; only the pages of it that are used take memory. */
    static SourceMarks of(String source, ClassReport report, long stackBytes) {
        FutureTask<SourceMarks> marks = new FutureTask<>(() -> parse(source, report));
        new Thread(null, marks, "fermata-parser", stackBytes).start();
        try {
            return marks.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SourceMarks(Map.of(), "it was interrupted.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StackOverflowError) {
                return new SourceMarks(Map.of(), "its expressions are nested too deeply.");
            }
            throw new IllegalStateException("reading the source of " + report.className(), e.getCause());
        }
    }

    private static SourceMarks parse(String source, ClassReport report) {
        ParserConfiguration configuration = new ParserConfiguration()
                .setLanguageLevel(LanguageLevel.BLEEDING_EDGE)
                .setAttributeComments(false);
        ParseResult<CompilationUnit> parsed = new JavaParser(configuration).parse(source);
        Optional<CompilationUnit> unit = parsed.getResult();
        if (unit.isEmpty() || !parsed.isSuccessful()) {
            String problem = parsed.getProblems().stream()
                    .findFirst()
                    .map(Problem::getMessage)
                    .orElse("unknown");
            return new SourceMarks(Map.of(), problem);
        }
        Map<MethodReport, Excerpt> excerpts = new HashMap<>();
        Set<Node> taken = new HashSet<>();
        for (MethodReport method : report.methods()) {
            declaration(unit.get(), method, taken)
                    .ifPresent(declaration -> excerpts.put(method, excerpt(declaration, method)));
        }
        return new SourceMarks(excerpts, null);
    }

    /** The innermost method of that name, or lambda, around the method's lines. */
    private static Optional<Node> declaration(CompilationUnit unit, MethodReport method, Set<Node> taken) {
        List<Node> candidates = new ArrayList<>();
        for (Node node : unit.findAll(Node.class)) {
            boolean suits = method.lambda()
                    ? node instanceof LambdaExpr
                    : node instanceof MethodDeclaration declared
                            && declared.getNameAsString().equals(method.name());
            if (suits && !taken.contains(node) && surrounds(node, method)) {
                candidates.add(node);
            }
        }
        if (method.line() == 0 && candidates.size() > 1) {
            return Optional.empty(); // without lines nothing tells them apart
        }
        // Lambdas on one line can only be told apart by how many awaits they have.
        Comparator<Node> order = Comparator.comparingInt(
                node -> Math.abs(awaits(node).size() - method.points().size()));
        Comparator<Node> innermost = Comparator.comparingInt(SourceMarks::lines);
        Optional<Node> found = candidates.stream().min(innermost.thenComparing(order));
        found.ifPresent(taken::add);
        return found;
    }

    private static boolean surrounds(Node node, MethodReport method) {
        Range range = range(node);
        return (method.line() == 0 || contains(range, method.line()))
                && method.points().stream().allMatch(point -> point.line() == 0 || contains(range, point.line()));
    }

    private static Excerpt excerpt(Node declaration, MethodReport method) {
        Range range = range(declaration);
        // The annotation of a method stays above; its comment is left out.
        String signature = declaration instanceof MethodDeclaration declared
                ? declared.getDeclarationAsString(true, true, true).strip()
                : Inspection.title(method);
        return new Excerpt(range.begin.line, range.end.line, signature, marks(awaits(declaration), method));
    }

    private static List<Mark> marks(List<MethodCallExpr> awaits, MethodReport method) {
        Map<Integer, List<Integer>> states = new TreeMap<>();
        for (Point point : method.points()) {
            best(awaits, point, states)
                    .ifPresent(index -> states.computeIfAbsent(index, it -> new ArrayList<>())
                            .add(point.state()));
        }
        List<Mark> marks = new ArrayList<>();
        states.forEach((index, numbers) -> {
            Range range = range(awaits.get(index));
            marks.add(new Mark(
                    range.begin.line, range.begin.column, range.end.line, range.end.column, List.copyOf(numbers)));
        });
        return List.copyOf(marks);
    }

    /**
     * The await a point stands for: on its line, not taken yet if possible, and awaiting what the point says. If all are taken, it
     * is a copy of one in a {@code finally}, which stands behind the others.
     */
    private static Optional<Integer> best(
            List<MethodCallExpr> awaits, Point point, Map<Integer, List<Integer>> states) {
        if (!point.what().startsWith("await")) {
            return Optional.empty();
        }
        List<Integer> candidates = new ArrayList<>();
        for (int i = 0; i < awaits.size(); i++) {
            if (contains(range(awaits.get(i)), point.line()) && couldAwait(awaits.get(i), point.what())) {
                candidates.add(i);
            }
        }
        Comparator<Integer> free = Comparator.comparingInt(
                index -> states.getOrDefault(index, List.of()).size());
        Comparator<Integer> copied = Comparator.comparingInt(index -> states.containsKey(index) ? -index : index);
        Comparator<Integer> near = Comparator.comparingInt(
                index -> Math.abs(range(awaits.get(index).getName()).begin.line - point.line()));
        return candidates.stream().min(near.thenComparing(free).thenComparing(copied));
    }

    private static boolean couldAwait(MethodCallExpr await, String what) {
        String name = what.replaceAll("^await (\\w+)\\(.*", "$1");
        if (name.equals(what)) {
            return true; // the report does not tell
        }
        Expression argument = await.getArgument(0);
        return !(argument instanceof MethodCallExpr call)
                || call.getNameAsString().equals(name)
                || call.getNameAsString().equals("await");
    }

    /** The awaits of a body itself, not of lambdas and classes in it, in the order in which they are evaluated. */
    private static List<MethodCallExpr> awaits(Node body) {
        List<MethodCallExpr> awaits = new ArrayList<>();
        body.getChildNodes().forEach(child -> collectAwaits(child, awaits));
        return awaits;
    }

    private static void collectAwaits(Node node, List<MethodCallExpr> awaits) {
        if (node instanceof LambdaExpr
                || node instanceof TypeDeclaration
                || node instanceof LocalClassDeclarationStmt
                || node instanceof LocalRecordDeclarationStmt) {
            return;
        }
        List<Node> children = new ArrayList<>(node.getChildNodes());
        if (node instanceof ObjectCreationExpr creation) {
            creation.getAnonymousClassBody().ifPresent(children::removeAll);
        }
        // Nodes that stand for nothing in the source: the type of a lambda's parameter that has none.
        children.removeIf(child -> child.getRange().isEmpty());
        children.sort(Comparator.comparing(child -> range(child).begin));
        children.forEach(child -> collectAwaits(child, awaits));
        // After its argument: that is evaluated first, and may hold an await itself.
        if (node instanceof MethodCallExpr call && isAwait(call)) {
            awaits.add(call);
        }
    }

    private static boolean isAwait(MethodCallExpr call) {
        boolean facade = call.getScope()
                .map(scope ->
                        scope.toString().equals("Asyncio") || scope.toString().equals("dev.fermata.Asyncio"))
                .orElse(true);
        return facade
                && call.getNameAsString().equals("await")
                && call.getArguments().isNonEmpty();
    }

    private static boolean contains(Range range, int line) {
        return range.begin.line <= line && line <= range.end.line;
    }

    private static int lines(Node node) {
        return range(node).end.line - range(node).begin.line;
    }

    private static Range range(Node node) {
        return node.getRange().orElseThrow();
    }
}
