package dev.fermata.transformer.plan;

import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.SuspensionPoint;
import dev.fermata.transformer.plan.FrameLayout.Field;
import dev.fermata.transformer.plan.SpillPlan.Saved;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.List;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/** Makes the plans of a class's methods. */
public final class SpillPlanner {
    private final NamedClasses named;

    /** To be made while the class is as the compiler wrote it. */
    public SpillPlanner(ClassNode host) {
        this.named = NamedClasses.of(host);
    }

    /**
     * The plan of a method.
     *
     * @param normalised its copy, whose instructions stay as they are from here on
     * @param points its suspension points
     * @param frameClass internal name of the class of its frames
     * @throws dev.fermata.transformer.model.Refusal if something cannot be saved
     */
    public SpillPlan plan(AsyncMethod async, MethodNode normalised, List<SuspensionPoint> points, String frameClass) {
        StopPlanner planner = new StopPlanner(async, normalised, points, named);
        List<Stop> stops = points.stream().map(planner::plan).toList();
        List<Field> saved = stops.stream()
                .flatMap(it -> it.saved().stream())
                .map(Saved::field)
                .toList();
        return new SpillPlan(async, normalised, frameClass, stops, FrameLayout.of(async, saved, named));
    }
}
