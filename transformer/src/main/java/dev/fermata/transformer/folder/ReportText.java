package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassFacts.Fact;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.Kind;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.ClassReport.Point;
import dev.fermata.transformer.ClassReport.Saved;
import dev.fermata.transformer.folder.NestRecord.Member;
import dev.fermata.transformer.folder.NestRecord.Replacing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
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
            lines.subList(1, lines.size()).forEach(line -> draft.add(Line.read(line)));
            return draft;
        }

        private void add(Line line) {
            switch (line.fact()) {
                case "class" -> {
                    className = line.text();
                    sourceFile = line.textOrNull();
                }
                case "method" -> methods.add(method(line));
                case "point" -> points.add(point(line));
                case "saved" -> saved.add(saved(line));
                case "dropped" -> dropped.add(line.text());
                case "weaver" -> weaver = line.text();
                case "report" -> reports.add(line.text());
                case "member" -> members.put(line.text(), member(line));
                case "frame" -> frames.put(line.text(), line.text());
                case "replacing" -> replacing = new Replacing(new TreeMap<>(), new TreeMap<>());
                case "earlier" -> replaced().woven().put(line.text(), line.text());
                case "stale" -> replaced().frames().put(line.text(), line.text());
                case "fact" -> facts.put(line.text(), Optional.of(fact(line)));
                case "absent" -> facts.put(line.text(), Optional.empty());
                default -> throw new IllegalArgumentException("unknown line " + line.fact());
            }
        }

        private Replacing replaced() {
            if (replacing == null) {
                throw new IllegalArgumentException("nothing is being replaced");
            }
            return replacing;
        }

        private MethodReport method(Line line) {
            points = new ArrayList<>();
            String method = line.text();
            String descriptor = line.text();
            Kind kind = Kind.valueOf(line.text());
            boolean lambda = line.flag();
            int firstLine = line.number();
            String frameClass = line.text();
            int bytesBefore = line.number();
            int bytesDirect = line.number();
            int bytesResume = line.number();
            return new MethodReport(
                    method,
                    descriptor,
                    kind,
                    lambda,
                    firstLine,
                    points,
                    frameClass,
                    bytesBefore,
                    bytesDirect,
                    bytesResume);
        }

        private Point point(Line line) {
            saved = new ArrayList<>();
            dropped = new ArrayList<>();
            int state = line.number();
            int sourceLine = line.number();
            String what = line.text();
            return new Point(state, sourceLine, what, saved, dropped);
        }

        private static Saved saved(Line line) {
            String variable = line.text();
            String type = line.text();
            String field = line.text();
            String reason = line.text();
            return new Saved(variable, type, field, reason);
        }

        private static Member member(Line line) {
            String original = line.text();
            String woven = line.text();
            return new Member(original, woven);
        }

        private static Fact fact(Line line) {
            boolean isInterface = line.text().equals("interface");
            String superName = line.textOrNull();
            return new Fact(superName, line.rest(), isInterface);
        }
    }

    /**
     * A line that is being read: its parts are taken one after the other, in the order in which they were written.
     *
     * @param fact what the line says
     * @param parts those that have not been taken yet
     */
    private record Line(String fact, Iterator<String> parts) {
        static Line read(String line) {
            Iterator<String> parts =
                    Arrays.stream(line.split("\t", -1)).map(Line::unescape).iterator();
            return new Line(parts.next(), parts);
        }

        String text() {
            return parts.next();
        }

        /** Null is written as an empty part. */
        @Nullable
        String textOrNull() {
            String text = text();
            return text.isEmpty() ? null : text;
        }

        int number() {
            return Integer.parseInt(text());
        }

        boolean flag() {
            return Boolean.parseBoolean(text());
        }

        List<String> rest() {
            List<String> rest = new ArrayList<>();
            parts.forEachRemaining(rest::add);
            return List.copyOf(rest);
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
