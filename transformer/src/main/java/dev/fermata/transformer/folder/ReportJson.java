package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassReport;
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
import dev.fermata.transformer.folder.Json.Members;
import dev.fermata.transformer.folder.Json.View;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as JSON, as {@code docs/schema/report-1.schema.json} describes it. */
public final class ReportJson {
    private ReportJson() {}

    static Map<String, Object> write(ClassReport report) {
        return new Members()
                .with("name", report.className())
                .with("sourceFile", report.sourceFile())
                .with("version", report.version())
                .with("methods", report.methods(), it -> write(it).map())
                .map();
    }

    /** The members of a method. */
    public static Members write(MethodReport method) {
        return new Members()
                .with("name", method.name())
                .with("descriptor", method.descriptor())
                .with("kind", word(method.kind()))
                .with("static", method.isStatic())
                .with("lambda", method.lambda())
                .with("line", method.lines().first())
                .with("lastLine", method.lines().last())
                .with("states", method.states(), ReportJson::write)
                .with("points", method.points(), ReportJson::write)
                .with("frame", write(method.frame()))
                .with("size", write(method.size()))
                .with("warnings", method.warnings());
    }

    private static Map<String, Object> write(State state) {
        return new Members()
                .with("state", state.number())
                .with("lines", state.lines(), ReportJson::write)
                .with("code", write(state.code()))
                .with("next", state.next(), ReportJson::write)
                .with("more", state.more() ? true : null)
                .map();
    }

    private static List<Integer> write(Range range) {
        return List.of(range.first(), range.last());
    }

    private static Map<String, Object> write(Code code) {
        return new Members()
                .with("direct", code.direct(), ReportJson::write)
                .with("resuming", code.resuming(), ReportJson::write)
                .map();
    }

    private static Map<String, Object> write(Edge edge) {
        boolean handled = edge.way() == Way.CATCH || edge.way() == Way.FINALLY;
        return new Members()
                .unless(0, "to", edge.to())
                .with("how", word(edge.way()))
                .with("type", edge.type())
                .with("line", handled ? edge.line() : null)
                .map();
    }

    private static Map<String, Object> write(Point point) {
        return new Members()
                .with("point", point.state())
                .with("line", point.line())
                .with("ordinal", point.ordinal())
                .with("what", point.what())
                .with("call", write(point.call()))
                .with("code", write(point.code()))
                .with("saved", point.saved(), ReportJson::write)
                .with("dropped", point.dropped(), ReportJson::write)
                .with("handlers", point.handlers(), ReportJson::write)
                .map();
    }

    private static Map<String, Object> write(Call call) {
        Members members = new Members()
                .with("how", word(call.how()))
                .with("why", call.why())
                .with("withoutAllocation", word(call.withoutAllocation()));
        Callee callee = call.callee();
        if (callee != null) {
            members.with("owner", callee.owner()).with("name", callee.name()).with("descriptor", callee.descriptor());
        }
        return members.map();
    }

    private static Map<String, Object> write(Saved saved) {
        return new Members()
                .with("name", saved.name())
                .with("type", saved.type())
                .with("field", saved.field())
                .with("reason", saved.reason())
                .unless(0, "readAt", saved.readAt())
                .unless(-1, "slot", saved.slot())
                .map();
    }

    private static Map<String, Object> write(Dropped dropped) {
        return new Members()
                .with("name", dropped.name())
                .with("why", word(dropped.why()))
                .with("reason", dropped.why().words())
                .map();
    }

    private static Map<String, Object> write(Handler handler) {
        return new Members()
                .with("type", handler.type())
                .with("line", handler.line())
                .with("range", write(handler.range()))
                .map();
    }

    private static Map<String, Object> write(Frame frame) {
        return new Members()
                .with("class", frame.name())
                .with("header", frame.header())
                .with("bytes", frame.bytes())
                .with("fields", frame.fields(), ReportJson::write)
                .map();
    }

    private static Map<String, Object> write(FrameField field) {
        return new Members()
                .with("name", field.name())
                .with("type", field.type())
                .with("offset", field.offset())
                .with("bytes", field.bytes())
                .with("inherited", field.inherited())
                .unless(-1, "argument", field.argument())
                .with("points", field.points().isEmpty() ? null : field.points())
                .map();
    }

