package dev.fermata.transformer.model;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Lines;
import dev.fermata.transformer.analysis.Monitors;
import dev.fermata.transformer.analysis.TypeFlow;
import dev.fermata.transformer.model.AsyncMethod.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** The rules that a class breaks. Every method is looked at, so that no await can slip by in one that is not async. */
public final class RuleCheck {
    /** What javac 9 and 10 call to close a resource. */
    private static final String CLOSE_HELPER = "$closeResource";

    private static final String CLOSE_HELPER_DESCRIPTOR = "(Ljava/lang/Throwable;Ljava/lang/AutoCloseable;)V";

    private static final Set<String> OBJECT_WAITS =
            Set.of("wait()V", "wait(J)V", "wait(JI)V", "notify()V", "notifyAll()V");

    private final ClassNode host;
    private final Hierarchy hierarchy;
    private final List<BrokenRule> broken = new ArrayList<>();

    private RuleCheck(ClassNode host, Hierarchy hierarchy) {
        this.host = host;
        this.hierarchy = hierarchy;
    }

    public static List<BrokenRule> of(ClassNode host, List<AsyncMethod> asyncMethods, Hierarchy hierarchy) {
        RuleCheck check = new RuleCheck(host, hierarchy);
        Set<MethodNode> async = asyncMethods.stream().map(AsyncMethod::method).collect(Collectors.toSet());
        for (MethodNode method : host.methods) {
            boolean annotated = AsyncMethods.isAnnotated(method) || AsyncMethods.isTest(method);
            if ((method.access & Opcodes.ACC_BRIDGE) == 0) {
                if (AsyncMethods.has(method, Names.EXPLORE) && !AsyncMethods.has(method, Names.ASYNC_TEST)) {
                    check.report(Rule.EXPLORE_WITHOUT_ASYNC_TEST, method, Lines.first(method), "");
                }
                if (AsyncMethods.isTest(method)) {
                    check.testSignature(method);
                } else if (annotated) {
                    check.signature(method);
                    check.calledByJUnit(method);
                } else {
                    check.calledByJUnit(method);
                }
            }
            check.methodReferences(method);
            check.waits(method);
            if (async.contains(method)) {
                check.subroutines(method);
                check.monitors(method);
                check.closeHelpers(method);
                check.unleftScopes(method);
            } else if (!annotated && hasCall(method, Suspensions::isAwait) && !check.isLeftBehind(method)) {
                // of one that is annotated the signature is wrong, and said to be so
                check.strayAwaits(method);
            }
        }
        Set<String> bodies = new HashSet<>();
        for (AsyncMethod method : asyncMethods) {
            check.bodies(method);
            if (method.takesCarrier() && !bodies.add(method.directBody() + method.directDescriptor())) {
                // not in Java, where methods do not differ in their result alone
                check.report(
                        Rule.ASYNC_BODY_TAKEN,
                        method.method(),
                        Lines.first(method.method()),
                        "another one has them too");
            }
        }
        check.broken.sort(Comparator.comparingInt(BrokenRule::line));
        return check.broken;
    }

    /** {@code event.wait()} compiles: the method is Object's, and final. */
    private void waits(MethodNode method) {
        if (!hasCall(method, RuleCheck::isWait)) {
            return;
        }
        TypeFlow types = TypeFlow.of(host.name, method, RuleCheck::isWait);
        for (AbstractInsnNode instruction : method.instructions) {
            if (isWait(instruction) && types.isReachable(instruction)) {
                MethodInsnNode call = (MethodInsnNode) instruction;
                List<Object> stack = types.before(call).stack();
                Object receiver = stack.get(stack.size() - 1 - Type.getArgumentTypes(call.desc).length);
                if (receiver instanceof String type && isOfTheApi(type)) {
                    report(
                            Rule.OBJECT_WAIT,
                            method,
                            Lines.of(call),
                            "it calls " + call.name + " of " + type.replace('/', '.'));
                }
            }
        }
    }

    private void unleftScopes(MethodNode method) {
        for (AbstractInsnNode opened : UnleftScopes.of(host, method)) {
            report(Rule.SCOPE_NOT_LEFT, method, Lines.of(opened), "");
        }
    }

    private static boolean isOfTheApi(String type) {
        return type.startsWith(Names.PACKAGE) && type.lastIndexOf('/') == Names.PACKAGE.length() - 1;
    }

