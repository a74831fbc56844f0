package dev.fermata.transformer;

import java.util.List;
import java.util.stream.Stream;

/**
 * A method that has become a cold call, bodies and a frame class.
 *
 * @param plan what it was emitted from
 * @param frame the class of its frames
 * @param bodies that were added to its host
 * @param line of its first instruction, 0 if unknown
 * @param bytesBefore size of its bytecode before
 */
record EmittedMethod(SpillPlan plan, EmittedClass frame, Bodies bodies, int line, int bytesBefore) {
    /** Name and descriptor of each method of its host that was written anew. */
    List<String> written() {
        return Stream.concat(Stream.of(plan.async().method()), bodies.all().stream())
                .map(it -> it.name + it.desc)
                .toList();
    }
}
