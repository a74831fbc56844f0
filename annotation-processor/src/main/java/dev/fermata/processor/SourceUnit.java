package dev.fermata.processor;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import dev.fermata.transformer.Violation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A source file as it was before javac made code of it. Its trees are kept for their positions, which javac does not change;
 * what is below them changes.
 *
 * @param mention the first place that names something of Fermata's; null if there is none
 * @param weavable the first place that has to be woven; null if there is none
 * @param places by line, what an error in that line points at
 * @param suppressions where warnings of the weaver are off
 */
record SourceUnit(
        CompilationUnitTree tree,
        @Nullable Tree mention,
        @Nullable Tree weavable,
        Map<Long, Tree> places,
        Suppressions suppressions) {
    private static final Set<String> ASYNC = Set.of("Async", "AsyncTest", "AsyncBeforeEach", "AsyncAfterEach");

    static SourceUnit of(CompilationUnitTree tree, SourceModel model) {
        Scan scan = new Scan(tree, model.trees().getSourcePositions());
        scan.scan(tree, null);
        boolean mentioned = scan.mention != null;
        return new SourceUnit(
                tree,
                scan.mention,
                mentioned ? scan.weavable : null,
                mentioned ? scan.places() : Map.of(),
                mentioned ? Suppressions.in(tree, model) : Suppressions.NONE);
    }

    /** Whether {@code @SuppressWarnings} switches a warning of the weaver off at its line. */
    boolean isSuppressed(Violation warning) {
        return suppressions.contain(warning.rule(), warning.line());
    }

    /** What an error points at: the await or the method in that line, or the first thing in the file. */
    Tree place(int line) {
        Tree found = places.get((long) line);
        if (found != null) {
            return found;
        }
        return tree.getTypeDecls().isEmpty() ? tree : tree.getTypeDecls().get(0);
    }

    private static final class Scan extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Map<Long, Tree> awaits = new HashMap<>();
        private final Map<Long, Tree> methods = new HashMap<>();
        private final Map<Long, Tree> others = new HashMap<>();
        private @Nullable Tree mention;
        private @Nullable Tree weavable;

        Scan(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        Map<Long, Tree> places() {
            Map<Long, Tree> all = new HashMap<>(others);
            all.putAll(methods);
            all.putAll(awaits);
            all.remove(0L); // has no line
            return all;
        }

        @Override
        public @Nullable Void scan(@Nullable Tree tree, @Nullable Void nothing) {
            if (tree != null && !(tree instanceof CompilationUnitTree)) {
                others.putIfAbsent(line(tree), tree);
            }
            return super.scan(tree, null);
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void nothing) {
            if (mention == null
                    && select.getIdentifier().contentEquals("fermata")
                    && select.getExpression() instanceof IdentifierTree first
                    && first.getName().contentEquals("dev")) {
                mention = select;
            }
            return super.visitMemberSelect(select, null);
        }

        @Override
        public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void nothing) {
            if (weavable == null && ASYNC.contains(simpleName(annotation.getAnnotationType()))) {
                weavable = annotation;
            }
            return super.visitAnnotation(annotation, null);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            // Of its body the line of the first statement is all that a class file tells.
            methods.putIfAbsent(line(method), method);
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            Tree called = call.getMethodSelect();
            if (simpleName(called).equals("await")) {
                awaits.putIfAbsent(line(called), called);
                if (weavable == null) {
                    weavable = called;
                }
            }
            return super.visitMethodInvocation(call, null);
        }

        private static String simpleName(Tree name) {
            if (name instanceof MemberSelectTree select) {
                return select.getIdentifier().toString();
            }
            return name instanceof IdentifierTree identifier
                    ? identifier.getName().toString()
                    : "";
        }

        private long line(Tree tree) {
            long start = positions.getStartPosition(unit, tree);
            LineMap lines = unit.getLineMap(); // with -g:none javac has none
            return start < 0 || lines == null ? 0 : lines.getLineNumber(start);
        }
    }
}
