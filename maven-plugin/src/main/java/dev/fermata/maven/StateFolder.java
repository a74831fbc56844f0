package dev.fermata.maven;

import dev.fermata.maven.NestRecord.Member;
import dev.fermata.transformer.ClassFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is kept between builds of one output folder, under {@code target/fermata}: {@code originals/KIND/**}, the classes as
 * javac wrote them, and {@code reports/KIND/**}, one file a class. KIND is {@code classes} or {@code test-classes}.
 */
final class StateFolder {
    private final Path originalsPath;
    private final Path reportsPath;
    private final ClassFolder originals;
    private final ClassFolder reports;

    /**
     * The state of one output folder.
     *
     * @param fermata {@code target/fermata}
     */
    StateFolder(Path fermata, String kind) {
        originalsPath = fermata.resolve("originals").resolve(kind);
        reportsPath = fermata.resolve("reports").resolve(kind);
        originals = new ClassFolder(originalsPath, scratch(fermata), ".class");
        reports = new ClassFolder(reportsPath, scratch(fermata), ".report");
    }

    static Path scratch(Path fermata) {
        return fermata.resolve("scratch");
    }

    /** All nests woven in earlier runs, by host. */
    SortedMap<String, NestRecord> records() throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        reports.readAll().forEach((name, bytes) -> texts.put(name, new String(bytes, StandardCharsets.UTF_8)));
        try {
            return ReportText.read(texts);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    e.getMessage() + ": another version of Fermata wrote " + reportsPath + ". Run mvn clean", e);
        }
    }

    Path originals() {
        return originalsPath;
    }

    Optional<byte[]> original(String name) throws IOException {
        return originals.read(name);
    }

    void keepOriginal(ClassFile original) throws IOException {
        originals.write(original.name(), original.bytes());
    }

    /** Takes {@code record} in place of {@code before}, and deletes what only that needed. */
    void write(NestRecord record, @Nullable NestRecord before) throws IOException {
        SortedMap<String, String> files = ReportText.write(record);
        for (Map.Entry<String, String> file : files.entrySet()) {
            reports.write(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
        }
        if (before == null) {
            return;
        }
        for (String name : before.members().keySet()) {
            Member member = record.members().get(name);
            if (member == null || !member.changed()) {
                originals.delete(name);
            }
            if (!files.containsKey(name)) {
                reports.delete(name);
            }
        }
    }

    void delete(NestRecord record) throws IOException {
        for (String name : record.members().keySet()) {
            originals.delete(name);
            reports.delete(name);
        }
    }
}
