package dev.fermata.processor;

import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** What a compilation knows of its trees, and what they are to Fermata. */
record SourceModel(Trees trees, Types types, Elements elements) {
    static final String ASYNCIO = "dev.fermata.Asyncio";
    static final String COROUTINE = "dev.fermata.Coroutine";
    static final String ASYNC_CLOSEABLE = "dev.fermata.AsyncCloseable";
    static final String CANCELLED = "dev.fermata.CancelledError";

    static SourceModel of(JavacTask task) {
        return new SourceModel(Trees.instance(task), task.getTypes(), task.getElements());
    }

    /** Whether Fermata's runtime is among what the sources see. If it is not, there is nothing to check. */
    boolean knowsFermata() {
        return elements.getTypeElement(ASYNCIO) != null;
    }

    /** The type of an expression or of a tree that names a type; null where the tree has none. */
    @Nullable
    TypeMirror typeOf(TreePath path) {
        return trees.getTypeMirror(path);
    }

    /** The type that the class file shows; null where the tree has none. */
    @Nullable
    TypeMirror erasureOf(TreePath path) {
        TypeMirror type = typeOf(path);
        return type == null || !isReference(type.getKind()) ? null : types.erasure(type);
    }

    /** The method that is called, or named by a reference; null if the tree does neither. */
    @Nullable
    ExecutableElement methodOf(TreePath path) {
        return trees.getElement(path) instanceof ExecutableElement method ? method : null;
    }

    /** Whether the tree, a call or a reference, names {@code Asyncio.await} in any of its forms. */
    boolean isAwait(TreePath path) {
        return isOf(methodOf(path), ASYNCIO, Set.of("await"));
    }

    /** Whether the weaver replaces this call, a {@code close()}, by an await. Through {@code super} it is left as it is. */
    boolean isAwaitedClose(TreePath call) {
        ExecutableElement method = methodOf(call);
        TreePath receiver = Expressions.receiver(call);
        return method != null
                && method.getSimpleName().contentEquals("close")
                && method.getParameters().isEmpty()
                && (receiver == null
                        ? method.getEnclosingElement() instanceof TypeElement type
                                && isSubtype(type.asType(), ASYNC_CLOSEABLE)
                        : !isSuper(receiver) && isErasedTo(typeOf(receiver), ASYNC_CLOSEABLE));
    }

    /** Whether what stands before the dot of a call makes it one of an inherited method. */
    static boolean isSuper(TreePath receiver) {
        return (receiver.getLeaf() instanceof IdentifierTree name
                        && name.getName().contentEquals("super"))
                || (receiver.getLeaf() instanceof MemberSelectTree select
                        && select.getIdentifier().contentEquals("super"));
    }

    /** Whether {@code method} is one of those that class {@code owner} declares by these names. */
    static boolean isOf(@Nullable ExecutableElement method, String owner, Set<String> names) {
        return method != null
                && names.contains(method.getSimpleName().toString())
                && method.getEnclosingElement() instanceof TypeElement type
                && type.getQualifiedName().contentEquals(owner);
    }

    /** The class that declares a method or constructor. */
    static TypeElement hostOf(ExecutableElement method) {
        if (method.getEnclosingElement() instanceof TypeElement host) {
            return host;
        }
        throw new IllegalStateException("a method outside of all classes: " + method);
    }

    /** Whether {@code member} is a field of class {@code owner}. */
    static boolean isFieldOf(Element member, String owner) {
        return member.getEnclosingElement() instanceof TypeElement type
                && type.getQualifiedName().contentEquals(owner);
    }

    /** Whether {@code owner}, or a class below it, declares {@code method}. */
    boolean isDeclaredIn(ExecutableElement method, String owner) {
        return isSubtype(hostOf(method).asType(), owner);
    }

    /** Whether the class of a value of this type is {@code superclass} or below it, as the class file shows it. */
    boolean isErasedTo(@Nullable TypeMirror type, String superclass) {
        if (type == null || !isReference(type.getKind())) {
            return false;
        }
        return isSubtype(types.erasure(type), superclass);
    }

    /** Whether {@code type}, one of a class, is {@code superclass} or below it; false for errors and null. */
    boolean isSubtype(@Nullable TypeMirror type, String superclass) {
        TypeElement element = elements.getTypeElement(superclass);
        return type != null
                && element != null
                && isReference(type.getKind())
                && types.isSubtype(types.erasure(type), types.erasure(element.asType()));
    }

