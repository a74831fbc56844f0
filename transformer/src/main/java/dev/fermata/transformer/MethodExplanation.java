package dev.fermata.transformer;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.ClassReport.Code;
import dev.fermata.transformer.ClassReport.Dropped;
import dev.fermata.transformer.ClassReport.Edge;
import dev.fermata.transformer.ClassReport.Handler;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Range;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.ClassReport.Size;
import dev.fermata.transformer.ClassReport.State;
import dev.fermata.transformer.ClassReport.Way;
import dev.fermata.transformer.ClassReport.Why;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.analysis.Regions;
import dev.fermata.transformer.analysis.Regions.Region;
import dev.fermata.transformer.analysis.Slots;
import dev.fermata.transformer.emit.Bodies;
import dev.fermata.transformer.emit.EmittedMethod;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.SuspensionPoints;
import dev.fermata.transformer.plan.FrameLayout;
import dev.fermata.transformer.plan.SpillPlan;
import dev.fermata.transformer.plan.SpillPlan.SavedLocal;
import dev.fermata.transformer.plan.SpillPlan.Stop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/** What was done to a method. */
final class MethodExplanation {
    private final EmittedMethod emitted;
    private final SpillPlan plan;
    private final AsyncMethod async;
    private final MethodNode body;
    private final Regions regions;

    /** The line of each instruction of the normalised method, 0 if unknown. */
    private final int[] lines;

    /** The numbers of the points, by the index of their instruction. */
    private final Map<AbstractInsnNode, Integer> points = new IdentityHashMap<>();

    MethodExplanation(EmittedMethod emitted) {
        this.emitted = emitted;
        this.plan = emitted.plan();
        this.async = plan.async();
        this.body = plan.body();
        this.regions = new Regions(
                body, plan.stops().stream().map(it -> it.point().instruction()).toList());
        this.lines = lines(body);
        plan.stops()
                .forEach(it -> points.put(it.point().instruction(), it.point().state()));
    }

    private static int[] lines(MethodNode method) {
        int[] lines = new int[method.instructions.size()];
        int line = 0;
        for (int i = 0; i < lines.length; i++) {
            line = method.instructions.get(i) instanceof LineNumberNode found ? found.line : line;
            lines[i] = line;
        }
        return lines;
    }

    MethodReport report() {
        Size size = new Size(
                emitted.bytesBefore(),
                emitted.bodies().bytesDirect(),
                emitted.bodies().bytesResume());
        int lastLine = Math.max(emitted.line(), last(lines));
        return new MethodReport(
                async.method().name,
                async.method().desc,
                kind(),
                async.isStatic(),
                async.lambda(),
                new Range(emitted.line(), lastLine),
                states(),
                points(),
                FrameExplanation.of(plan),
                size,
                size.isNeverCompiled() ? List.of(Rule.METHOD_NEVER_COMPILED.messageAt(size.text())) : List.of());
    }

    private static int last(int[] lines) {
        int last = 0;
        for (int line : lines) {
            last = Math.max(last, line);
        }
        return last;
    }

    private ClassReport.Kind kind() {
        return switch (async.kind()) {
            case COLD -> ClassReport.Kind.COLD;
            case HOT -> ClassReport.Kind.HOT;
            case TEST -> ClassReport.Kind.TEST;
        };
    }

    private List<State> states() {
        List<State> states = new ArrayList<>();
        states.add(state(0, -1, regions.fromBeginning()));
        for (Stop stop : plan.stops()) {
            AbstractInsnNode instruction = stop.point().instruction();
            int index = Instructions.indexOf(body, instruction);
            states.add(state(stop.point().state(), index, regions.behind(instruction)));
        }
        return List.copyOf(states);
    }

    private State state(int number, int index, Region straight) {
        BitSet code = (BitSet) straight.code().clone();
        Set<Edge> edges = new LinkedHashSet<>();
        straight.ends().stream().forEach(end -> edges.add(edge(end, end <= index ? Way.LOOP : Way.NEXT, null, 0)));
        boolean returns = straight.returns();
        boolean throwsOut = straight.throwsOut();
        boolean complete = straight.complete();
        Set<LabelNode> entered = new HashSet<>();
        Deque<TryCatchBlockNode> handlers = new ArrayDeque<>(straight.handlers());
        while (!handlers.isEmpty()) {
            TryCatchBlockNode range = handlers.remove();
            Region region = regions.of(range);
            Way way = range.type == null ? Way.FINALLY : Way.CATCH;
            int line = lineOf(range.handler);
            region.ends().stream().forEach(end -> edges.add(edge(end, way, binary(range.type), line)));
            if (entered.add(range.handler)) {
                code.or(region.code());
                returns |= region.returns();
                throwsOut |= region.throwsOut();
                complete &= region.complete();
                handlers.addAll(region.handlers());
            }
        }
        List<Edge> next = new ArrayList<>(edges);
        next.sort((left, right) -> Integer.compare(left.to(), right.to()));
        if (returns) {
            next.add(new Edge(0, Way.RETURN, null, 0));
        }
        if (throwsOut) {
            next.add(new Edge(0, Way.THROW, null, 0));
        }
        return new State(number, linesOf(code), codeOf(code), List.copyOf(next), !complete);
    }

