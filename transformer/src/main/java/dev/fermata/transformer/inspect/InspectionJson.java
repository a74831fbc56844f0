package dev.fermata.transformer.inspect;

import com.google.gson.stream.JsonWriter;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.folder.Json;
import dev.fermata.transformer.folder.KeptReports.Problem;
import dev.fermata.transformer.folder.ReportJson;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import dev.fermata.transformer.inspect.SourceMarks.Excerpt;
import dev.fermata.transformer.inspect.SourceMarks.Mark;
import java.io.IOException;
import java.util.List;
import org.objectweb.asm.tree.ClassNode;

/** An inspection as JSON for pages and tools, as {@code docs/schema/inspection-1.schema.json} describes it. */
public final class InspectionJson {
    /** To be counted up when a member goes or changes its meaning. */
    private static final int SCHEMA = 1;

    private InspectionJson() {}

    /** The document of some classes, in one line. */
    public static String of(List<Inspected> classes, List<Problem> problems) {
        return document(classes.stream().map(InspectionJson::of).toList(), problems);
    }

    /** The document of classes that have been written already, each by {@link #of(Inspected)}. */
    static String document(List<String> classes, List<Problem> problems) {
        return Json.write(out -> writeMembers(out, classes, problems));
    }

    /** Writes the members of that document into the object that has been begun. */
    static void writeMembers(JsonWriter out, List<String> classes, List<Problem> problems) throws IOException {
        out.name("schema").value(SCHEMA);
        out.name("classes").beginArray();
        for (String text : classes) {
            out.jsonValue(text);
        }
        out.endArray();
        write(out.name("problems"), problems);
    }

    /** A class in a document. */
    static String of(Inspected inspected) {
        return Json.write(out -> writeMembers(out, inspected)).strip();
    }

    static void write(JsonWriter out, List<Problem> problems) throws IOException {
        out.beginArray();
        for (Problem problem : problems) {
            out.beginObject();
            out.name("class").value(problem.className());
            out.name("text").value(problem.text());
            out.endObject();
        }
        out.endArray();
    }

    private static void writeMembers(JsonWriter out, Inspected inspected) throws IOException {
        ClassReport report = inspected.report();
        SourceFile source = inspected.source();
        SourceMarks marks = SourceMarks.of(source == null ? "" : source.text(), report);
        ClassNode original = Bytecode.read(inspected.original());
        ClassNode woven = Bytecode.read(inspected.woven());
        out.name("name").value(report.className());
        out.name("title").value(inspected.title());
        out.name("folder").value(inspected.kind());
        out.name("sourceFile").value(report.sourceFile());
        out.name("version").value(report.version());
        if (source != null) {
            write(out.name("source"), source, marks);
        }
        out.name("methods").beginArray();
        for (MethodReport method : report.methods()) {
            out.beginObject();
            out.name("title").value(Inspection.title(method));
            ReportJson.writeMembers(out, method);
            Excerpt excerpt = marks.excerpts().get(method);
            if (excerpt != null) {
                write(out.name("source"), method, excerpt);
            }
            Bytecode.write(out.name("bytecode"), method, original, woven);
            out.endObject();
        }
        out.endArray();
    }

    private static void write(JsonWriter out, SourceFile source, SourceMarks marks) throws IOException {
        String unparsed = marks.problem() == null ? null : "could not be parsed: " + marks.problem();
        out.beginObject();
        Json.writeTexts(out.name("lines"), source.text().lines().toList());
        out.name("problem").value(source.problem() == null ? unparsed : source.problem());
        out.endObject();
    }

    private static void write(JsonWriter out, MethodReport method, Excerpt excerpt) throws IOException {
        out.beginObject();
        out.name("firstLine").value(excerpt.firstLine());
        out.name("lastLine").value(excerpt.lastLine());
        out.name("signature").value(excerpt.signature());
        out.name("marks").beginArray();
        for (Mark mark : excerpt.marks()) {
            write(out, mark);
        }
        out.endArray();
        Json.writeNumbers(
                out.name("unmarked"),
                excerpt.unmarked(method).stream().map(Point::state).toList());
        out.endObject();
    }

    private static void write(JsonWriter out, Mark mark) throws IOException {
        out.beginObject();
        out.name("firstLine").value(mark.firstLine());
        out.name("firstColumn").value(mark.firstColumn());
        out.name("lastLine").value(mark.lastLine());
        out.name("lastColumn").value(mark.lastColumn());
        Json.writeNumbers(out.name("points"), mark.states());
        out.endObject();
    }
}
