package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.folder.NestRecord.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is kept between builds of one output folder, under {@code target/fermata}: {@code originals/KIND/**}, the classes as
 * javac wrote them, and {@code reports/KIND/**}, one file a class. KIND is {@code classes} or {@code test-classes}, or a
 * folder in them for what a multi-release jar has for newer JDKs.
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
    StateFolder(Path fermata, String kind, Disk disk) {
        originalsPath = fermata.resolve("originals").resolve(kind);
        reportsPath = reports(fermata, kind);
        originals = new ClassFolder(originalsPath, scratch(fermata), ".class", disk);
        // No longer than ".class": the name of the class may be as long as the file system allows.
        reports = new ClassFolder(reportsPath, scratch(fermata), ".json", disk);
    }

    static Path reports(Path fermata, String kind) {
        return fermata.resolve("reports").resolve(kind);
    }

    static Path scratch(Path fermata) {
        return fermata.resolve("scratch");
    }

    /** All nests woven in earlier runs, by host. */
    SortedMap<String, NestRecord> records() throws IOException {
        SortedMap<String, NestRecord> records = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : reports.readAll().entrySet()) {
            String name = file.getKey();
            try {
                NestRecord record = ReportFile.readNest(name, new String(file.getValue(), StandardCharsets.UTF_8));
                if (record != null) {
                    records.put(name, record);
                }
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "the report of " + name.replace('/', '.')
                                + " cannot be read: it is damaged, or another version of"
                                + " Fermata wrote it (" + e.getMessage() + "). It is in " + reportsPath
                                + ". Delete the output folder and what is kept of it, as a clean build does, and compile again",
                        e);
            }
        }
        return records;
    }

    /** All reports in full, for a reader. A file that cannot be read is one without a report. */
    Explained explained() throws IOException {
        SortedMap<String, ReportFile> files = new TreeMap<>();
        SortedMap<String, String> unreadable = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : reports.readAll().entrySet()) {
            String name = file.getKey();
            try {
                files.put(name, ReportFile.read(name, new String(file.getValue(), StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                unreadable.put(name, String.valueOf(e.getMessage()));
            }
        }
        return new Explained(files, unreadable);
    }

    /**
     * What there is to read, by internal name of the class.
     *
     * @param unreadable why
     */
    record Explained(SortedMap<String, ReportFile> files, SortedMap<String, String> unreadable) {}

    Path originals() {
        return originalsPath;
    }

    Optional<byte[]> original(String name) throws IOException {
        return originals.read(name);
    }

    void keepOriginal(ClassFile original) throws IOException {
        originals.write(original.name(), original.bytes());
    }

    /** The file of the host, by which the nest's classes are recognised. */
    void writeHost(NestRecord record, Map<String, ClassReport> explained) throws IOException {
        write(record.host(), new ReportFile(record, explained.get(record.host())));
    }

    private void write(String name, ReportFile file) throws IOException {
        reports.write(name, file.write().getBytes(StandardCharsets.UTF_8));
    }

    /** All files, the host's last: a nest whose reports are not all there must not count as up to date. */
    void write(NestRecord record, Map<String, ClassReport> explained) throws IOException {
        for (Map.Entry<String, ClassReport> report : explained.entrySet()) {
            if (!report.getKey().equals(record.host())) {
                write(report.getKey(), new ReportFile(null, report.getValue()));
            }
        }
        writeHost(record, explained);
    }

    /** Deletes the originals and reports that belong to none of the records, also those of runs that were killed. */
    void sweep(Collection<NestRecord> records) throws IOException {
        Set<String> neededOriginals = new HashSet<>();
        Set<String> neededReports = new HashSet<>();
        for (NestRecord record : records) {
            neededReports.add(record.host());
            neededReports.addAll(record.reports());
            for (Map.Entry<String, Member> member : record.members().entrySet()) {
                if (member.getValue().changed()) {
                    neededOriginals.add(member.getKey());
                }
            }
        }
        sweep(originals, neededOriginals);
        sweep(reports, neededReports);
    }

    private static void sweep(ClassFolder folder, Set<String> needed) throws IOException {
        for (String name : folder.names()) {
            if (!needed.contains(name)) {
                folder.delete(name);
            }
        }
    }
}
