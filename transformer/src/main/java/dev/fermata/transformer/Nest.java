package dev.fermata.transformer;

import dev.fermata.transformer.AsyncMethods.Suspensions;
import dev.fermata.transformer.ClassReport.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;

/** What the passes know about the classes that are woven together. */
final class Nest {
    private final Suspensions suspensions;
    private final Map<String, AsyncMethod> directlyCallable = new HashMap<>();

    Nest(Hierarchy hierarchy, List<AsyncMethod> asyncMethods) {
        suspensions = new Suspensions(hierarchy);
        for (AsyncMethod async : asyncMethods) {
            if (async.kind() == Kind.COLD && !async.lambda()) {
                directlyCallable.put(key(async.host().name, async.method().name, async.method().desc), async);
            }
        }
    }

    Suspensions suspensions() {
        return suspensions;
    }

    /**
     * The method a call is certain to reach, if its direct body can be called instead: it is cold, stands in this nest in
     * the very class that is named, and nothing can override or replace it.
     */
    @Nullable
    AsyncMethod directCallee(MethodInsnNode call) {
        AsyncMethod callee = directlyCallable.get(key(call.owner, call.name, call.desc));
        return callee != null && (callee.isBoundStatically() || call.getOpcode() == Opcodes.INVOKESPECIAL)
                ? callee
                : null;
    }

    private static String key(String owner, String name, String descriptor) {
        return owner + '.' + name + descriptor;
    }
}
