package dev.fermata.transformer;

import dev.fermata.transformer.ClassReport.Allocation;
import dev.fermata.transformer.ClassReport.Call;
import dev.fermata.transformer.ClassReport.Callee;
import dev.fermata.transformer.ClassReport.Code;
import dev.fermata.transformer.ClassReport.Dropped;
import dev.fermata.transformer.ClassReport.Edge;
import dev.fermata.transformer.ClassReport.Frame;
import dev.fermata.transformer.ClassReport.FrameField;
import dev.fermata.transformer.ClassReport.Handler;
import dev.fermata.transformer.ClassReport.How;
import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Range;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.ClassReport.Size;
import dev.fermata.transformer.ClassReport.State;
import dev.fermata.transformer.ClassReport.Way;
import dev.fermata.transformer.ClassReport.Why;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports of classes that nobody wove. */
public final class Reports {
    private Reports() {}

    public static ClassReport report(String className, @Nullable String sourceFile, MethodReport... methods) {
        return new ClassReport(className, sourceFile, "0.1.0", List.of(methods));
    }

    public static MethodReport method(
            String name, String descriptor, Kind kind, boolean lambda, int line, Point... points) {
        Code code = new Code(List.of(new Range(0, 3), new Range(5, 5)), List.of());
        List<Edge> next = List.of(
                new Edge(1, Way.NEXT, null, 0),
                new Edge(1, Way.CATCH, "java.io.IOException", 7),
                new Edge(1, Way.FINALLY, null, 0),
                new Edge(0, Way.RETURN, null, 0));
        FrameField state = new FrameField("state", "int", 12, 4, true, -1, List.of());
        FrameField field = new FrameField("a0", "java.lang.Object", 20, 4, false, 0, List.of(1, 2));
        return new MethodReport(
                name,
                descriptor,
                kind,
                false,
                lambda,
                new Range(line, line + 5),
                List.of(new State(0, List.of(new Range(line, line + 5)), code, next, true)),
                List.of(points),
                new Frame("com/acme/Shop$async$" + name, 12, 24, List.of(state, field)),
                new Size(40, 52, 96),
                List.of("too \"large\""));
    }

    public static Point point(int state, int line, String what, List<Saved> saved, String... dropped) {
        return new Point(
                state,
                line,
                1,
                what,
                new Call(How.COLD, "why", Allocation.IF_WOVEN, new Callee("a/B", "c", "()V")),
                new Code(List.of(), List.of()),
                saved,
                List.of(dropped).stream().map(it -> new Dropped(it, Why.DEAD)).toList(),
                List.of(new Handler("java.io.IOException", 7, new Range(5, 6)), new Handler(null, 0, Range.UNKNOWN)));
    }

    public static Saved saved(String name, String type, String field, String reason) {
        return new Saved(name, type, field, reason, 14, -1);
    }
}
