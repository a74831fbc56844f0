package dev.fermata.transformer.inspect;

import com.google.gson.stream.JsonWriter;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Size;
import dev.fermata.transformer.folder.Json;
import dev.fermata.transformer.folder.KeptReports.Problem;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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

    /**
     * The document of a class.
     *
     * @param json by {@link InspectionJson#of(Inspected)}
     */
    static String page(Inspected inspected, String json) {
        String upwards = path(inspected).replaceAll("[^/]+/", "../").replaceFirst("[^/]+$", "");
        return Json.write(out -> {
            out.name("page").value("class");
            out.name("index").value(upwards + "index.html");
            out.name("inspection").beginObject();
            InspectionJson.writeMembers(out, List.of(json), List.of());
            out.endObject();
        });
    }

    /** The document of the index. */
    static String index(List<Inspected> classes, List<Problem> problems) {
        return Json.write(out -> {
            out.name("page").value("index");
            out.name("rows").beginArray();
            for (Inspected inspected : classes) {
                writeRow(out, inspected);
            }
            out.endArray();
            InspectionJson.write(out.name("problems"), problems);
        });
    }

    private static void writeRow(JsonWriter out, Inspected inspected) throws IOException {
        List<MethodReport> methods = inspected.report().methods();
        out.beginObject();
        out.name("title").value(inspected.title());
        out.name("folder").value(inspected.kind());
        out.name("href").value(link(path(inspected)));
        Json.writeTexts(
                out.name("methods"), methods.stream().map(Inspection::title).toList());
        out.name("awaits")
                .value(methods.stream().mapToInt(it -> it.points().size()).sum());
        out.name("neverInlined")
                .value(methods.stream()
                        .filter(it -> it.size().direct() > Size.MOST_INLINED)
                        .count());
        out.name("warnings")
                .value(methods.stream().mapToInt(it -> it.warnings().size()).sum());
        out.endObject();
    }
}
