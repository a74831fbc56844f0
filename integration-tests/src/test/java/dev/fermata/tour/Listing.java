package dev.fermata.tour;

import dev.fermata.harness.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code java} block of a page. It is a source file, which sees the files of the blocks above it as if they all lay in one
 * folder; a file with the name of an earlier one replaces that. Files that javac refuses are not among them, and those that it warns of are only for tests.
 *
 * @param line of the page, where the block begins
 * @param kind what the comment in the line before the block says
 * @param detail what that comment says after the kind; empty if there is nothing
 * @param file the name of the type that the file is called after
 * @param files all files that are compiled, this one too, by these names
 * @param text the next block, if that is a {@code text} block
 */
record Listing(
        String page,
        int line,
        Kind kind,
        String detail,
        String source,
        String file,
        Map<String, String> files,
        @Nullable String text) {
    /** What the comment before a block says of it. */
    enum Kind {
        /** There is no comment: it compiles, and is run in virtual time. */
        PLAIN(""),

        /** {@code <!-- fragment -->}: a line or three that are no file. Nothing checks them, so there should be few. */
        FRAGMENT("fragment"),

        /** {@code <!-- real time -->}: the program is run as it is, because virtual time would change what it prints. */
        REAL_TIME("real time"),

        /** {@code <!-- debug mode -->}: the program is run in a JVM of its own, in debug mode and in real time. */
        DEBUG_MODE("debug mode"),

        /**
         * {@code <!-- with frameworks -->}: it is compiled and run with {@code fermata-context-propagation}, SLF4J and
         * OpenTelemetry, in a JVM of its own and in real time.
         */
        FRAMEWORKS("with frameworks"),

        /** {@code <!-- does not compile: fermata:coroutine-dropped -->}: javac reports this rule, and no class is written. */
        REFUSED("does not compile: "),

        /** {@code <!-- warns: fermata:blocking-call -->}: javac reports this rule, and classes are written. */
        WARNED("warns: "),

        /** {@code <!-- javac: unreported exception -->}: javac says this, without Fermata. */
        JAVAC("javac: "),

        /** {@code <!-- preview of JDK 25 -->}: the program needs nothing but this JDK, and is run where that is at hand. */
        PREVIEW("preview of JDK "),

        /** {@code <!-- built: your-own-project/src/main/java/com/acme/Kitchen.java -->}: it is in this file of a whole build. */
        BUILT("built: ");

        private final String remark;

        Kind(String remark) {
            this.remark = remark;
        }

        private boolean takesDetail() {
            return remark.endsWith(" ");
        }

        private boolean isOf(String remark) {
            return takesDetail() ? remark.startsWith(this.remark) : remark.equals(this.remark);
        }
    }

    private static final Pattern REMARK = Pattern.compile("<!-- (.*) -->");
    private static final Pattern TYPE = Pattern.compile(
            "^(?:(?:public|final|abstract|sealed) )*(?:class|interface|record|enum) (\\w+)", Pattern.MULTILINE);
    private static final Pattern MAIN = Pattern.compile("\\bvoid main\\(");
    private static final Pattern TEST = Pattern.compile("@(?:Async)?Test\\b");

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
        Page source = Page.of("docs/" + page);
        boolean afterListing = false;
        for (Page.Block block : source.blocks()) {
            String text = block.text() + "\n";
            if (block.language().equals("java")) {
                String remark = remarkBefore(block, source.lines());
                listings.add(listing(page, block.line(), remark, text, files, warned));
            } else if (block.language().equals("text")) {
                if (!afterListing) {
                    throw new AssertionError(page + ":" + block.line()
                            + ": a text block is what the listing before it prints, and there is none");
                }
                Listing printing = listings.remove(listings.size() - 1);
                listings.add(printing.withText(text));
            }
            afterListing = block.language().equals("java");
        }
        return listings;
    }

    /** What the comment above a block says, if only blank lines are between them; otherwise nothing. */
    private static String remarkBefore(Page.Block block, List<String> lines) {
        int above = block.line() - 2;
        while (above >= 0 && lines.get(above).isBlank()) {
            above--;
        }
        var found = REMARK.matcher(above < 0 ? "" : lines.get(above));
        return found.matches() ? found.group(1) : "";
    }

    /** Adds the file to {@code files}, or to {@code warned} if javac has something to say about it and does not refuse it. */
    private static Listing listing(
            String page,
            int line,
            String remark,
            String source,
            Map<String, String> files,
            Map<String, String> warned) {
        Kind kind = Stream.of(Kind.values())
                .filter(it -> it.isOf(remark))
                .findFirst()
                .orElseThrow(() -> new AssertionError(page + ":" + line + ": no listing can be \"" + remark + "\""));
        String detail = remark.substring(kind.remark.length());
        if (kind == Kind.FRAGMENT || kind == Kind.BUILT) {
            return new Listing(page, line, kind, detail, source, kind.remark.strip(), Map.of(), null);
        }
        String file = file(page, line, source);
        if (kind == Kind.PREVIEW) {
            return new Listing(page, line, kind, detail, source, file, Map.of(file, source), null);
        }
        Map<String, String> all = new LinkedHashMap<>(files);
        if (TEST.matcher(source).find()) {
            all.putAll(warned);
        }
        all.put(file, source);
        warned.remove(file);
        switch (kind) {
            case WARNED -> warned.put(file, source);
            case PLAIN, REAL_TIME, FRAMEWORKS -> files.put(file, source);
            default -> {} // later blocks do not see it
        }
        return new Listing(page, line, kind, detail, source, file, all, null);
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
        return new Listing(page, line, kind, detail, source, file, files, text);
    }
}