    private static boolean hasCall(MethodNode method, Predicate<AbstractInsnNode> which) {
        for (AbstractInsnNode instruction : method.instructions) {
            if (which.test(instruction)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWait(AbstractInsnNode instruction) {
        return (instruction.getOpcode() == Opcodes.INVOKEVIRTUAL
                        || instruction.getOpcode() == Opcodes.INVOKEINTERFACE) // javac 18 and later, on an interface
                && instruction instanceof MethodInsnNode call
                && OBJECT_WAITS.contains(call.name + call.desc);
    }

    /** The bodies are added as overloads, so nobody else may have written one of them. */
    private void bodies(AsyncMethod async) {
        for (MethodNode method : host.methods) {
            if (async.collidesWith(method)) {
                report(Rule.ASYNC_BODY_TAKEN, method, Lines.first(method), "");
            }
        }
    }

    /**
     * Whether it is the body of a lambda in code that javac has left out ({@code if (DEBUG) …} with a constant). Nothing can
     * call it, so it may stay as it is.
     */
    private boolean isLeftBehind(MethodNode method) {
        int hidden = Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC;
        return (method.access & hidden) == hidden && !namedMethods().contains(method.name + method.desc);
    }

    /** Name and descriptor of everything in this class that its code calls or has a handle of. */
    private Set<String> namedMethods() {
        Set<String> named = new HashSet<>();
        for (MethodNode method : host.methods) {
            for (AbstractInsnNode instruction : method.instructions) {
                if (instruction instanceof MethodInsnNode call) {
                    named.add(call.name + call.desc);
                } else if (instruction instanceof InvokeDynamicInsnNode indy) {
                    for (Object argument : indy.bsmArgs) {
                        if (argument instanceof Handle handle) {
                            named.add(handle.getName() + handle.getDesc());
                        }
                    }
                }
            }
        }
        return named;
    }

    private void signature(MethodNode method) {
        if (method.name.equals("<init>")) {
            report(Rule.ASYNC_CONSTRUCTOR, method, Lines.first(method), "");
            return;
        }
        if (AsyncMethods.kind(method) == null) {
            report(Rule.ASYNC_RETURN_TYPE, method, Lines.first(method), returns(method));
        }
        if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
            report(Rule.ASYNC_SYNCHRONIZED, method, Lines.first(method), "");
        }
        if (!Instructions.hasBody(method)) {
            boolean isAbstract = (method.access & Opcodes.ACC_ABSTRACT) != 0;
            report(Rule.ASYNC_WITHOUT_BODY, method, 0, isAbstract ? "it is abstract" : "it is native");
        }
        if (AsyncMethods.kind(method) == Kind.HOT) {
            method.exceptions.stream()
                    .filter(it -> !hierarchy.inherits(it, "java/lang/RuntimeException")
                            && !hierarchy.inherits(it, "java/lang/Error"))
                    .forEach(it -> report(
                            Rule.ASYNC_HOT_CHECKED,
                            method,
                            Lines.first(method),
                            "it declares that it throws " + it.replace('/', '.')));
        }
    }

    private void testSignature(MethodNode method) {
        int line = Lines.first(method);
        if (AsyncMethods.isAnnotated(method)) {
            report(Rule.ASYNC_TEST_ASYNC, method, line, "");
            return;
        }
        if (AsyncMethods.has(method, Names.JUNIT_TEST)) {
            report(Rule.ASYNC_TEST_TWICE, method, line, "");
        }
        Type returned = Type.getReturnType(method.desc);
        if (returned.getSort() != Type.VOID) {
            report(Rule.ASYNC_TEST_SIGNATURE, method, line, returns(method));
        } else if ((method.access & Opcodes.ACC_STATIC) != 0) {
            report(Rule.ASYNC_TEST_SIGNATURE, method, line, "it is static");
        } else if ((method.access & Opcodes.ACC_PRIVATE) != 0) {
            report(Rule.ASYNC_TEST_SIGNATURE, method, line, "it is private");
        } else if (!Instructions.hasBody(method)) {
            report(Rule.ASYNC_TEST_SIGNATURE, method, line, "it is abstract or native");
        }
        if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
            report(Rule.ASYNC_SYNCHRONIZED, method, line, "");
        }
    }

    /** Others fail when they are run; these would not be run. */
    private void calledByJUnit(MethodNode method) {
        String returned = Type.getReturnType(method.desc).getClassName().replace('.', '/');
        if ((returned.equals(Names.COROUTINE)
                        || returned.equals(Names.COMPLETABLE_FUTURE)
                        || returned.equals(Names.COMPLETION_STAGE))
                && Names.CALLED_BY_JUNIT.stream().anyMatch(it -> AsyncMethods.has(method, it))) {
            report(Rule.TEST_RETURNS_COROUTINE, method, Lines.first(method), "");
        }
    }

    private void methodReferences(MethodNode method) {
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction instanceof InvokeDynamicInsnNode indy
                    && Arrays.stream(indy.bsmArgs)
                            .anyMatch(it -> it instanceof Handle handle
                                    && handle.getOwner().equals(Names.ASYNCIO)
                                    && handle.getName().equals(Names.AWAIT))) {
                report(Rule.AWAIT_METHOD_REFERENCE, method, Lines.of(instruction), "");
            }
        }
    }

    private void strayAwaits(MethodNode method) {
        Rule rule = AsyncMethods.lambdaBodies(host).contains(method.name + method.desc)
                ? Rule.AWAIT_IN_LAMBDA
                : switch (method.name) {
                    case "<init>" -> Rule.ASYNC_CONSTRUCTOR;
                    case "<clinit>" -> Rule.ASYNC_STATIC_INITIALISER;
                    default -> Rule.AWAIT_OUTSIDE_ASYNC;
                };
        for (AbstractInsnNode instruction : method.instructions) {
            if (Suspensions.isAwait(instruction)) {
                report(rule, method, Lines.of(instruction), "await is here" + otherAsync(method));
            }
        }
    }

    /** Names the annotation that was imported in the place of ours. It is easily taken for ours, because of its name. */
    private static String otherAsync(MethodNode method) {
        return AsyncMethods.annotations(method)
                .map(it -> Type.getType(it).getClassName().replace('$', '.'))
                .filter(it -> it.endsWith(".Async"))
                .findFirst()
                .map(it -> ", and its @Async is " + it + " and not that of dev.fermata")
                .orElse("");
    }

    /** A compiler of Java 6 or earlier made finally blocks of them. Class files that we accept may not have any. */
    private void subroutines(MethodNode method) {
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction.getOpcode() == Opcodes.JSR || instruction.getOpcode() == Opcodes.RET) {
                report(
                        Rule.CLASS_CORRUPT,
                        method,
                        Lines.of(instruction),
                        "it has the instruction jsr or ret, which a class file of its version must not have");
                return;
            }
        }
    }

    private void closeHelpers(MethodNode method) {
        List<MethodInsnNode> calls = new ArrayList<>();
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction instanceof MethodInsnNode call
                    && call.owner.equals(host.name)
                    && call.name.equals(CLOSE_HELPER)
                    && call.desc.equals(CLOSE_HELPER_DESCRIPTOR)) {
                calls.add(call);
            }
        }
        if (calls.isEmpty()) {
            return;
        }
        TypeFlow types = TypeFlow.of(host.name, method, calls::contains);
        for (MethodInsnNode call : calls) {
            if (types.isReachable(call)) {
                List<Object> stack = types.before(call).stack();
                if (stack.get(stack.size() - 1) instanceof String resource
                        && hierarchy.inherits(resource, Names.ASYNC_CLOSEABLE)) {
                    report(Rule.SCOPE_CLOSED_BY_HELPER, method, Lines.of(call), "");
                }
            }
        }
    }

    /** Finds awaits that some path reaches with a monitor held. */
    private void monitors(MethodNode method) {
        Monitors monitors = Monitors.of(method);
        Suspensions suspensions = new Suspensions(hierarchy);
        for (AbstractInsnNode instruction : method.instructions) {
            if (monitors.isHeldAt(instruction) && suspensions.isOne(instruction)) {
                report(Rule.AWAIT_IN_SYNCHRONIZED, method, Lines.of(instruction), "");
            }
        }
    }

    private static String returns(MethodNode method) {
        return "it returns " + Type.getReturnType(method.desc).getClassName();
    }

    private void report(Rule rule, MethodNode method, int line, String detail) {
        broken.add(new BrokenRule(rule, AsyncMethods.displayName(method), line, detail));
    }
}
