package dev.fermata.transformer.inspect;

import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Size;
import dev.fermata.transformer.folder.Json;
import dev.fermata.transformer.folder.Json.Members;
import dev.fermata.transformer.folder.KeptReports.Problem;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The documents of the pages: that of a class holds its inspection, that of the index a row for each class. What they look
 * like is up to the script of the page.
 */
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

    /** The document of a class. */
    static String page(Inspected inspected) {
        String upwards = path(inspected).replaceAll("[^/]+/", "../").replaceFirst("[^/]+$", "");
        return "{\"page\":\"class\",\"index\":\"" + upwards + "index.html\",\"inspection\":"
                + InspectionJson.of(List.of(inspected), List.of()).strip() + "}";
    }

    /** The document of the index. */
    static String index(List<Inspected> classes, List<Problem> problems) {
        return Json.write(new Members()
                .with("page", "index")
                .with("rows", classes, InspectionPage::row)
                .with("problems", problems, InspectionPage::problem)
                .map());
    }

    private static Map<String, Object> row(Inspected inspected) {
        ClassReport report = inspected.report();
        List<MethodReport> methods = report.methods();
        return new Members()
                .with("title", inspected.title())
                .with("folder", inspected.kind())
                .with("href", link(path(inspected)))
                .with("methods", methods, Inspection::title)
                .with(
                        "awaits",
                        methods.stream().mapToInt(it -> it.points().size()).sum())
                .with("neverInlined", (int) methods.stream()
                        .filter(it -> it.size().direct() > Size.MOST_INLINED)
                        .count())
                .with(
                        "warnings",
                        methods.stream().mapToInt(it -> it.warnings().size()).sum())
                .map();
    }

    private static Map<String, Object> problem(Problem problem) {
        return new Members()
                .with("class", problem.className())
                .with("text", problem.text())
                .map();
    }
}
