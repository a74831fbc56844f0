package dev.fermata.processor;

import dev.fermata.processor.BrokenSignature.Part;
import dev.fermata.rules.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** The rules that a method's signature can break. */
final class Signatures {
    private static final String COLD = "dev.fermata.Coroutine";
    private static final Set<String> HOT =
            Set.of("java.util.concurrent.CompletableFuture", "java.util.concurrent.CompletionStage");

    /** The parameter that the weaver adds. */
    private static final String CARRIER = "dev.fermata.abi.Carrier";

    static final String ASYNC = "dev.fermata.Async";

    static final String EXPLORE = "dev.fermata.testing.Explore";
    private static final String ASYNC_TEST = "dev.fermata.testing.AsyncTest";

    /** By name, so that whoever has no tests needs no JUnit. */
    static final Set<String> TESTS =
            Set.of(ASYNC_TEST, "dev.fermata.testing.AsyncBeforeEach", "dev.fermata.testing.AsyncAfterEach");

    private static final String JUNIT_TEST = "org.junit.jupiter.api.Test";

    /** What JUnit's annotations carry that make it call a method; the others carry one of these. */
    private static final Set<String> CALLED_BY_JUNIT = Set.of(
            JUNIT_TEST,
            "org.junit.jupiter.api.TestTemplate",
            "org.junit.jupiter.api.BeforeEach",
            "org.junit.jupiter.api.AfterEach",
            "org.junit.jupiter.api.BeforeAll",
            "org.junit.jupiter.api.AfterAll");

    private final Types types;
    private final Elements elements;

    Signatures(Types types, Elements elements) {
        this.types = types;
        this.elements = elements;
    }

    /** What is wrong with a method, in the order of the declaration; empty if nothing is. */
    List<BrokenSignature> check(ExecutableElement method) {
        if (method.getKind() != ElementKind.METHOD) {
            return List.of(); // all of the annotations are for methods only, as the compiler says itself
        }
        List<BrokenSignature> findings = new ArrayList<>();
        if (isAnnotated(method, EXPLORE) && !isAnnotated(method, ASYNC_TEST)) {
            findings.add(finding(Rule.EXPLORE_WITHOUT_ASYNC_TEST, method, Part.NAME, ""));
        }
        if (isTest(method)) {
            findings.addAll(checkTest(method));
        } else if (isAnnotated(method, ASYNC)) {
            findings.addAll(checkAsync(method));
        } else if (returnsLater(method) && carries(method, CALLED_BY_JUNIT)) {
            findings.add(finding(Rule.TEST_RETURNS_COROUTINE, method, Part.RETURN_TYPE, ""));
        }
        if (isBodyOfAnother(method)) {
            findings.add(finding(Rule.ASYNC_BODY_TAKEN, method, Part.NAME, ""));
        }
        return findings;
    }

    /** Whether the weaver would add another method with this one's name, parameters and result, as a class file has them. */
    private boolean isBodyOfAnother(ExecutableElement method) {
        List<TypeMirror> parameters = erasedParameters(method);
        int last = parameters.size() - 1;
        if (last < 0
                || !CARRIER.equals(className(parameters.get(last)))
                || !"java.lang.Object".equals(className(types.erasure(method.getReturnType())))) {
            return false;
        }
        Element host = method.getEnclosingElement();
        return host != null
                && ElementFilter.methodsIn(host.getEnclosedElements()).stream()
                        .filter(it -> it.getSimpleName().equals(method.getSimpleName()) && isAsync(it))
                        .anyMatch(it -> areSame(erasedParameters(it), parameters.subList(0, last)));
    }

    private List<TypeMirror> erasedParameters(ExecutableElement method) {
        return method.getParameters().stream()
                .map(it -> types.erasure(it.asType()))
                .toList();
    }

    private boolean areSame(List<TypeMirror> some, List<TypeMirror> others) {
        return some.size() == others.size()
                && IntStream.range(0, some.size()).allMatch(it -> types.isSameType(some.get(it), others.get(it)));
    }

    /** Whether what a method returns stands for a result that arrives later, so that it can be {@code @Async}. */
    private static boolean returnsLater(ExecutableElement method) {
        String returned = className(method.getReturnType());
        return returned != null && (returned.equals(COLD) || HOT.contains(returned));
    }

