package dev.fermata.maven;

import dev.fermata.maven.NestRecord.Member;
import dev.fermata.maven.NestRecord.Replacing;
import dev.fermata.transformer.ClassFacts.Fact;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Saved;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The format of the report files: one fact a line, its parts separated by tabs, the first of them says which fact.
 *
 * <pre>{@code
 * fermata-report 2
 * class   com.acme.Shop  Shop.java
 * method  total  (Ljava/lang/String;)Ldev/fermata/Coroutine;  COLD  false  12  com/acme/Shop$total  40  52  96
 * point   1  13  await price(String)
 * saved   b  String  a0  read later at line 14
 * dropped a
 * weaver  e3b0c4…
 * report  com/acme/Shop
 * member  com/acme/Shop  e3b0c4…  98fc1c…
 * frame   com/acme/Shop$total  4297f4…
 * replacing
 * earlier com/acme/Shop  77ab03…
 * stale   com/acme/Shop$price  f0a1b2…
 * fact    java/util/List  interface  java/lang/Object  java/util/Collection
 * absent  com/acme/Missing
 * }</pre>
 *
 * {@code point} belongs to the {@code method} above it, {@code saved} and {@code dropped} to the {@code point}. The lines
 * from {@code weaver} on are only in the file of a nest's host, {@code replacing} and what belongs to it only while that is
 * being woven again. {@code report} names each class of the nest that has a report. A run that is killed may leave the
 * file of a class that has none any more, and it belongs to nobody. Where there is no such line, an earlier version wrote
 * the file, and every report of a member counts.
 */
final class ReportText {
    /** The first line of each file. To be counted up when the format changes. */
    private static final String HEADER = "fermata-report\t2";

    private ReportText() {}

    /** The files of a nest, by internal name of the class each is about. */
    static SortedMap<String, String> write(NestRecord nest) {
        SortedMap<String, String> files = new TreeMap<>();
        nest.reports().forEach((name, report) -> files.put(name, HEADER + '\n' + write(report)));
        files.put(nest.host(), writeHost(nest));
        return files;
    }

    /** The file of a nest's host: what the nest is recognised by. */
    static String writeHost(NestRecord nest) {
        ClassReport report = nest.reports().get(nest.host());
        return HEADER + '\n' + (report == null ? "" : write(report)) + writeNest(nest);
    }

    private static String writeNest(NestRecord nest) {
        StringBuilder text = new StringBuilder();
        line(text, "weaver", nest.weaver());
        nest.reports().keySet().forEach(name -> line(text, "report", name));
        nest.members().forEach((name, member) -> line(text, "member", name, member.original(), member.woven()));
        nest.frames().forEach((name, digest) -> line(text, "frame", name, digest));
        Replacing replacing = nest.replacing();
        if (replacing != null) {
            line(text, "replacing");
            replacing.woven().forEach((name, digest) -> line(text, "earlier", name, digest));
            replacing.frames().forEach((name, digest) -> line(text, "stale", name, digest));
        }
        nest.facts().forEach((name, fact) -> {
            if (fact.isEmpty()) {
                line(text, "absent", name);
                return;
            }
            String kind = fact.get().isInterface() ? "interface" : "class";
            List<String> parts = new ArrayList<>(List.of("fact", name, kind));
            String superName = fact.get().superName();
            parts.add(superName == null ? "" : superName);
            parts.addAll(fact.get().interfaces());
            line(text, parts.toArray(String[]::new));
        });
        return text.toString();
    }

    private static String write(ClassReport report) {
        StringBuilder text = new StringBuilder();
        String sourceFile = report.sourceFile();
        line(text, "class", report.className(), sourceFile == null ? "" : sourceFile);
        for (MethodReport method : report.methods()) {
            line(
                    text,
                    "method",
                    method.name(),
                    method.descriptor(),
                    method.kind().name(),
                    Boolean.toString(method.lambda()),
                    Integer.toString(method.line()),
                    method.frameClass(),
                    Integer.toString(method.bytesBefore()),
                    Integer.toString(method.bytesDirect()),
                    Integer.toString(method.bytesResume()));
            for (Point point : method.points()) {
                line(text, "point", Integer.toString(point.state()), Integer.toString(point.line()), point.what());
                for (Saved saved : point.saved()) {
                    line(text, "saved", saved.name(), saved.type(), saved.field(), saved.reason());
                }
                for (String dropped : point.dropped()) {
                    line(text, "dropped", dropped);
                }
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String... parts) {
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                text.append('\t');
            }
            text.append(parts[i].replace("\\", "\\\\")
                    .replace("\t", "\\t")
                    .replace("\n", "\\n")
                    .replace("\r", "\\r"));
        }
        text.append('\n');
    }

