package dev.fermata.transformer.normalise;

import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.AsyncMethod.Kind;
import dev.fermata.transformer.model.Suspensions;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodNode;

/**
 * The normalisations in their order. They work on a copy of a method, add and remove instructions, and are done before
 * anything is planned. Each of them may need what the one before has seen to.
 */
public final class Normaliser {
    private Normaliser() {}

    /** What all passes work on: without dead code, of which no analysis knows anything, and with {@code this} in its place. */
    public static MethodNode copyOf(AsyncMethod async) {
        MethodNode original = async.method();
        MethodNode copy =
                new MethodNode(Opcodes.ASM9, original.access, original.name, original.desc, original.signature, null);
        original.accept(copy);
        DeadCode.remove(copy);
        SelfNormaliser.normalise(async, copy);
        return copy;
    }

    /** A body returns its plain result, whatever its method returns. Coroutines that are returned become suspension points. */
    public static void returnPlainResults(AsyncMethod async, MethodNode copy) {
        if (async.kind() == Kind.TEST) {
            VoidNormaliser.normalise(copy);
        } else {
            ReturnNormaliser.normalise(async, copy);
            ResultNormaliser.normalise(async, copy);
        }
    }

    /** No object is under construction at a suspension point. To be called when all of these are there. */
    public static void finishConstructions(AsyncMethod async, MethodNode copy, Suspensions suspensions) {
        ConstructionNormaliser.normalise(async.host().name, copy, suspensions::isOne);
    }
}
