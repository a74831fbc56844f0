package dev.fermata.transformer;

import dev.fermata.codegen.Rule;
import dev.fermata.transformer.ClassReport.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Pass: class to violations. It looks at every method, so that no await can slip by in one that is not async. */
final class RuleCheck {
    private final ClassNode host;
    private final Hierarchy hierarchy;
    private final List<Violation> violations = new ArrayList<>();

    private RuleCheck(ClassNode host, Hierarchy hierarchy) {
        this.host = host;
        this.hierarchy = hierarchy;
    }

    static List<Violation> of(ClassNode host, List<AsyncMethod> asyncMethods, Hierarchy hierarchy) {
        RuleCheck check = new RuleCheck(host, hierarchy);
        Set<MethodNode> async = asyncMethods.stream().map(AsyncMethod::method).collect(Collectors.toSet());
        Set<String> lambdaBodies = AsyncMethods.lambdaBodies(host);
        for (MethodNode method : host.methods) {
            if (AsyncMethods.isAnnotated(method) && (method.access & Opcodes.ACC_BRIDGE) == 0) {
                check.signature(method);
            }
            check.methodReferences(method);
            if (async.contains(method)) {
                check.monitors(method);
            } else if (!AsyncMethods.isAnnotated(method)) { // of one that is, the signature is wrong, and said to be so
                check.strayAwaits(method, lambdaBodies.contains(method.name + method.desc));
            }
        }
        check.violations.sort(Comparator.comparingInt(Violation::line));
        return check.violations;
    }

    private void signature(MethodNode method) {
        if (method.name.equals("<init>")) {
            report(Rule.ASYNC_CONSTRUCTOR, method, Lines.first(method), "");
            return;
        }
        if (AsyncMethods.kind(method) == null) {
            report(Rule.ASYNC_RETURN_TYPE, method, Lines.first(method), "");
        }
        if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
            report(Rule.ASYNC_SYNCHRONIZED, method, Lines.first(method), "");
        }
        if (!AsyncMethods.hasBody(method)) {
            report(Rule.ASYNC_WITHOUT_BODY, method, 0, "");
        }
        if (AsyncMethods.kind(method) == Kind.HOT) {
            method.exceptions.stream()
                    .filter(it -> !hierarchy.inherits(it, "java/lang/RuntimeException")
                            && !hierarchy.inherits(it, "java/lang/Error"))
                    .forEach(it -> report(
                            Rule.ASYNC_HOT_CHECKED,
                            method,
                            Lines.first(method),
                            "it declares " + it.replace('/', '.')));
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

    private void strayAwaits(MethodNode method, boolean lambda) {
        Rule rule = lambda
                ? Rule.AWAIT_IN_LAMBDA
                : switch (method.name) {
                    case "<init>" -> Rule.ASYNC_CONSTRUCTOR;
                    case "<clinit>" -> Rule.ASYNC_STATIC_INITIALISER;
                    default -> Rule.AWAIT_OUTSIDE_ASYNC;
                };
        for (AbstractInsnNode instruction : method.instructions) {
            if (Instructions.isAwait(instruction)) {
                report(rule, method, Lines.of(instruction), "await stands here");
            }
        }
    }

    /** Finds awaits that some path reaches with a monitor held. */
    private void monitors(MethodNode method) {
        Monitors monitors = Monitors.of(method);
        AsyncMethods.Suspensions suspensions = new AsyncMethods.Suspensions(hierarchy);
        for (AbstractInsnNode instruction : method.instructions) {
            if (monitors.isHeldAt(instruction) && suspensions.isOne(instruction)) {
                report(Rule.AWAIT_IN_SYNCHRONIZED, method, Lines.of(instruction), "");
            }
        }
    }

    private void report(Rule rule, MethodNode method, int line, String detail) {
        violations.add(new Violation(
                rule, host.name.replace('/', '.'), AsyncMethods.displayName(method), host.sourceFile, line, detail));
    }

    /** For the driver: a method's violation found while it was planned. */
    static Violation violation(AsyncMethod async, Refusal refusal) {
        return new Violation(
                refusal.rule,
                async.host().name.replace('/', '.'),
                AsyncMethods.displayName(async.method()),
                async.host().sourceFile,
                refusal.line,
                refusal.detail);
    }
}
