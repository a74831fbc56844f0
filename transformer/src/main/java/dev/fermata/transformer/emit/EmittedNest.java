package dev.fermata.transformer.emit;

import dev.fermata.transformer.plan.ClassPlan;
import java.util.List;

/**
 * A nest that was written.
 *
 * @param changed the classes that differ from what came in
 * @param hosts those with async methods
 */
public record EmittedNest(List<EmittedClass> changed, List<Host> hosts) {
    /**
     * A class whose async methods were replaced.
     *
     * @param methods in the order of their plans
     */
    public record Host(ClassPlan plan, List<EmittedMethod> methods) {}

    /** The frame classes that were added, one for each method. */
    public List<EmittedClass> frames() {
        return hosts.stream()
                .flatMap(it -> it.methods().stream())
                .map(EmittedMethod::frame)
                .toList();
    }
}
