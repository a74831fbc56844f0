package dev.fermata.processor;

import com.sun.source.tree.ArrayAccessTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/**
 * Assignments whose value was computed from the old one, with an await between the two: {@code total += await(price())},
 * {@code total = total + await(price())}. Only what other tasks can reach counts: a field of {@code this} or of a class, an
 * element of an array in such a field, and one of a captured array. Whoever takes a lock of Fermata in the same body is
 * believed to know.
 */
final class ReadsBeforeAwaits extends AsyncCode {
    private static final String API = "dev.fermata";

    private final Report report;
    private final List<TreePath> found = new ArrayList<>();
    private boolean acquires;

    ReadsBeforeAwaits(SourceModel model, Report report) {
        super(model);
        this.report = report;
    }

    @Override
    void scanBody(TreePath declaration) {
        super.scanBody(declaration);
        if (!acquires) {
            found.forEach(
                    it -> report.warn(Rule.READ_BEFORE_AWAIT, it, it.getLeaf().toString()));
        }
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        ExecutableElement called = model.methodOf(getCurrentPath());
        acquires |= called != null
                && called.getSimpleName().contentEquals("acquire")
                && SourceModel.hostOf(called).getQualifiedName().toString().startsWith(API + ".Async");
        return super.visitMethodInvocation(tree, null);
    }

    @Override
    public @Nullable Void visitCompoundAssignment(CompoundAssignmentTree tree, @Nullable Void unused) {
        TreePath target = Expressions.bare(pathTo(tree.getVariable()));
        if (isShared(target) && awaitsIn(model, pathTo(tree.getExpression()))) {
            found.add(target);
        }
        return super.visitCompoundAssignment(tree, null);
    }

    @Override
    public @Nullable Void visitAssignment(AssignmentTree tree, @Nullable Void unused) {
        TreePath target = Expressions.bare(pathTo(tree.getVariable()));
        if (isShared(target) && holdsAcross(target, pathTo(tree.getExpression()))) {
            found.add(target);
        }
        return super.visitAssignment(tree, null);
    }

    // ---- what is read before an await

    /** Whether the value of {@code expression} contains one of {@code target} that was read before an await in it. */
    private boolean holdsAcross(TreePath target, TreePath expression) {
        TreePath bare = Expressions.bare(expression);
        if (bare.getLeaf() instanceof BinaryTree binary) {
            boolean skips =
                    binary.getKind() == Tree.Kind.CONDITIONAL_AND || binary.getKind() == Tree.Kind.CONDITIONAL_OR;
            return !skips
                    && holdsAcross(
                            target,
                            List.of(
                                    new TreePath(bare, binary.getLeftOperand()),
                                    new TreePath(bare, binary.getRightOperand())));
        }
        if (bare.getLeaf() instanceof NewClassTree created) {
            return holdsAcross(target, pathsTo(bare, created.getArguments()));
        }
        if (bare.getLeaf() instanceof MethodInvocationTree call && !model.isAwait(bare)) {
            List<TreePath> operands = new ArrayList<>();
            TreePath receiver = Expressions.receiver(bare);
            // A method of anything that changes may return the same object, which is then only assigned to itself.
            if (receiver != null && isImmutable(model.typeOf(receiver))) {
                operands.add(receiver);
            }
            operands.addAll(pathsTo(bare, call.getArguments()));
            return holdsAcross(target, operands);
        }
        return false;
    }

    /** As above, of operands that are evaluated one after the other. */
    private boolean holdsAcross(TreePath target, List<TreePath> operands) {
        boolean read = false;
        for (TreePath operand : operands) {
            if ((read && awaitsIn(model, operand)) || holdsAcross(target, operand)) {
                return true;
            }
            read |= isReadIn(target, operand);
        }
        return false;
    }

    private static List<TreePath> pathsTo(TreePath parent, List<? extends ExpressionTree> children) {
        return children.stream().map(it -> new TreePath(parent, it)).toList();
    }