    /**
     * Reads all files of an output folder.
     *
     * @param files contents by internal name of the class each is about
     * @return by internal name of the host
     * @throws IllegalArgumentException where a file is not such a report, with the class's name
     */
    static SortedMap<String, NestRecord> read(SortedMap<String, String> files) {
        SortedMap<String, ClassReport> reports = new TreeMap<>();
        List<Draft> nests = new ArrayList<>();
        files.forEach((name, text) -> {
            try {
                Draft draft = Draft.read(name, text);
                if (draft.className != null) {
                    reports.put(name, new ClassReport(draft.className, draft.sourceFile, List.copyOf(draft.methods)));
                }
                if (draft.weaver != null) {
                    nests.add(draft);
                }
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("the report of " + name.replace('/', '.') + " cannot be read", e);
            }
        });
        SortedMap<String, NestRecord> records = new TreeMap<>();
        for (Draft nest : nests) {
            SortedMap<String, ClassReport> own = new TreeMap<>(reports);
            own.keySet().retainAll(nest.reports.isEmpty() ? nest.members.keySet() : nest.reports);
            records.put(
                    nest.name,
                    new NestRecord(
                            nest.name,
                            String.valueOf(nest.weaver),
                            nest.members,
                            nest.frames,
                            nest.facts,
                            own,
                            nest.replacing));
        }
        return records;
    }

    /** One file while it is being read. */
    private static final class Draft {
        final String name;
        final List<MethodReport> methods = new ArrayList<>();
        final Set<String> reports = new HashSet<>();
        final SortedMap<String, Member> members = new TreeMap<>();
        final SortedMap<String, String> frames = new TreeMap<>();
        final SortedMap<String, Optional<Fact>> facts = new TreeMap<>();

        @Nullable
        String className;

        @Nullable
        String sourceFile;

        @Nullable
        String weaver;

        @Nullable
        Replacing replacing;
        /** Of the method and the point being read; the records made of them hold these lists. */
        private List<Point> points = new ArrayList<>();

        private List<Saved> saved = new ArrayList<>();
        private List<String> dropped = new ArrayList<>();

        private Draft(String name) {
            this.name = name;
        }

        static Draft read(String name, String text) {
            List<String> lines = text.lines().toList();
            if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
                throw new IllegalArgumentException("its first line is not that of a report");
            }
            Draft draft = new Draft(name);
            for (String line : lines.subList(1, lines.size())) {
                List<String> parts = new ArrayList<>();
                for (String part : line.split("\t", -1)) {
                    parts.add(unescape(part));
                }
                draft.add(parts.get(0), parts.subList(1, parts.size()));
            }
            return draft;
        }

        private void add(String fact, List<String> parts) {
            switch (fact) {
                case "class" -> {
                    className = parts.get(0);
                    sourceFile = parts.get(1).isEmpty() ? null : parts.get(1);
                }
                case "method" -> addMethod(parts);
                case "point" -> {
                    saved = new ArrayList<>();
                    dropped = new ArrayList<>();
                    points.add(new Point(number(parts.get(0)), number(parts.get(1)), parts.get(2), saved, dropped));
                }
                case "saved" -> saved.add(new Saved(parts.get(0), parts.get(1), parts.get(2), parts.get(3)));
                case "dropped" -> dropped.add(parts.get(0));
                case "weaver" -> weaver = parts.get(0);
                case "report" -> reports.add(parts.get(0));
                case "member" -> members.put(parts.get(0), new Member(parts.get(1), parts.get(2)));
                case "frame" -> frames.put(parts.get(0), parts.get(1));
                case "replacing" -> replacing = new Replacing(new TreeMap<>(), new TreeMap<>());
                case "earlier" -> replaced().woven().put(parts.get(0), parts.get(1));
                case "stale" -> replaced().frames().put(parts.get(0), parts.get(1));
                case "fact" ->
                    facts.put(
                            parts.get(0),
                            Optional.of(new Fact(
                                    parts.get(2).isEmpty() ? null : parts.get(2),
                                    List.copyOf(parts.subList(3, parts.size())),
                                    parts.get(1).equals("interface"))));
                case "absent" -> facts.put(parts.get(0), Optional.empty());
                default -> throw new IllegalArgumentException("unknown line " + fact);
            }
        }

        private Replacing replaced() {
            if (replacing == null) {
                throw new IllegalArgumentException("nothing is being replaced");
            }
            return replacing;
        }

        private void addMethod(List<String> parts) {
            points = new ArrayList<>();
            methods.add(new MethodReport(
                    parts.get(0),
                    parts.get(1),
                    Kind.valueOf(parts.get(2)),
                    Boolean.parseBoolean(parts.get(3)),
                    number(parts.get(4)),
                    points,
                    parts.get(5),
                    number(parts.get(6)),
                    number(parts.get(7)),
                    number(parts.get(8))));
        }

        private static int number(String text) {
            return Integer.parseInt(text);
        }

        private static String unescape(String part) {
            StringBuilder text = new StringBuilder(part.length());
            for (int i = 0; i < part.length(); i++) {
                char c = part.charAt(i);
                if (c != '\\') {
                    text.append(c);
                    continue;
                }
                char escaped = part.charAt(++i);
                text.append(
                        switch (escaped) {
                            case 't' -> '\t';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> escaped;
                        });
            }
            return text.toString();
        }
    }
}
