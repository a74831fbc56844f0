package dev.fermata.transformer.model;

import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.analysis.NestAttributes;
import dev.fermata.transformer.analysis.Utf8;
import dev.fermata.transformer.model.AsyncMethod.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** What the passes know about the classes that are woven together. */
public final class Nest {
    /** The JVM allows 255 at a call; a call site that is linked needs the carrier and a few of its own. */
    private static final int MOST_LINKED_SLOTS = 250;

    private final Hierarchy hierarchy;
    private final Suspensions suspensions;
    private final List<AsyncMethod> asyncMethods;

    private final Map<String, AsyncMethod> directlyCallable = new HashMap<>();

    public Nest(Hierarchy hierarchy, List<AsyncMethod> asyncMethods) {
        this.hierarchy = hierarchy;
        this.suspensions = new Suspensions(hierarchy);
        this.asyncMethods = asyncMethods;
        for (AsyncMethod async : asyncMethods) {
            if (async.kind() == Kind.COLD && !async.lambda()) {
                directlyCallable.put(key(async.host().name, async.method().name, async.method().desc), async);
            }
        }
    }

    /** The async methods of a class, in their order. */
    public List<AsyncMethod> asyncMethods(ClassNode host) {
        return asyncMethods.stream().filter(it -> it.host() == host).toList();
    }

    public Suspensions suspensions() {
        return suspensions;
    }

    /**
     * The method a call is certain to reach, if its direct body can be called instead: it is cold, stands in this nest in
     * the very class that is named, and nothing can override or replace it. A class without a nest is woven by itself.
     */
    @Nullable
    AsyncMethod directCallee(ClassNode caller, MethodInsnNode call) {
        AsyncMethod callee = directlyCallable.get(key(call.owner, call.name, call.desc));
        return callee != null
                        && callee.takesCarrier()
                        && (callee.isBoundStatically() || call.getOpcode() == Opcodes.INVOKESPECIAL)
                        && NestAttributes.hostOf(callee.host()).equals(NestAttributes.hostOf(caller))
                ? callee
                : null;
    }

    /**
     * Whether a call is linked when it is made for the first time: of a static method of a class outside of the nest, which
     * may be woven. Not of Fermata's own, which are written by hand.
     */
    boolean isLinked(ClassNode caller, MethodInsnNode call) {
        return call.getOpcode() == Opcodes.INVOKESTATIC
                && call.desc.endsWith(")L" + Names.COROUTINE + ";")
                && !(NestAttributes.areReadIn(caller) ? hierarchy.isOfNest(call.owner) : caller.name.equals(call.owner))
                && !call.owner.substring(0, call.owner.lastIndexOf('/') + 1).equals(Names.PACKAGE)
                && Type.getArgumentsAndReturnSizes(call.desc) >> 2 <= MOST_LINKED_SLOTS
                && Utf8.length(AsyncMethod.directDescriptor(call.desc)) <= Utf8.MOST_BYTES;
    }

    private static String key(String owner, String name, String descriptor) {
        return owner + '.' + name + descriptor;
    }
}
