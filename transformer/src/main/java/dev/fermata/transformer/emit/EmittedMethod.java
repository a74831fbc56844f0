package dev.fermata.transformer.emit;

import dev.fermata.transformer.analysis.Lines;
import dev.fermata.transformer.plan.SpillPlan;
import java.util.List;
import java.util.stream.Stream;
import org.objectweb.asm.tree.MethodNode;

/**
 * What is emitted for a method; its cold call takes the place of its code afterwards.
 *
 * @param plan what it was emitted from
 * @param frame the class of its frames
 * @param bodies that were added to its host
 * @param line of its first instruction, 0 if unknown
 * @param bytesBefore size of its bytecode before
 */
public record EmittedMethod(SpillPlan plan, EmittedClass frame, Bodies bodies, int line, int bytesBefore) {
    /**
     * Emits what is added for a method.
     *
     * @param nestHost internal name of the host of its nest
     */
    public static EmittedMethod of(SpillPlan plan, String nestHost) {
        MethodNode method = plan.async().method();
        return new EmittedMethod(
                plan,
                FrameClassEmitter.emit(plan, nestHost),
                Bodies.of(plan),
                Lines.first(method),
                CodeSize.of(method));
    }

    /** Name and descriptor of each method of its host that was written anew. */
    List<String> written() {
        return Stream.concat(Stream.of(plan.async().method()), bodies.all().stream())
                .map(it -> it.name + it.desc)
                .toList();
    }
}
