package dev.fermata.processor;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.TreePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/**
 * Which calls make a coroutine that only their caller has. One that gives back what was there before, as {@code put} of a map
 * does, or what it was given, makes none: whoever drops its value loses nothing. Where the source does not show which of the two
 * a call does, it makes none.
 */
record CoroutineCalls(SourceModel model) {
    /** The packages whose methods keep no coroutine. */
    private static final Set<String> FERMATA = Set.of("dev.fermata", "dev.fermata.net");

    /** A call of a mock in the middle of {@code verify(mock).call()} or {@code doReturn(x).when(mock).call()} makes nothing. */
    static final String MOCKITO = "org.mockito.";

    /** What these return holds their arguments, and nothing else does. By the class that declares them. */
    private static final Map<String, Set<String>> HOLDERS = Map.of(
            "java.util.List", Set.of("of"),
            "java.util.Set", Set.of("of"),
            "java.util.Map", Set.of("of", "entry", "ofEntries"),
            "java.util.Arrays", Set.of("asList"),
            "java.util.Optional", Set.of("of", "ofNullable"),
            "java.util.stream.Stream", Set.of("of"));

    /** The calls that make what {@code value} may be, or what it holds, as that of {@code List.of(sell("tea"))}. */
    List<TreePath> madeIn(TreePath value) {
        List<TreePath> made = new ArrayList<>();
        Expressions.values(value).forEach(it -> addMadeIn(it, made));
        return made;
    }

    private void addMadeIn(TreePath value, List<TreePath> made) {
        if (isMade(value)) {
            made.add(value);
        } else if (value.getLeaf() instanceof MethodInvocationTree call && isHolder(model.methodOf(value))) {
            call.getArguments().forEach(it -> made.addAll(madeIn(new TreePath(value, it))));
        }
    }

    private static boolean isHolder(@Nullable ExecutableElement called) {
        return HOLDERS.entrySet().stream().anyMatch(it -> SourceModel.isOf(called, it.getKey(), it.getValue()));
    }

    /** Whether {@code value} is such a call. */
    private boolean isMade(TreePath value) {
        ExecutableElement called = model.methodOf(value);
        return called != null
                && value.getLeaf() instanceof MethodInvocationTree call
                && model.isErasedTo(model.typeOf(value), SourceModel.COROUTINE)
                && !isOfMockito(value)
                && isNew(called, typesOf(value, call.getArguments()));
    }

    /** Whether awaiting what {@code made}, such a call, returns would run anything. A variable may begin with a {@code done()}. */
    boolean hasCode(TreePath made) {
        return !SourceModel.isOf(model.methodOf(made), SourceModel.ASYNCIO, Set.of("done"));
    }

    /** Whether {@code made}, such a call, is one of an {@code @Async} method or of Fermata's own. Others may give back what is kept. */
    boolean isSurelyMade(TreePath made) {
        ExecutableElement called = model.methodOf(made);
        return called != null && (Signatures.isAnnotated(called, Signatures.ASYNC) || isOfFermata(called));
    }

    /** Whether each call through {@code reference}, of a method, is one. */
    boolean isMadeThrough(TreePath reference) {
        ExecutableElement called = model.methodOf(reference);
        ExecutableType function = model.functionOf(model.typeOf(reference));
        return called != null
                && function != null
                && reference.getLeaf() instanceof MemberReferenceTree tree
                && model.isErasedTo(resultOf(called, reference, tree, function), SourceModel.COROUTINE)
                && isNew(called, function.getParameterTypes());
    }

    private List<? extends TypeMirror> typesOf(TreePath call, List<? extends ExpressionTree> arguments) {
        return arguments.stream()
                .map(it -> model.typeOf(new TreePath(call, it)))
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private @Nullable TypeMirror resultOf(
            ExecutableElement called, TreePath reference, MemberReferenceTree tree, ExecutableType function) {
        if (!model.isFunction(called)) {
            return called.getReturnType();
        }
        TreePath qualifier = new TreePath(reference, tree.getQualifierExpression());
        Element named = model.trees().getElement(qualifier);
        // Of Supplier::get, which suppliers those are.
        TypeMirror receiver =
                named != null && (named.getKind().isClass() || named.getKind().isInterface())
                        ? function.getParameterTypes().get(0)
                        : model.typeOf(qualifier);
        return receiver instanceof DeclaredType declared
                ? ((ExecutableType) model.types().asMemberOf(declared, called)).getReturnType()
                : null;
    }

    /**
     * Whether the result of {@code called} is neither one of {@code given} nor what the object has kept. An async method always
     * makes a coroutine, and so does each of Fermata's own that is declared to return one. The method of a functional
     * interface calls something; any other one whose result is a type variable may give back whatever the caller has put in.
     */
    private boolean isNew(ExecutableElement called, List<? extends TypeMirror> given) {
        boolean variable = called.getReturnType().getKind() == TypeKind.TYPEVAR;
        if (!variable && (Signatures.isAnnotated(called, Signatures.ASYNC) || isOfFermata(called))) {
            return true;
        }
        return (!variable || model.isFunction(called)) && given.stream().noneMatch(this::isCoroutine);
    }

    private boolean isCoroutine(TypeMirror type) {
        return type instanceof ArrayType array
                ? isCoroutine(array.getComponentType())
                : model.isErasedTo(type, SourceModel.COROUTINE);
    }

    private boolean isOfFermata(ExecutableElement called) {
        return FERMATA.contains(
                model.elements().getPackageOf(called).getQualifiedName().toString());
    }

    private boolean isOfMockito(TreePath value) {
        TreePath receiver = Expressions.receiver(value);
        ExecutableElement method = receiver == null ? null : model.methodOf(Expressions.bare(receiver));
        return method != null && model.nameOf(method.getEnclosingElement()).startsWith(MOCKITO);
    }
}
