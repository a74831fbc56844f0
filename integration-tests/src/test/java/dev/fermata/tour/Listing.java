package dev.fermata.tour;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code java} block of a page. It is a source file, which sees the files of the blocks above it as if they all lay in one
 * folder; a file with the name of an earlier one replaces that. Files that javac refuses are not among them, and those that it warns of are only for tests.
 *
 * @param line of the page, where the block begins
 * @param remark what the comment in the line before the block says; empty if there is none
 * @param file the name of the type that the file is called after
 * @param files all files that are compiled, this one too, by these names
 * @param text the next block, if that is a {@code text} block
 */
record Listing(
        String page,
        int line,
        String remark,
        String source,
        String file,
        Map<String, String> files,
        @Nullable String text) {
    /** {@code <!-- does not compile: fermata:coroutine-dropped -->}: javac reports this rule, and no class is written. */
    static final String REFUSED = "does not compile: ";

    /** {@code <!-- warns: fermata:blocking-call -->}: javac reports this rule, and classes are written. */
    static final String WARNED = "warns: ";

    /** {@code <!-- javac: unreported exception -->}: javac says this, without Fermata. */
    static final String JAVAC = "javac: ";

    /** {@code <!-- fragment -->}: a line or three that are no file. Nothing checks them, so there should be few. */
    static final String FRAGMENT = "fragment";

    /** {@code <!-- real time -->}: the program is run as it is, because virtual time would change what it prints. */
    static final String REAL_TIME = "real time";

    /** {@code <!-- debug mode -->}: the program is run in a JVM of its own, in debug mode and in real time. */
    static final String DEBUG_MODE = "debug mode";

    /**
     * {@code <!-- with frameworks -->}: it is compiled and run with {@code fermata-context-propagation}, SLF4J and
     * OpenTelemetry, in a JVM of its own and in real time.
     */
    static final String FRAMEWORKS = "with frameworks";

    /** {@code <!-- preview of JDK 25 -->}: the program needs nothing but this JDK, and is run where that is at hand. */
    static final String PREVIEW = "preview of JDK ";

    /** {@code <!-- built: your-own-project/src/main/java/com/acme/Kitchen.java -->}: it is in this file of a whole build. */
    static final String BUILT = "built: ";

    private static final Pattern REMARK = Pattern.compile("<!-- (.*) -->");
    private static final Pattern TYPE = Pattern.compile(
            "^(?:(?:public|final|abstract|sealed) )*(?:class|interface|record|enum) (\\w+)", Pattern.MULTILINE);
    private static final Pattern MAIN = Pattern.compile("\\bvoid main\\(");
    private static final Pattern TEST = Pattern.compile("@(?:Async)?Test\\b");

    boolean is(String kind) {
        return remark.startsWith(kind);
    }

    /** What the remark says after the kind. */
    String remarkAfter(String kind) {
        return remark.substring(kind.length());
    }

    boolean isProgram() {
        return MAIN.matcher(source).find();
    }

    boolean isTest() {
        return TEST.matcher(source).find();
    }

    @Override
    public String toString() {
        return page + ":" + line + " " + file;
    }

    /**
     * The listings of a page, in its order.
     *
     * @throws AssertionError if the page has a {@code text} block that belongs to no listing, or a remark that is unknown
     */
    static List<Listing> of(String page) {
        List<Listing> listings = new ArrayList<>();
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, String> warned = new LinkedHashMap<>();
        List<String> lines = lines(page);
        String remark = "";
        boolean afterListing = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.startsWith("```")) {
                var found = REMARK.matcher(line);
                remark = found.matches() ? found.group(1) : line.isBlank() ? remark : "";
                continue;
            }
            int from = i + 1;
            int to = from + lines.subList(from, lines.size()).indexOf("```");
            String block = String.join("\n", lines.subList(from, to)) + "\n";
            String language = line.substring(3);
            if (language.equals("java")) {
                listings.add(listing(page, from, remark, block, files, warned));
            } else if (language.equals("text")) {
                if (!afterListing) {
                    throw new AssertionError(page + ":" + from
                            + ": a text block is what the listing before it prints, and" + " there is none");
                }
                Listing printing = listings.remove(listings.size() - 1);
                listings.add(printing.withText(block));
            }
            afterListing = language.equals("java");
            remark = "";
            i = to;
        }
        return listings;
    }

    private static List<String> lines(String page) {
        try {
            return Files.readAllLines(Path.of("../docs", page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the file to {@code files}, or to {@code warned} if javac has something to say about it and does not refuse it. */
    private static Listing listing(
            String page,
            int line,
            String remark,
            String source,
            Map<String, String> files,
            Map<String, String> warned) {
        boolean isKnown =
                Set.of("", FRAGMENT, REAL_TIME, DEBUG_MODE, FRAMEWORKS).contains(remark)
                        || remark.startsWith(REFUSED)
                        || remark.startsWith(WARNED)
                        || remark.startsWith(JAVAC)
                        || remark.startsWith(BUILT)
                        || remark.startsWith(PREVIEW);
        if (!isKnown) {
            throw new AssertionError(page + ":" + line + ": no listing can be \"" + remark + "\"");
        }
        if (remark.equals(FRAGMENT)) {
            return new Listing(page, line, remark, source, FRAGMENT, Map.of(), null);
        }
        if (remark.startsWith(BUILT)) {
            return new Listing(page, line, remark, source, BUILT, Map.of(), null);
        }
        String file = file(page, line, source);
        if (remark.startsWith(PREVIEW)) {
            return new Listing(page, line, remark, source, file, Map.of(file, source), null);
        }
        Map<String, String> all = new LinkedHashMap<>(files);
        if (TEST.matcher(source).find()) {
            all.putAll(warned);
        }
        all.put(file, source);
        warned.remove(file);
        if (remark.startsWith(WARNED)) {
            warned.put(file, source);
        } else if (remark.isEmpty() || remark.equals(REAL_TIME) || remark.equals(FRAMEWORKS)) {
            files.put(file, source);
        }
        return new Listing(page, line, remark, source, file, all, null);
    }

    /** The type with the main method, or else the first one. */
    private static String file(String page, int line, String source) {
        List<MatchResult> types = TYPE.matcher(source).results().toList();
        if (types.isEmpty()) {
            throw new AssertionError(page + ":" + line + ": the listing is no file: it declares no type");
        }
        var main = MAIN.matcher(source);
        MatchResult type = types.get(0);
        if (main.find()) {
            for (MatchResult candidate : types) {
                type = candidate.start() < main.start() ? candidate : type;
            }
        }
        return type.group(1);
    }

    private Listing withText(String text) {
        return new Listing(page, line, remark, source, file, files, text);
    }
}