    private static Map<String, Object> write(Size size) {
        return new Members()
                .with("before", size.before())
                .with("direct", size.direct())
                .with("resuming", size.resuming())
                .with("inlineLimit", Size.MOST_INLINED)
                .with("compileLimit", Size.MOST_COMPILED)
                .map();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ClassReport readClass(View report) {
        return new ClassReport(
                report.text("name"),
                report.textOrNull("sourceFile"),
                report.text("version"),
                report.list("methods", ReportJson::readMethod));
    }

    private static MethodReport readMethod(View method) {
        return new MethodReport(
                method.text("name"),
                method.text("descriptor"),
                constant(Kind.class, method, "kind"),
                method.flag("static"),
                method.flag("lambda"),
                new Range(method.number("line"), method.number("lastLine")),
                method.list("states", ReportJson::readState),
                method.list("points", ReportJson::readPoint),
                readFrame(method.object("frame")),
                readSize(method.object("size")),
                texts(method, "warnings"));
    }

    private static State readState(View state) {
        return new State(
                state.number("state"),
                ranges(state, "lines"),
                readCode(state.object("code")),
                state.list("next", ReportJson::readEdge),
                state.members().containsKey("more"));
    }

    private static Code readCode(View code) {
        return new Code(ranges(code, "direct"), ranges(code, "resuming"));
    }

    private static Edge readEdge(View edge) {
        return new Edge(
                edge.numberOr("to", 0),
                constant(Way.class, edge, "how"),
                edge.textOrNull("type"),
                edge.numberOr("line", 0));
    }

    private static Point readPoint(View point) {
        return new Point(
                point.number("point"),
                point.number("line"),
                point.number("ordinal"),
                point.text("what"),
                readCall(point.object("call")),
                readCode(point.object("code")),
                point.list("saved", ReportJson::readSaved),
                point.list("dropped", it -> new Dropped(it.text("name"), constant(Why.class, it, "why"))),
                point.list("handlers", ReportJson::readHandler));
    }

    private static Call readCall(View call) {
        String owner = call.textOrNull("owner");
        return new Call(
                constant(How.class, call, "how"),
                call.text("why"),
                constant(Allocation.class, call, "withoutAllocation"),
                owner == null ? null : new Callee(owner, call.text("name"), call.text("descriptor")));
    }

    private static Saved readSaved(View saved) {
        return new Saved(
                saved.text("name"),
                saved.text("type"),
                saved.text("field"),
                saved.text("reason"),
                saved.numberOr("readAt", 0),
                saved.numberOr("slot", -1));
    }

    private static Handler readHandler(View handler) {
        return new Handler(
                handler.textOrNull("type"), handler.number("line"), range(handler.elements("range"), "range"));
    }

    private static Frame readFrame(View frame) {
        return new Frame(
                frame.text("class"),
                frame.number("header"),
                frame.number("bytes"),
                frame.list("fields", ReportJson::readField));
    }

    private static FrameField readField(View field) {
        return new FrameField(
                field.text("name"),
                field.text("type"),
                field.number("offset"),
                field.number("bytes"),
                field.flag("inherited"),
                field.numberOr("argument", -1),
                field.members().containsKey("points")
                        ? field.elements("points").stream()
                                .map(it -> View.cast(Integer.class, it, "points"))
                                .toList()
                        : List.of());
    }

    private static Size readSize(View size) {
        return new Size(size.number("before"), size.number("direct"), size.number("resuming"));
    }

    private static List<Range> ranges(View view, String name) {
        return view.elements(name).stream().map(it -> range(it, name)).toList();
    }

    private static Range range(Object value, String name) {
        List<?> ends = View.cast(List.class, value, name);
        if (ends.size() != 2) {
            throw new IllegalArgumentException(name + " has no two ends");
        }
        return new Range(View.cast(Integer.class, ends.get(0), name), View.cast(Integer.class, ends.get(1), name));
    }

    static List<String> texts(View view, String name) {
        return view.elements(name).stream()
                .map(it -> View.cast(String.class, it, name))
                .toList();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, View view, String name) {
        return Enum.valueOf(type, view.text(name).toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
