package dev.fermata.transformer.folder;

import com.google.gson.stream.JsonWriter;
import dev.fermata.transformer.ClassFacts.Fact;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.folder.Json.View;
import dev.fermata.transformer.folder.NestRecord.Member;
import dev.fermata.transformer.folder.NestRecord.Replacing;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A file of a report, as {@code docs/schema/report-1.schema.json} describes it: its version, then the record of the nest if
 * it is the file of a host, then the report of the class if that has async methods. Every build reads the records; the
 * report behind them is read when somebody wants to see it.
 *
 * @param nest null in the file of a class that is nested in another
 * @param report null in the file of a host that has no async methods itself, and where it was not read
 */
record ReportFile(@Nullable NestRecord nest, @Nullable ClassReport report) {
    /** To be counted up when a member goes or changes its meaning, or when one is added that every reader must know. */
    static final int SCHEMA = 1;

    String write() {
        return Json.write(this::writeMembers);
    }

    private void writeMembers(JsonWriter out) throws IOException {
        out.name("schema").value(SCHEMA);
        if (nest != null) {
            write(out.name("nest"), nest);
        }
        if (report != null) {
            ReportJson.write(out.name("class"), report);
        }
    }

    /**
     * Reads a file.
     *
     * @param name internal name of the class it is about
     * @throws IllegalArgumentException if it is damaged, or of another version
     */
    static ReportFile read(String name, String text) {
        View file = version(Json.read(text));
        View report = file.objectOrNull("class");
        return new ReportFile(nest(name, file), report == null ? null : ReportJson.readClass(report));
    }

    /**
     * Reads the record of a nest only.
     *
     * @param name internal name of the class the file is about
     * @return null if the class is nested in another
     * @throws IllegalArgumentException if it is damaged, or of another version
     */
    static @Nullable NestRecord readNest(String name, String text) {
        return nest(name, version(Json.readBefore(text, "class")));
    }

    private static View version(View file) {
        int schema = file.number("schema");
        if (schema != SCHEMA) {
            throw new IllegalArgumentException("its schema is " + schema + ", not " + SCHEMA);
        }
        return file;
    }

    private static void write(JsonWriter out, NestRecord nest) throws IOException {
        out.beginObject();
        out.name("weaver").value(nest.weaver());
        Json.writeTexts(out.name("reports"), nest.reports());
        out.name("members").beginObject();
        for (Map.Entry<String, Member> member : nest.members().entrySet()) {
            out.name(member.getKey()).beginObject();
            out.name("original").value(member.getValue().original());
            out.name("woven").value(member.getValue().woven());
            out.endObject();
        }
        out.endObject();
        writeDigests(out.name("frames"), nest.frames());
        Replacing replacing = nest.replacing();
        if (replacing != null) {
            out.name("replacing").beginObject();
            writeDigests(out.name("woven"), replacing.woven());
            writeDigests(out.name("frames"), replacing.frames());
            out.endObject();
        }
        out.name("facts").beginObject();
        for (Map.Entry<String, Optional<Fact>> fact : nest.facts().entrySet()) {
            write(out.name(fact.getKey()), fact.getValue().orElse(null));
        }
        out.endObject();
        out.endObject();
    }

    private static void writeDigests(JsonWriter out, SortedMap<String, String> digests) throws IOException {
        out.beginObject();
        for (Map.Entry<String, String> digest : digests.entrySet()) {
            out.name(digest.getKey()).value(digest.getValue());
        }
        out.endObject();
    }

    private static void write(JsonWriter out, @Nullable Fact fact) throws IOException {
        if (fact == null) {
            out.jsonValue("null"); // nullValue() would leave the name out, too
            return;
        }
        out.beginObject();
        out.name("interface").value(fact.isInterface());
        out.name("superclass").value(fact.superName());
        Json.writeTexts(out.name("interfaces"), fact.interfaces());
        out.endObject();
    }

    private static @Nullable NestRecord nest(String host, View file) {
        View nest = file.objectOrNull("nest");
        if (nest == null) {
            return null;
        }
        SortedMap<String, Member> members = new TreeMap<>();
        View classes = nest.object("members");
        for (String name : classes.members().keySet()) {
            View member = classes.object(name);
            members.put(name, new Member(member.text("original"), member.text("woven")));
        }
        SortedMap<String, Optional<Fact>> facts = new TreeMap<>();
        View told = nest.object("facts");
        for (String name : told.members().keySet()) {
            facts.put(name, Optional.ofNullable(told.objectOrNull(name)).map(ReportFile::fact));
        }
        View replacing = nest.objectOrNull("replacing");
        SortedSet<String> reports = new TreeSet<>(ReportJson.texts(nest, "reports"));
        return new NestRecord(
                host,
                nest.text("weaver"),
                members,
                digests(nest.object("frames")),
                facts,
                reports,
                replacing == null
                        ? null
                        : new Replacing(digests(replacing.object("woven")), digests(replacing.object("frames"))));
    }

    private static Fact fact(View fact) {
        return new Fact(fact.textOrNull("superclass"), ReportJson.texts(fact, "interfaces"), fact.flag("interface"));
    }

    private static SortedMap<String, String> digests(View view) {
        SortedMap<String, String> digests = new TreeMap<>();
        view.members().keySet().forEach(name -> digests.put(name, view.text(name)));
        return digests;
    }
}
