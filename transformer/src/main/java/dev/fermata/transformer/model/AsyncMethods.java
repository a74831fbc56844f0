package dev.fermata.transformer.model;

import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.model.AsyncMethod.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The async methods of a nest. Async is what carries one of the annotations and has a body, bridges excepted (javac
 * copies annotations onto them), and the body of a lambda that returns a coroutine and awaits.
 */
public final class AsyncMethods {
    private static final String LAMBDA_FACTORY = "java/lang/invoke/LambdaMetafactory";

    /** javac names the body of a lambda {@code lambda$method$number}, ECJ {@code lambda$number}. */
    private static final String LAMBDA = "lambda$";

    private AsyncMethods() {}

    public static List<AsyncMethod> of(Collection<ClassNode> nest, Suspensions suspensions) {
        return nest.stream().flatMap(it -> of(it, suspensions).stream()).toList();
    }

    private static List<AsyncMethod> of(ClassNode host, Suspensions suspensions) {
        Set<String> lambdaBodies = lambdaBodies(host);
        List<AsyncMethod> found = new ArrayList<>();
        for (MethodNode method : host.methods) {
            boolean lambda = lambdaBodies.contains(method.name + method.desc);
            Kind kind = kind(method);
            if (kind == null || !Instructions.hasBody(method)) {
                continue;
            }
            if (((isAnnotated(method) || isTest(method)) && (method.access & Opcodes.ACC_BRIDGE) == 0)
                    || (lambda && kind == Kind.COLD && suspensions.anyIn(method))) {
                found.add(new AsyncMethod(host, method, kind, lambda));
            }
        }
        return found;
    }

    static boolean isAnnotated(MethodNode method) {
        return has(method, Names.ASYNC);
    }

    /** Whether JUnit calls it and its body may await: a test, or what runs before or after one. */
    static boolean isTest(MethodNode method) {
        return has(method, Names.ASYNC_TEST)
                || has(method, Names.ASYNC_BEFORE_EACH)
                || has(method, Names.ASYNC_AFTER_EACH);
    }

    static boolean has(MethodNode method, String annotation) {
        return has(method.invisibleAnnotations, annotation) || has(method.visibleAnnotations, annotation);
    }

    /** The descriptors of all annotations of the method. */
    static Stream<String> annotations(MethodNode method) {
        return Stream.of(method.invisibleAnnotations, method.visibleAnnotations)
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .map(it -> it.desc);
    }

    private static boolean has(@Nullable List<AnnotationNode> annotations, String descriptor) {
        return annotations != null && annotations.stream().anyMatch(it -> it.desc.equals(descriptor));
    }

    /** By the return type; null if no async method may return it. */
    static @Nullable Kind kind(MethodNode method) {
        Type returned = Type.getReturnType(method.desc);
        if (isTest(method)) {
            return returned.getSort() == Type.VOID ? Kind.TEST : null;
        }
        if (returned.getSort() != Type.OBJECT) {
            return null;
        }
        return switch (returned.getInternalName()) {
            case Names.COROUTINE -> Kind.COLD;
            case Names.COMPLETABLE_FUTURE, Names.COMPLETION_STAGE -> Kind.HOT;
            default -> null;
        };
    }

    /** Name and descriptor of each synthetic method that a lambda expression of this class became. */
    static Set<String> lambdaBodies(ClassNode host) {
        Set<String> synthetic = new HashSet<>();
        for (MethodNode method : host.methods) {
            if ((method.access & Opcodes.ACC_SYNTHETIC) != 0) {
                synthetic.add(method.name + method.desc);
            }
        }
        Set<String> bodies = new HashSet<>();
        for (MethodNode method : host.methods) {
            for (AbstractInsnNode instruction : method.instructions) {
                if (instruction instanceof InvokeDynamicInsnNode indy
                        && indy.bsm.getOwner().equals(LAMBDA_FACTORY)
                        && indy.bsmArgs[1] instanceof Handle body
                        && body.getOwner().equals(host.name)
                        && synthetic.contains(body.getName() + body.getDesc())) {
                    bodies.add(body.getName() + body.getDesc());
                }
            }
        }
        return bodies;
    }

    /** How a method is called in reports and messages. */
    static String displayName(MethodNode method) {
        if (!method.name.startsWith(LAMBDA)) {
            return method.name;
        }
        int number = method.name.lastIndexOf('$'); // ECJ's name no method
        return number < LAMBDA.length()
                ? method.name + " (a lambda)"
                : method.name.substring(LAMBDA.length(), number) + " (a lambda in it)";
    }
}