    private Edge edge(int end, Way way, @Nullable String type, int line) {
        Integer point = points.get(body.instructions.get(end));
        if (point == null) {
            throw new IllegalStateException("no point at instruction " + end);
        }
        return new Edge(point, way, type, line);
    }

    private static @Nullable String binary(@Nullable String internalName) {
        return internalName == null ? null : internalName.replace('/', '.');
    }

    /** The first line of a handler, which begins with a label. */
    private int lineOf(LabelNode handler) {
        AbstractInsnNode first = Instructions.nextReal(handler);
        return first == null ? 0 : lines[Instructions.indexOf(body, first)];
    }

    private List<Range> linesOf(BitSet code) {
        TreeSet<Integer> found = new TreeSet<>();
        code.stream()
                .filter(it -> lines[it] > 0 && Instructions.isReal(body.instructions.get(it)))
                .forEach(it -> found.add(lines[it]));
        return ranges(found);
    }

    private static List<Range> ranges(Iterable<Integer> rising) {
        List<Range> ranges = new ArrayList<>();
        int first = -2;
        int last = -2;
        for (int each : rising) {
            if (each != last + 1) {
                if (last >= 0) {
                    ranges.add(new Range(first, last));
                }
                first = each;
            }
            last = each;
        }
        if (last >= 0) {
            ranges.add(new Range(first, last));
        }
        return List.copyOf(ranges);
    }

    private Code codeOf(BitSet code) {
        Bodies.Body resuming = emitted.bodies().resuming();
        return new Code(
                ordinals(emitted.bodies().direct(), code), resuming == null ? List.of() : ordinals(resuming, code));
    }

    private static List<Range> ordinals(Bodies.Body body, BitSet code) {
        List<Integer> ordinals = new ArrayList<>();
        for (int i = 0; i < body.origins().size(); i++) {
            int origin = body.origins().get(i);
            if (origin >= 0 && code.get(origin)) {
                ordinals.add(i);
            }
        }
        return ranges(ordinals);
    }

    private List<Point> points() {
        List<Point> reports = new ArrayList<>();
        for (Stop stop : plan.stops()) {
            int line = stop.point().line();
            int ordinal =
                    1 + (int) reports.stream().filter(it -> it.line() == line).count();
            reports.add(point(stop, ordinal));
        }
        return List.copyOf(reports);
    }

    private Point point(Stop stop, int ordinal) {
        BitSet own = new BitSet();
        own.set(Instructions.indexOf(body, stop.point().instruction()));
        return new Point(
                stop.point().state(),
                stop.point().line(),
                ordinal,
                SuspensionPoints.describe(stop.point()),
                CallExplanation.of(stop.point()),
                codeOf(own),
                saved(stop),
                stop.dropped().stream().map(it -> dropped(stop, it)).toList(),
                regions.handlersOf(stop.point().instruction()).stream()
                        .map(this::handler)
                        .toList());
    }

    private List<Saved> saved(Stop stop) {
        List<Saved> saved = new ArrayList<>();
        if (!async.isStatic()) {
            saved.add(new Saved(
                    "this",
                    async.host().name.replace('/', '.'),
                    FrameLayout.SELF,
                    "the object whose method continues",
                    0,
                    0));
        }
        for (SpillPlan.Saved each : stop.saved()) {
            saved.add(new Saved(
                    each.name(),
                    Slots.javaName(each.type()),
                    each.field().name(),
                    each.reason(),
                    each instanceof SavedLocal local ? local.readAt() : 0,
                    each instanceof SavedLocal local ? local.slot() : -1));
        }
        return List.copyOf(saved);
    }

    private static Dropped dropped(Stop stop, SpillPlan.Dropped dropped) {
        Why why = dropped.read() ? Why.NULL : stop.zeroed().containsKey(dropped.slot()) ? Why.ZEROED : Why.DEAD;
        return new Dropped(dropped.name(), why);
    }

    private Handler handler(TryCatchBlockNode range) {
        BitSet covered = new BitSet();
        covered.set(Instructions.indexOf(body, range.start), Instructions.indexOf(body, range.end));
        List<Range> coveredLines = linesOf(covered);
        Range whole = coveredLines.isEmpty()
                ? Range.UNKNOWN
                : new Range(
                        coveredLines.get(0).first(),
                        coveredLines.get(coveredLines.size() - 1).last());
        return new Handler(binary(range.type), lineOf(range.handler), whole);
    }
}
