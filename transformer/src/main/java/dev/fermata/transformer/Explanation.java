package dev.fermata.transformer;

import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.analysis.Slots;
import dev.fermata.transformer.emit.EmittedMethod;
import dev.fermata.transformer.emit.EmittedNest;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.SuspensionPoints;
import dev.fermata.transformer.plan.FrameLayout;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.objectweb.asm.tree.ClassNode;

/** What was done to a class, in words and without anything of ASM. */
final class Explanation {
    private Explanation() {}

    static ClassReport of(EmittedNest.Host emitted) {
        ClassNode host = emitted.plan().host();
        List<MethodReport> methods = emitted.methods().stream()
                .map(Explanation::of)
                .sorted(Comparator.comparingInt(MethodReport::line))
                .toList();
        return new ClassReport(host.name.replace('/', '.'), host.sourceFile, methods);
    }

    private static MethodReport of(EmittedMethod emitted) {
        SpillPlan plan = emitted.plan();
        AsyncMethod async = plan.async();
        return new MethodReport(
                async.method().name,
                async.method().desc,
                of(async.kind()),
                async.lambda(),
                emitted.line(),
                plan.stops().stream().map(stop -> of(async, stop)).toList(),
                plan.frameClass(),
                emitted.bytesBefore(),
                emitted.bodies().bytesDirect(),
                emitted.bodies().bytesResume());
    }

    private static ClassReport.Kind of(AsyncMethod.Kind kind) {
        return switch (kind) {
            case COLD -> ClassReport.Kind.COLD;
            case HOT -> ClassReport.Kind.HOT;
            case TEST -> ClassReport.Kind.TEST;
        };
    }

    private static Point of(AsyncMethod async, Stop stop) {
        List<Saved> saved = new ArrayList<>();
        if (!async.isStatic()) {
            saved.add(new Saved(
                    "this",
                    async.host().name.replace('/', '.'),
                    FrameLayout.SELF,
                    "the object whose method continues"));
        }
        for (SpillPlan.Saved each : stop.saved()) {
            saved.add(new Saved(
                    each.name(), Slots.javaName(each.type()), each.field().name(), each.reason()));
        }
        return new Point(
                stop.point().state(),
                stop.point().line(),
                SuspensionPoints.describe(stop.point()),
                List.copyOf(saved),
                stop.dropped());
    }
}
