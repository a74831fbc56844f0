package dev.fermata.transformer.inspect;

import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.folder.KeptReports.Problem;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import dev.fermata.transformer.inspect.SourceMarks.Excerpt;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Reports as HTML: a page for each class, its source beside the states, and an index. */
final class InspectionPage {
    private InspectionPage() {}

    /**
     * Where a class's page is, from the folder of the index on. Folders as those of the classes, because a page must not take
     * the place of the index, nor of the page of another class, and its name must not be longer than the class file's.
     */
    static String path(Inspected inspected) {
        return inspected.kind() + "/" + inspected.report().className().replace('.', '/') + ".html";
    }

    private static String link(String path) {
        return Arrays.stream(path.split("/"))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    static String index(List<Inspected> classes, List<Problem> problems) {
        StringBuilder body = new StringBuilder("<h1>Async methods</h1>\n");
        if (classes.isEmpty()) {
            body.append("<p>There are none.</p>\n");
        } else {
            body.append("<table class=\"index\">\n<tr><th>class<th>async methods<th>suspension points\n");
        }
        for (Inspected inspected : classes) {
            ClassReport report = inspected.report();
            int points =
                    report.methods().stream().mapToInt(it -> it.points().size()).sum();
            body.append("<tr><td><a href=\"")
                    .append(Html.escape(link(path(inspected))))
                    .append("\">")
                    .append(Html.code(inspected.title()))
                    .append("</a><td>")
                    .append(report.methods().size())
                    .append("<td>")
                    .append(points)
                    .append('\n');
        }
        body.append(classes.isEmpty() ? "" : "</table>\n");
        for (Problem problem : problems) {
            body.append("<p>").append(Html.escape(problem.text())).append(".</p>\n");
        }
        return Html.page("Async methods", body.toString());
    }

    static String page(Inspected inspected) {
        ClassReport report = inspected.report();
        SourceFile source = inspected.source();
        SourceMarks marks = SourceMarks.of(source == null ? "" : source.text(), report);
        String upwards = path(inspected).replaceAll("[^/]+/", "../").replaceFirst("[^/]+$", "");
        StringBuilder body = new StringBuilder("<p><a href=\"")
                .append(upwards)
                .append("index.html\">All classes</a></p>\n<h1 class=\"code\">")
                .append(Html.escape(inspected.title()))
                .append("</h1>\n<p class=\"soft\">")
                .append(sourceNote(inspected, marks))
                .append("</p>\n");
        for (int i = 0; i < report.methods().size(); i++) {
            section(body, inspected, marks, report.methods().get(i), "m" + i);
        }
        return Html.page(inspected.title(), body.toString());
    }

    private static String sourceNote(Inspected inspected, SourceMarks marks) {
        String sourceFile = inspected.report().sourceFile();
        if (sourceFile == null) {
            return "The class file does not name its source.";
        }
        SourceFile source = inspected.source();
        if (source == null) {
            return Html.code(sourceFile) + " was not found in the project's source folders.";
        }
        return Html.code(sourceFile)
                + (source.problem() == null ? "" : " " + Html.escape(source.problem()) + ".")
                + (marks.problem() == null
                        ? ""
                        : " It could not be parsed: " + Html.escape(marks.problem()) + " It is not shown.");
    }

    private static void section(
            StringBuilder body, Inspected inspected, SourceMarks marks, MethodReport method, String id) {
        Excerpt excerpt = marks.excerpts().get(method);
        body.append("<section>\n<h2 class=\"code\">")
                .append(Html.escape(excerpt == null ? Inspection.title(method) : excerpt.signature()))
                .append("</h2>\n<p class=\"soft\">")
                .append(Html.escape(Inspection.kind(method)))
                .append("<br>")
                .append(Html.escape(Inspection.size(method)))
                .append("<br>frames: ")
                .append(Html.code(method.frame().name().replace('/', '.')))
                .append("</p>\n<div class=\"beside\">\n");
        SourceFile source = inspected.source();
        if (excerpt == null || source == null) {
            body.append("<p class=\"soft\">The source of this method was not found.</p>\n");
        } else {
            body.append(new SourceView(id, source.text(), excerpt, method).html());
        }
        body.append("<ol class=\"states\">\n");
        String arguments = method.descriptor().startsWith("()") ? "" : ", the frame holds the arguments";
        state(body, id, 0, method.line(), "the start: nothing has run" + arguments, "");
        for (Point point : method.points()) {
            state(body, id, point.state(), point.line(), Html.escape(point.what()), saved(point));
        }
        body.append("</ol>\n</div>\n</section>\n");
    }

    private static void state(StringBuilder body, String id, int state, int line, String what, String details) {
        body.append("<li id=\"")
                .append(id)
                .append('-')
                .append(state)
                .append("\"><span class=\"state\">")
                .append(state)
                .append("</span>")
                .append(line > 0 ? "line " + line + ": " : "")
                .append(what)
                .append(details)
                .append("</li>\n");
    }

    private static String saved(Point point) {
        StringBuilder html = new StringBuilder();
        if (point.saved().isEmpty()) {
            html.append("<p class=\"soft\">Saves nothing.</p>");
        } else {
            html.append("\n<table>\n<tr><th>saves<th>type<th>because it is<th>field\n");
            for (Saved saved : point.saved()) {
                html.append("<tr><td>")
                        .append(Html.code(saved.name()))
                        .append("<td title=\"")
                        .append(Html.escape(saved.type()))
                        .append("\">")
                        .append(Html.code(Inspection.simpleType(saved.type())))
                        .append("<td>")
                        .append(Html.escape(saved.reason()))
                        .append("<td>")
                        .append(Html.code(saved.field()))
                        .append('\n');
            }
            html.append("</table>\n");
        }
        if (!point.dropped().isEmpty()) {
            html.append("<p class=\"soft\">Not saved, because nothing reads it again: ");
            html.append(String.join(
                    ", ",
                    point.dropped().stream().map(it -> Html.code(it.name())).toList()));
            html.append("</p>");
        }
        return html.toString();
    }
}