    /** Whether the value of {@code target} is read, other than to pass it to what is awaited. */
    private boolean isReadIn(TreePath target, TreePath operand) {
        var reads = new AsyncCode(model) {
            private boolean any;

            @Override
            public @Nullable Void scan(@Nullable Tree tree, @Nullable Void unused) {
                if (tree instanceof ExpressionTree && isSame(target, new TreePath(getCurrentPath(), tree))) {
                    any = true;
                }
                return super.scan(tree, null);
            }

            @Override
            public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
                return model.isAwait(getCurrentPath()) ? null : super.visitMethodInvocation(tree, null);
            }

            @Override
            public @Nullable Void visitAssignment(AssignmentTree tree, @Nullable Void unused) {
                return scan(tree.getExpression(), null); // what is assigned is not read
            }
        };
        if (isSame(target, Expressions.bare(operand))) {
            return true;
        }
        reads.scan(operand, null);
        return reads.any;
    }

    private boolean isImmutable(@Nullable TypeMirror type) {
        if (!(type instanceof DeclaredType declared)) {
            return false;
        }
        String name = declared.asElement().toString();
        return name.equals("java.lang.String") || name.startsWith("java.math.Big") || name.startsWith("java.time.");
    }

    // ---- which variable

    /** Whether two expressions are the same variable; false if that does not show. */
    private boolean isSame(TreePath one, TreePath other) {
        Tree first = one.getLeaf();
        Tree second = other.getLeaf();
        if (first instanceof ArrayAccessTree array && second instanceof ArrayAccessTree otherArray) {
            return isSame(bare(one, array.getExpression()), bare(other, otherArray.getExpression()))
                    && isSame(bare(one, array.getIndex()), bare(other, otherArray.getIndex()));
        }
        if (first instanceof LiteralTree literal && second instanceof LiteralTree otherLiteral) {
            return Objects.equals(literal.getValue(), otherLiteral.getValue());
        }
        Element element = variable(one);
        if (element == null || element != variable(other)) {
            return false;
        }
        TreePath owner = owner(one);
        TreePath otherOwner = owner(other);
        return element.getModifiers().contains(Modifier.STATIC)
                || (owner == null && otherOwner == null)
                || (owner != null && otherOwner != null && isSame(owner, otherOwner));
    }

    private static TreePath bare(TreePath parent, Tree child) {
        return Expressions.bare(new TreePath(parent, child));
    }

    private @Nullable Element variable(TreePath path) {
        Element element = path.getLeaf() instanceof IdentifierTree || path.getLeaf() instanceof MemberSelectTree
                ? model.trees().getElement(path)
                : null;
        return element != null
                        && (element.getKind().isField()
                                || element.getKind() == ElementKind.LOCAL_VARIABLE
                                || element.getKind() == ElementKind.PARAMETER)
                ? element
                : null;
    }

    /** What stands before the dot of a field; null if that is {@code this}, written or not. */
    private static @Nullable TreePath owner(TreePath field) {
        if (!(field.getLeaf() instanceof MemberSelectTree select)) {
            return null;
        }
        TreePath owner = bare(field, select.getExpression());
        return isThis(owner) ? null : owner;
    }

    private static boolean isThis(TreePath path) {
        return path.getLeaf() instanceof IdentifierTree name && name.getName().contentEquals("this");
    }

    /** Whether other tasks can reach the variable, as far as the source shows it. */
    private boolean isShared(TreePath target) {
        if (target.getLeaf() instanceof ArrayAccessTree access) {
            TreePath array = bare(target, access.getExpression());
            return isSharedField(array) || isCaptured(array);
        }
        return isSharedField(target);
    }

    private boolean isSharedField(TreePath path) {
        Element element = variable(path);
        if (element == null || element.getKind() != ElementKind.FIELD) {
            return false;
        }
        TreePath owner = owner(path);
        return element.getModifiers().contains(Modifier.STATIC)
                || owner == null
                || isOuterThis(owner)
                || isSharedField(owner);
    }

    private static boolean isOuterThis(TreePath path) {
        return path.getLeaf() instanceof MemberSelectTree select
                && select.getIdentifier().contentEquals("this");
    }

    /** Whether a local variable is declared outside of the body that the scan is in. */
    private boolean isCaptured(TreePath path) {
        Element element = variable(path);
        if (element == null || element.getKind().isField()) {
            return false;
        }
        Tree declaration = model.trees().getTree(element);
        TreePath at = declaration == null ? null : TreePath.getPath(path.getCompilationUnit(), declaration);
        return at != null && bodyOf(at) != bodyOf(path);
    }

    private static @Nullable Tree bodyOf(TreePath path) {
        TreePath body = path;
        while (body != null
                && !(body.getLeaf() instanceof MethodTree)
                && !(body.getLeaf() instanceof LambdaExpressionTree)) {
            body = body.getParentPath();
        }
        return body == null ? null : body.getLeaf();
    }
}
