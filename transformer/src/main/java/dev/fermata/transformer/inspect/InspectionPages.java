package dev.fermata.transformer.inspect;

import dev.fermata.transformer.folder.KeptReports.Problem;
import dev.fermata.transformer.inspect.Inspection.Inspected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The folder of the pages, {@code inspect} beside what is kept between builds. */
public final class InspectionPages {
    private InspectionPages() {}

    /**
     * Writes the pages of all classes, an index, and {@code inspection.json} with the data of all, and deletes those of classes that are no more.
     *
     * @param fermata where everything is kept between builds
     * @return the index
     * @throws IOException if a file cannot be written or deleted
     */
    public static Path write(List<Inspected> classes, List<Problem> problems, Path fermata) throws IOException {
        Path folder = fermata.resolve("inspect");
        deletePages(folder);
        PageShell shell = PageShell.read();
        List<String> written = new ArrayList<>();
        for (Inspected inspected : classes) {
            String json = InspectionJson.of(inspected);
            String page = shell.page(inspected.title(), InspectionPage.page(inspected, json));
            write(folder.resolve(InspectionPage.path(inspected)), page);
            written.add(json);
        }
        write(folder.resolve("inspection.json"), InspectionJson.document(written, problems));
        Path index = folder.resolve("index.html");
        write(index, shell.page("Async methods", InspectionPage.index(classes, problems)));
        return index;
    }

    /** Of classes that are no more. */
    private static void deletePages(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path page : walk.filter(it -> it.toString().endsWith(".html")).toList()) {
                Files.delete(page);
            }
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
