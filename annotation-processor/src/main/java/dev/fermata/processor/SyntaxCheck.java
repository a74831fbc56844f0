package dev.fermata.processor;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.ImportDeclaration;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.BodyDeclaration;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.EnumConstantDeclaration;
import com.github.javaparser.ast.body.FieldDeclaration;
import com.github.javaparser.ast.body.InitializerDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.LambdaExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.MethodReferenceExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.SynchronizedStmt;
import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Awaits where nothing can suspend, as far as syntax decides it: for ECJ, which shows a processor no bodies. Whether a lambda
 * may await is a matter of types, and left to the weaver.
 */
final class SyntaxCheck {
    private static final String AWAIT = "await";
    private static final Set<String> ANNOTATIONS = Set.of("Async", "AsyncTest", "AsyncBeforeEach", "AsyncAfterEach");
    private static final Set<String> RETURNED = Set.of("Coroutine", "CompletableFuture", "CompletionStage", "void");

    /**
     * A rule that a source breaks.
     *
     * @param member the method, field or initialiser around it
     * @param isBare whether it is a call without a receiver, which a class may have a method of its own for
     */
    record Place(Rule rule, BodyDeclaration<?> member, boolean isBare, String detail) {
        /** The classes around the member, from the outermost one on. */
        List<String> types() {
            List<String> names = new ArrayList<>();
            for (Node node = member; node != null; node = node.getParentNode().orElse(null)) {
                if (node instanceof TypeDeclaration<?> type) {
                    names.add(0, type.getNameAsString());
                }
            }
            return names;
        }

        String memberName() {
            if (member instanceof MethodDeclaration method) {
                return method.getNameAsString();
            }
            return rule == Rule.ASYNC_STATIC_INITIALISER ? "<clinit>" : "<init>";
        }
    }

    private final CompilationUnit unit;
    private final List<Place> found = new ArrayList<>();

    private SyntaxCheck(CompilationUnit unit) {
        this.unit = unit;
    }

    /** What is wrong in a source; nothing if it cannot be parsed, which the compiler or the weaver say. */
    static List<Place> of(String source) {
        ParserConfiguration configuration = new ParserConfiguration()
                .setLanguageLevel(LanguageLevel.BLEEDING_EDGE)
                .setAttributeComments(false);
        ParseResult<CompilationUnit> parsed = new JavaParser(configuration).parse(source);
        CompilationUnit unit = parsed.getResult().orElse(null);
        return unit == null || !parsed.isSuccessful() ? List.of() : new SyntaxCheck(unit).check();
    }

    private List<Place> check() {
        unit.walk(node -> {
            if (node instanceof MethodCallExpr call && isAwait(call)) {
                await(call);
            } else if (node instanceof MethodReferenceExpr reference
                    && reference.getIdentifier().equals(AWAIT)
                    && isAsyncio(reference.getScope().toString())) {
                BodyDeclaration<?> member = memberAround(reference);
                if (member != null) {
                    add(Rule.AWAIT_METHOD_REFERENCE, member, reference, "it is");
                }
            }
        });
        return found;
    }

    private static @Nullable BodyDeclaration<?> memberAround(Node inner) {
        Node node = inner;
        while (node != null && !(node instanceof BodyDeclaration<?>)) {
            node = node.getParentNode().orElse(null);
        }
        return (BodyDeclaration<?>) node;
    }

    private boolean isAwait(MethodCallExpr call) {
        if (!call.getNameAsString().equals(AWAIT)) {
            return false;
        }
        return call.getScope().map(it -> isAsyncio(it.toString())).orElseGet(() -> isImported() && !isHidden(call));
    }

    private boolean isAsyncio(String scope) {
        return scope.equals(SourceModel.ASYNCIO)
                || (scope.equals("Asyncio")
                        && unit.getImports().stream()
                                .filter(it -> !it.isStatic())
                                .anyMatch(it -> it.getNameAsString()
                                        .equals(it.isAsterisk() ? "dev.fermata" : SourceModel.ASYNCIO)));
    }

    private boolean isImported() {
        return unit.getImports().stream()
                .filter(ImportDeclaration::isStatic)
                .anyMatch(it -> it.getNameAsString()
                        .equals(it.isAsterisk() ? SourceModel.ASYNCIO : SourceModel.ASYNCIO + "." + AWAIT));
    }

    /** Whether a class around the call has, or may inherit, a method of that name, which the call would mean. */
    private static boolean isHidden(Node call) {
        for (Node node = call; node != null; node = node.getParentNode().orElse(null)) {
            boolean anonymous = node instanceof ObjectCreationExpr creation
                    && creation.getAnonymousClassBody().isPresent();
            if (anonymous
                    || (node instanceof TypeDeclaration<?> type
                            && !type.getMethodsByName(AWAIT).isEmpty())) {
                return true;
            }
        }
        return false;
    }

    private void await(MethodCallExpr call) {
        if (SyntaxConditions.mayExclude(call)) {
            return;
        }
        boolean monitor = false;
        Node inner = call;
        Node outer = call.getParentNode().orElse(null);
        while (outer != null && !(outer instanceof BodyDeclaration<?>)) {
            if (outer instanceof LambdaExpr) {
                return;
            }
            monitor |= outer instanceof SynchronizedStmt && inner instanceof BlockStmt;
            inner = outer;
            outer = outer.getParentNode().orElse(null);
        }
        if (outer instanceof BodyDeclaration<?> member) {
            Rule rule = ruleFor(member, monitor);
            if (rule != null) {
                add(rule, member, call, "await is");
            }
        }
    }

    /** The rule that an await breaks; null if none, or if another is broken that its signature shows. */
    private static @Nullable Rule ruleFor(BodyDeclaration<?> member, boolean monitor) {
        if (member instanceof MethodDeclaration method) {
            if (ANNOTATIONS.stream().noneMatch(method::isAnnotationPresent)) {
                return Rule.AWAIT_OUTSIDE_ASYNC;
            }
            String returned =
                    method.getType().asString().replaceFirst("<.*", "").replaceFirst(".*\\.", "");
            return monitor && RETURNED.contains(returned) ? Rule.AWAIT_IN_SYNCHRONIZED : null;
        }
        return isStatic(member) ? Rule.ASYNC_STATIC_INITIALISER : Rule.ASYNC_CONSTRUCTOR;
    }

    private static boolean isStatic(BodyDeclaration<?> member) {
        return member instanceof EnumConstantDeclaration
                || (member instanceof InitializerDeclaration initialiser && initialiser.isStatic())
                || (member instanceof FieldDeclaration field
                        && (field.isStatic()
                                || (field.getParentNode().orElse(null) instanceof ClassOrInterfaceDeclaration type
                                        && type.isInterface())));
    }

    private void add(Rule rule, BodyDeclaration<?> member, Expression at, String what) {
        Node name = at instanceof MethodCallExpr call ? call.getName() : at;
        String place = name.getBegin()
                .map(it -> what + " in line " + it.line + ", column " + it.column)
                .orElse(what + " here");
        boolean isBare = at instanceof MethodCallExpr bare && bare.getScope().isEmpty();
        found.add(new Place(rule, member, isBare, place));
    }
}
