package dev.fermata.transformer.inspect;

import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.folder.Json;
import dev.fermata.transformer.folder.Json.Members;
import dev.fermata.transformer.folder.KeptReports.Problem;
import dev.fermata.transformer.folder.ReportJson;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import dev.fermata.transformer.inspect.SourceMarks.Excerpt;
import dev.fermata.transformer.inspect.SourceMarks.Mark;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.ClassNode;

/** An inspection as JSON for pages and tools, as {@code docs/schema/inspection-1.schema.json} describes it. */
public final class InspectionJson {
    /** To be counted up when a member goes or changes its meaning. */
    private static final int SCHEMA = 1;

    private InspectionJson() {}

    /** The document of some classes, in one line. */
    public static String of(List<Inspected> classes, List<Problem> problems) {
        return Json.write(new Members()
                .with("schema", SCHEMA)
                .with("classes", classes, InspectionJson::write)
                .with("problems", problems, InspectionJson::write)
                .map());
    }

    private static Map<String, Object> write(Problem problem) {
        return new Members()
                .with("class", problem.className())
                .with("text", problem.text())
                .map();
    }

    private static Map<String, Object> write(Inspected inspected) {
        ClassReport report = inspected.report();
        SourceFile source = inspected.source();
        SourceMarks marks = SourceMarks.of(source == null ? "" : source.text(), report);
        ClassNode original = Bytecode.read(inspected.original());
        ClassNode woven = Bytecode.read(inspected.woven());
        return new Members()
                .with("name", report.className())
                .with("title", inspected.title())
                .with("folder", inspected.kind())
                .with("sourceFile", report.sourceFile())
                .with("version", report.version())
                .with("source", source == null ? null : write(source, marks))
                .with(
                        "methods",
                        report.methods(),
                        it -> write(it, marks.excerpts().get(it), original, woven))
                .map();
    }

    private static Map<String, Object> write(SourceFile source, SourceMarks marks) {
        String unparsed = marks.problem() == null ? null : "could not be parsed: " + marks.problem();
        return new Members()
                .with("lines", source.text().lines().toList())
                .with("problem", source.problem() == null ? unparsed : source.problem())
                .map();
    }

    private static Map<String, Object> write(
            MethodReport method, @Nullable Excerpt excerpt, @Nullable ClassNode original, @Nullable ClassNode woven) {
        Members members = new Members().with("title", Inspection.title(method));
        ReportJson.write(method).map().forEach(members::with);
        return members.with("source", excerpt == null ? null : write(method, excerpt))
                .with("bytecode", Bytecode.of(method, original, woven))
                .map();
    }

    private static Map<String, Object> write(MethodReport method, Excerpt excerpt) {
        return new Members()
                .with("firstLine", excerpt.firstLine())
                .with("lastLine", excerpt.lastLine())
                .with("signature", excerpt.signature())
                .with("marks", excerpt.marks(), InspectionJson::write)
                .with(
                        "unmarked",
                        excerpt.unmarked(method).stream().map(Point::state).toList())
                .map();
    }

    private static Map<String, Object> write(Mark mark) {
        return new Members()
                .with("firstLine", mark.firstLine())
                .with("firstColumn", mark.firstColumn())
                .with("lastLine", mark.lastLine())
                .with("lastColumn", mark.lastColumn())
                .with("points", mark.states())
                .map();
    }
}
