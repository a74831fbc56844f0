package dev.fermata.transformer.folder;

import com.google.gson.stream.JsonWriter;
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
import dev.fermata.transformer.folder.Json.View;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A report as JSON, as {@code docs/schema/report-1.schema.json} describes it. */
public final class ReportJson {
    private ReportJson() {}

    static void write(JsonWriter out, ClassReport report) throws IOException {
        out.beginObject();
        out.name("name").value(report.className());
        out.name("sourceFile").value(report.sourceFile());
        out.name("version").value(report.version());
        out.name("methods").beginArray();
        for (MethodReport method : report.methods()) {
            out.beginObject();
            writeMembers(out, method);
            out.endObject();
        }
        out.endArray();
        out.endObject();
    }

    /** Writes the members of a method into the object that has been begun. */
    public static void writeMembers(JsonWriter out, MethodReport method) throws IOException {
        out.name("name").value(method.name());
        out.name("descriptor").value(method.descriptor());
        out.name("kind").value(word(method.kind()));
        out.name("static").value(method.isStatic());
        out.name("lambda").value(method.lambda());
        out.name("line").value(method.lines().first());
        out.name("lastLine").value(method.lines().last());
        out.name("states").beginArray();
        for (State state : method.states()) {
            write(out, state);
        }
        out.endArray();
        out.name("points").beginArray();
        for (Point point : method.points()) {
            write(out, point);
        }
        out.endArray();
        write(out.name("frame"), method.frame());
        write(out.name("size"), method.size());
        Json.writeTexts(out.name("warnings"), method.warnings());
    }

    private static void write(JsonWriter out, State state) throws IOException {
        out.beginObject();
        out.name("state").value(state.number());
        write(out.name("lines"), state.lines());
        write(out.name("code"), state.code());
        out.name("next").beginArray();
        for (Edge edge : state.next()) {
            write(out, edge);
        }
        out.endArray();
        if (state.more()) {
            out.name("more").value(true);
        }
        out.endObject();
    }

    private static void write(JsonWriter out, List<Range> ranges) throws IOException {
        out.beginArray();
        for (Range range : ranges) {
            write(out, range);
        }
        out.endArray();
    }

    private static void write(JsonWriter out, Range range) throws IOException {
        out.beginArray().value(range.first()).value(range.last()).endArray();
    }

    private static void write(JsonWriter out, Code code) throws IOException {
        out.beginObject();
        write(out.name("direct"), code.direct());
        write(out.name("resuming"), code.resuming());
        out.endObject();
    }

    private static void write(JsonWriter out, Edge edge) throws IOException {
        out.beginObject();
        Json.writeUnless(0, out, "to", edge.to());
        out.name("how").value(word(edge.way()));
        out.name("type").value(edge.type());
        if (edge.way() == Way.CATCH || edge.way() == Way.FINALLY) {
            out.name("line").value(edge.line());
        }
        out.endObject();
    }

    private static void write(JsonWriter out, Point point) throws IOException {
        out.beginObject();
        out.name("point").value(point.state());
        out.name("line").value(point.line());
        out.name("ordinal").value(point.ordinal());
        out.name("what").value(point.what());
        write(out.name("call"), point.call());
        write(out.name("code"), point.code());
        out.name("saved").beginArray();
        for (Saved saved : point.saved()) {
            write(out, saved);
        }
        out.endArray();
        out.name("dropped").beginArray();
        for (Dropped dropped : point.dropped()) {
            write(out, dropped);
        }
        out.endArray();
        out.name("handlers").beginArray();
        for (Handler handler : point.handlers()) {
            write(out, handler);
        }
        out.endArray();
        out.endObject();
    }

    private static void write(JsonWriter out, Call call) throws IOException {
        out.beginObject();
        out.name("how").value(word(call.how()));
        out.name("why").value(call.why());
        out.name("withoutAllocation").value(word(call.withoutAllocation()));
        Callee callee = call.callee();
        if (callee != null) {
            out.name("owner").value(callee.owner());
            out.name("name").value(callee.name());
            out.name("descriptor").value(callee.descriptor());
        }
        out.endObject();
    }

    private static void write(JsonWriter out, Saved saved) throws IOException {
        out.beginObject();
        out.name("name").value(saved.name());
        out.name("type").value(saved.type());
        out.name("field").value(saved.field());
        out.name("reason").value(saved.reason());
        Json.writeUnless(0, out, "readAt", saved.readAt());
        Json.writeUnless(-1, out, "slot", saved.slot());
        out.endObject();
    }

    private static void write(JsonWriter out, Dropped dropped) throws IOException {
        out.beginObject();
        out.name("name").value(dropped.name());
        out.name("why").value(word(dropped.why()));
        out.name("reason").value(dropped.why().words());
        out.endObject();
    }

    private static void write(JsonWriter out, Handler handler) throws IOException {
        out.beginObject();
        out.name("type").value(handler.type());
        out.name("line").value(handler.line());
        write(out.name("range"), handler.range());
        out.endObject();
    }

    private static void write(JsonWriter out, Frame frame) throws IOException {
        out.beginObject();
        out.name("class").value(frame.name());
        out.name("header").value(frame.header());
        out.name("bytes").value(frame.bytes());
        out.name("fields").beginArray();
        for (FrameField field : frame.fields()) {
            write(out, field);
        }
        out.endArray();
        out.endObject();
    }

    private static void write(JsonWriter out, FrameField field) throws IOException {
        out.beginObject();
        out.name("name").value(field.name());
        out.name("type").value(field.type());
        out.name("offset").value(field.offset());
        out.name("bytes").value(field.bytes());
        out.name("inherited").value(field.inherited());
        Json.writeUnless(-1, out, "argument", field.argument());
        if (!field.points().isEmpty()) {
            Json.writeNumbers(out.name("points"), field.points());
        }
        out.endObject();
    }

    private static void write(JsonWriter out, Size size) throws IOException {
        out.beginObject();
        out.name("before").value(size.before());
        out.name("direct").value(size.direct());
        out.name("resuming").value(size.resuming());
        out.name("inlineLimit").value(Size.MOST_INLINED);
        out.name("compileLimit").value(Size.MOST_COMPILED);
        out.endObject();
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
