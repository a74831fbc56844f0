package dev.fermata.transformer.emit;

import dev.fermata.transformer.plan.SpillPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.MethodNode;

/**
 * The two bodies that a method becomes.
 *
 * @param direct from its beginning
 * @param resuming from a suspension point on; null if it has none
 */
public record Bodies(Body direct, @Nullable Body resuming) {
    /**
     * One of them.
     *
     * @param origins for each instruction that is one the index of that of the normalised method in whose place it stands; -1
     *     for what saves, restores or dispatches
     */
    public record Body(MethodNode code, List<Integer> origins) {}

    static Bodies of(SpillPlan plan) {
        Body direct = DirectBodyEmitter.emit(plan);
        return new Bodies(direct, plan.stops().isEmpty() ? null : ResumingBodyEmitter.emit(plan));
    }

    public List<MethodNode> all() {
        return resuming == null ? List.of(direct.code()) : List.of(direct.code(), resuming.code());
    }

    /** Size of the direct body's bytecode. */
    public int bytesDirect() {
        return CodeSize.of(direct.code());
    }

    /** Size of the resuming body's bytecode, 0 if there is none. */
    public int bytesResume() {
        return resuming == null ? 0 : CodeSize.of(resuming.code());
    }
}
