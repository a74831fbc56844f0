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
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * What was done to a method. Most builds run this in a JVM that has just started, and seldom enough that linking a lambda, or
 * the {@code equals} that javac gives a record, costs more than all that is done with it. So here, and where the report is
 * written, are neither.
 */
final class MethodExplanation {
    private final EmittedMethod emitted;
    private final SpillPlan plan;
    private final AsyncMethod async;
    private final MethodNode body;
    private final Regions regions;

    /** The line of each instruction of the normalised method, 0 if unknown. */
    private final int[] lines;

    /** The numbers of the points, by their instruction. */
    private final Map<AbstractInsnNode, Integer> points = new IdentityHashMap<>();

    private final Ordinals direct;
    private final @Nullable Ordinals resuming;

    MethodExplanation(EmittedMethod emitted) {
        this.emitted = emitted;
        this.plan = emitted.plan();
        this.async = plan.async();
        this.body = plan.body();
        for (Stop stop : plan.stops()) {
            points.put(stop.point().instruction(), stop.point().state());
        }
        this.regions = new Regions(body, points.keySet());
        this.lines = lines(body);
        Bodies.Body resuming = emitted.bodies().resuming();
        this.direct = new Ordinals(emitted.bodies().direct(), lines.length);
        this.resuming = resuming == null ? null : new Ordinals(resuming, lines.length);
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
        List<Edge> next = new ArrayList<>();
        for (int end = straight.ends().nextSetBit(0);
                end >= 0;
                end = straight.ends().nextSetBit(end + 1)) {
            add(next, edge(end, end <= index ? Way.LOOP : Way.NEXT, null, 0));
        }
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
            for (int end = region.ends().nextSetBit(0);
                    end >= 0;
                    end = region.ends().nextSetBit(end + 1)) {
                add(next, edge(end, way, binary(range.type), line));
            }
            if (entered.add(range.handler)) {
                code.or(region.code());
                returns |= region.returns();
                throwsOut |= region.throwsOut();
                complete &= region.complete();
                handlers.addAll(region.handlers());
            }
        }
        if (returns) {
            next.add(new Edge(0, Way.RETURN, null, 0));
        }
        if (throwsOut) {
            next.add(new Edge(0, Way.THROW, null, 0));
        }
        return new State(number, linesOf(code), codeOf(code), List.copyOf(next), !complete);
    }

    /** Each once, because several ranges may have one handler; in the order of the points, then in that of their finding. */
    private static void add(List<Edge> edges, Edge edge) {
        int at = 0;
        for (Edge other : edges) {
            if (isSame(other, edge)) {
                return;
            }
            if (other.to() <= edge.to()) {
                at++;
            }
        }
        edges.add(at, edge);
    }

    private static boolean isSame(Edge one, Edge other) {
        return one.to() == other.to()
                && one.way() == other.way()
                && one.line() == other.line()
                && Objects.equals(one.type(), other.type());
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
        BitSet found = new BitSet();
        for (int i = code.nextSetBit(0); i >= 0; i = code.nextSetBit(i + 1)) {
            if (lines[i] > 0 && Instructions.isReal(body.instructions.get(i))) {
                found.set(lines[i]);
            }
        }
        return ranges(found);
    }

    private static List<Range> ranges(BitSet numbers) {
        List<Range> ranges = new ArrayList<>();
        int first = numbers.nextSetBit(0);
        while (first >= 0) {
            int end = numbers.nextClearBit(first);
            ranges.add(new Range(first, end - 1));
            first = numbers.nextSetBit(end);
        }
        return List.copyOf(ranges);
    }

    private Code codeOf(BitSet code) {
        return new Code(ranges(direct.of(code)), resuming == null ? List.of() : ranges(resuming.of(code)));
    }

    /** Which instructions of a body stand in the place of which of the normalised method. */
    private static final class Ordinals {
        /** By the index of an instruction of the normalised method: the first that stands there, -1 if none does. */
        private final int[] first;

        /** By ordinal: the next one in the same place, -1 if there is none. */
        private final int[] next;

        Ordinals(Bodies.Body body, int instructions) {
            first = new int[instructions];
            Arrays.fill(first, -1);
            next = new int[body.origins().size()];
            for (int i = next.length - 1; i >= 0; i--) {
                int origin = body.origins().get(i);
                if (origin >= 0) {
                    next[i] = first[origin];
                    first[origin] = i;
                }
            }
        }

        BitSet of(BitSet code) {
            BitSet ordinals = new BitSet();
            for (int origin = code.nextSetBit(0); origin >= 0; origin = code.nextSetBit(origin + 1)) {
                for (int i = first[origin]; i >= 0; i = next[i]) {
                    ordinals.set(i);
                }
            }
            return ordinals;
        }
    }

    private List<Point> points() {
        List<Point> reports = new ArrayList<>();
        Map<Integer, Integer> ofLines = new HashMap<>();
        for (Stop stop : plan.stops()) {
            int line = stop.point().line();
            int ordinal = 1 + ofLines.getOrDefault(line, 0);
            ofLines.put(line, ordinal);
            reports.add(point(stop, ordinal));
        }
        return List.copyOf(reports);
    }

    private Point point(Stop stop, int ordinal) {
        BitSet own = new BitSet();
        own.set(Instructions.indexOf(body, stop.point().instruction()));
        List<Dropped> dropped = new ArrayList<>();
        for (SpillPlan.Dropped each : stop.dropped()) {
            dropped.add(dropped(stop, each));
        }
        List<Handler> handlers = new ArrayList<>();
        for (TryCatchBlockNode range : regions.handlersOf(stop.point().instruction())) {
            handlers.add(handler(range));
        }
        return new Point(
                stop.point().state(),
                stop.point().line(),
                ordinal,
                SuspensionPoints.describe(stop.point()),
                CallExplanation.of(stop.point()),
                codeOf(own),
                saved(stop),
                List.copyOf(dropped),
                List.copyOf(handlers));
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
                    typeOf(stop, each),
                    each.field().name(),
                    each.reason(),
                    each instanceof SavedLocal local ? local.readAt() : 0,
                    each instanceof SavedLocal local ? local.slot() : -1));
        }
        return List.copyOf(saved);
    }

    /** As the source declares it: to the JVM a boolean, a byte, a char and a short are ints. */
    private String typeOf(Stop stop, SpillPlan.Saved saved) {
        if (saved instanceof SavedLocal local && Opcodes.INTEGER.equals(saved.type()) && body.localVariables != null) {
            int index = Instructions.indexOf(body, stop.point().instruction());
            for (LocalVariableNode variable : body.localVariables) {
                if (variable.index == local.slot()
                        && Instructions.indexOf(body, variable.start) <= index
                        && index < Instructions.indexOf(body, variable.end)) {
                    return Type.getType(variable.desc).getClassName();
                }
            }
        }
        return Slots.javaName(saved.type());
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