    private static boolean isReference(TypeKind kind) {
        return kind == TypeKind.DECLARED || kind == TypeKind.TYPEVAR || kind == TypeKind.INTERSECTION;
    }

    /** What the method of a functional interface returns, for a lambda of type {@code lambda}; null if javac refuses it. */
    @Nullable
    TypeMirror returnedBy(@Nullable TypeMirror lambda) {
        ExecutableType function = functionOf(lambda);
        return function == null ? null : function.getReturnType();
    }

    /** The method of a functional interface, for a lambda of type {@code lambda}; null if javac refuses it. */
    @Nullable
    ExecutableType functionOf(@Nullable TypeMirror lambda) {
        ExecutableType function = null;
        for (TypeMirror bound : boundsOf(lambda)) {
            if (bound instanceof DeclaredType declared && declared.asElement() instanceof TypeElement type) {
                for (ExecutableElement method : openMethodsOf(type)) {
                    ExecutableType each = (ExecutableType) types.asMemberOf(declared, method);
                    // Of several that the interface inherits, a lambda has to return the narrowest.
                    if (function == null || isSubtype(each.getReturnType(), COROUTINE)) {
                        function = each;
                    }
                }
            }
        }
        return function;
    }

    /** Whether the interface of a lambda itself returns coroutines, and not only here, as {@code Supplier<Coroutine<T>>}. */
    boolean declaresCoroutine(@Nullable TypeMirror lambda) {
        return boundsOf(lambda).stream()
                .filter(DeclaredType.class::isInstance)
                .map(it -> ((DeclaredType) it).asElement())
                .filter(TypeElement.class::isInstance)
                .flatMap(it -> openMethodsOf((TypeElement) it).stream())
                .anyMatch(SourceModel.this::declaresCoroutine);
    }

    /** Whether a method returns coroutines whatever its type variables stand for. */
    boolean declaresCoroutine(ExecutableElement method) {
        return method.getReturnType().getKind() != TypeKind.TYPEVAR && isErasedTo(method.getReturnType(), COROUTINE);
    }

    private static List<? extends TypeMirror> boundsOf(@Nullable TypeMirror lambda) {
        return lambda instanceof IntersectionType intersection ? intersection.getBounds() : listOf(lambda);
    }

    /** Whether {@code method} is the one that a lambda for the interface that declares it has to be. */
    boolean isFunction(ExecutableElement method) {
        TypeElement host = hostOf(method);
        return host.getKind() == ElementKind.INTERFACE && openMethodsOf(host).equals(List.of(method));
    }

    /** What a class that implements {@code type} has to have. */
    private List<ExecutableElement> openMethodsOf(TypeElement type) {
        return ElementFilter.methodsIn(elements.getAllMembers(type)).stream()
                .filter(it -> it.getModifiers().contains(Modifier.ABSTRACT) && !isOfObject(it))
                .toList();
    }

    /** Whether a lambda or method reference has an interface whose method is void, so that its own value is dropped. */
    boolean returnsNothing(TreePath function) {
        TypeMirror returned = returnedBy(typeOf(function));
        return returned != null && returned.getKind() == TypeKind.VOID;
    }

    private static List<TypeMirror> listOf(@Nullable TypeMirror type) {
        return type == null ? List.of() : List.of(type);
    }

    /** Whether every object has the method, so that it does not count, as {@code equals} of Comparator. */
    private boolean isOfObject(ExecutableElement method) {
        TypeElement object = elements.getTypeElement("java.lang.Object");
        return object != null
                && method.getEnclosingElement() instanceof TypeElement type
                && ElementFilter.methodsIn(object.getEnclosedElements()).stream()
                        .anyMatch(it -> elements.overrides(method, it, type)
                                || (it.getModifiers().contains(Modifier.PUBLIC)
                                        && it.getSimpleName().equals(method.getSimpleName())
                                        && types.isSubsignature(
                                                (ExecutableType) method.asType(), (ExecutableType) it.asType())));
    }

    /** {@code com.acme.Shop}; of a class that has no such name, what its class file is called. */
    String nameOf(@Nullable Element type) {
        if (!(type instanceof TypeElement named)) {
            return String.valueOf(type);
        }
        String canonical = named.getQualifiedName().toString();
        return canonical.isEmpty() ? elements.getBinaryName(named).toString() : canonical;
    }
}