    private List<BrokenSignature> checkAsync(ExecutableElement method) {
        List<BrokenSignature> findings = new ArrayList<>();
        Set<Modifier> modifiers = method.getModifiers();
        if (modifiers.contains(Modifier.SYNCHRONIZED)) {
            findings.add(finding(Rule.ASYNC_SYNCHRONIZED, method, Part.NAME, ""));
        }
        if (modifiers.contains(Modifier.ABSTRACT)) {
            findings.add(finding(Rule.ASYNC_WITHOUT_BODY, method, Part.NAME, "it is abstract"));
        } else if (modifiers.contains(Modifier.NATIVE)) {
            findings.add(finding(Rule.ASYNC_WITHOUT_BODY, method, Part.NAME, "it is native"));
        }
        TypeMirror returned = method.getReturnType();
        String returnedClass = className(returned);
        if (returnedClass != null && HOT.contains(returnedClass)) {
            checkThrows(method, findings);
        }
        if (returnsLater(method)) {
            if (carries(method, CALLED_BY_JUNIT)) {
                findings.add(finding(Rule.TEST_RETURNS_COROUTINE, method, Part.RETURN_TYPE, ""));
            }
        } else if (returned.getKind() != TypeKind.ERROR) {
            // A type that cannot be resolved is javac's to report.
            findings.add(finding(Rule.ASYNC_RETURN_TYPE, method, Part.RETURN_TYPE, "it returns " + returned));
        }
        return findings;
    }

    /** What is wrong with an {@code @AsyncTest} method, or one that runs before or after each. */
    private List<BrokenSignature> checkTest(ExecutableElement method) {
        if (isAnnotated(method, ASYNC)) {
            return List.of(finding(Rule.ASYNC_TEST_ASYNC, method, Part.NAME, ""));
        }
        List<BrokenSignature> findings = new ArrayList<>();
        Set<Modifier> modifiers = method.getModifiers();
        if (modifiers.contains(Modifier.SYNCHRONIZED)) {
            findings.add(finding(Rule.ASYNC_SYNCHRONIZED, method, Part.NAME, ""));
        }
        if (isAnnotated(method, JUNIT_TEST)) {
            findings.add(finding(Rule.ASYNC_TEST_TWICE, method, Part.NAME, ""));
        }
        TypeMirror returned = method.getReturnType();
        if (returned.getKind() != TypeKind.VOID && returned.getKind() != TypeKind.ERROR) {
            findings.add(finding(Rule.ASYNC_TEST_SIGNATURE, method, Part.RETURN_TYPE, "it returns " + returned));
        }
        for (Modifier wrong : List.of(Modifier.STATIC, Modifier.PRIVATE, Modifier.ABSTRACT, Modifier.NATIVE)) {
            if (modifiers.contains(wrong)) {
                findings.add(finding(Rule.ASYNC_TEST_SIGNATURE, method, Part.NAME, "it is " + wrong));
            }
        }
        return findings;
    }

    /** Whether the body may await by its annotations. */
    static boolean mayAwait(ExecutableElement method) {
        return isAnnotated(method, ASYNC) || isTest(method);
    }

    /** Whether the weaver rewrites it, so that what happens in its body counts. */
    static boolean isAsync(ExecutableElement method) {
        return isTest(method)
                ? method.getReturnType().getKind() == TypeKind.VOID
                : isAnnotated(method, ASYNC) && returnsLater(method);
    }

    private static boolean isTest(ExecutableElement method) {
        return TESTS.stream().anyMatch(it -> isAnnotated(method, it));
    }

    static boolean isAnnotated(Element element, String annotation) {
        return element.getAnnotationMirrors().stream()
                .anyMatch(it -> annotation.equals(className(it.getAnnotationType())));
    }

    /** Whether one of {@code annotations} stands there, or on an annotation that does. */
    private static boolean carries(Element element, Set<String> annotations) {
        Set<String> seen = new HashSet<>();
        Deque<Element> work = new ArrayDeque<>(List.of(element));
        while (!work.isEmpty()) {
            for (AnnotationMirror each : work.remove().getAnnotationMirrors()) {
                String name = className(each.getAnnotationType());
                if (name != null && annotations.contains(name)) {
                    return true;
                }
                if (name != null && seen.add(name)) {
                    work.add(each.getAnnotationType().asElement());
                }
            }
        }
        return false;
    }

    private void checkThrows(ExecutableElement hot, List<BrokenSignature> findings) {
        for (TypeMirror thrown : hot.getThrownTypes()) {
            if (thrown.getKind() != TypeKind.ERROR && isChecked(thrown)) {
                findings.add(new BrokenSignature(
                        Rule.ASYNC_HOT_CHECKED, hot, Part.THROWN, "it declares that it throws " + thrown, thrown));
            }
        }
    }

    /** Of a type variable its bound decides, as everywhere in Java. */
    private boolean isChecked(TypeMirror thrown) {
        return !isSubtype(thrown, "java.lang.RuntimeException") && !isSubtype(thrown, "java.lang.Error");
    }

    private boolean isSubtype(TypeMirror type, String superclass) {
        TypeElement element = elements.getTypeElement(superclass);
        return element != null && types.isSubtype(type, element.asType());
    }

    private static @Nullable String className(TypeMirror type) {
        return type.getKind() == TypeKind.DECLARED
                        && type instanceof DeclaredType declared
                        && declared.asElement() instanceof TypeElement element
                ? element.getQualifiedName().toString()
                : null;
    }

    private static BrokenSignature finding(Rule rule, ExecutableElement method, Part part, String detail) {
        return new BrokenSignature(rule, method, part, detail, null);
    }
}
