package dev.fermata.transformer.folder;

import dev.fermata.transformer.Violation;
import dev.fermata.transformer.Weaver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run did to an output folder.
 *
 * @param methods async methods that were woven
 * @param classes the classes these are in
 * @param held classes with async methods that were not woven because others were refused
 * @param upToDate classes with async methods that were woven by an earlier run and needed nothing
 * @param warnings what is woven but should be changed, and what is not woven because it seems to be data
 * @param violations why nests were refused; their classes are as they were
 * @param strays classes that are woven and whose original is not known; nothing at all is written then
 * @param bugs nests on which the weaver failed; their classes are as they were too
 */
public record WeaveSummary(
        int methods,
        int classes,
        int held,
        int upToDate,
        List<Violation> warnings,
        List<Violation> violations,
        List<Violation> strays,
        List<Bug> bugs) {
    /**
     * The weaver failed.
     *
     * @param className binary name of the nest's top-level class
     * @param file that class's file
     * @param classes how many the nest has
     */
    public record Bug(String className, Path file, int classes, Throwable cause) {
        /** What failed, and what to do in Maven. */
        public String message() {
            return what() + ". Its classes were not changed. "
                    + (cause instanceof OutOfMemoryError
                            ? "Give Maven more, for example with MAVEN_OPTS=-Xmx2g, or exclude the class with <excludes>"
                            : cause instanceof StackOverflowError
                                    ? "Give Maven's threads more, for example with MAVEN_OPTS=-Xss16m, or exclude the class with"
                                            + " <excludes>"
                                    : "Please report it with this class. Until it is fixed, exclude the class with <excludes>");
        }

        /** What failed, as a sentence without its full stop. */
        public String what() {
            String nest = className + (classes == 1 ? "" : " and its nested classes, " + classes + " together,");
            if (cause instanceof OutOfMemoryError) {
                return "Memory ran out while weaving " + nest + " (" + file + "): " + cause.getMessage();
            }
            if (cause instanceof StackOverflowError) {
                return "The stack overflowed while weaving " + nest + " (" + file + ")";
            }
            // The weaver's own word for it names the class too, but neither its file nor how many are left.
            Throwable bug = cause.getCause() != null
                            && String.valueOf(cause.getMessage()).startsWith(Weaver.BUG)
                    ? cause.getCause()
                    : cause;
            return "A bug in Fermata: weaving " + nest + " (" + file + ") failed with " + bug;
        }
    }

    /** The one line for the log. */
    public String line() {
        List<String> parts = new ArrayList<>();
        if (methods > 0) {
            parts.add("wove " + count(methods, "async method") + " in " + count(classes, "class"));
        } else if (upToDate == 0 && violations.isEmpty() && strays.isEmpty() && bugs.isEmpty()) {
            parts.add("nothing to weave");
        } else {
            parts.add("nothing woven");
        }
        if (upToDate > 0) {
            parts.add(count(upToDate, "class") + " up to date");
        }
        if (!violations.isEmpty() || !bugs.isEmpty()) {
            parts.add(count(refusedClasses() + bugs.size(), "class") + " refused");
        }
        if (!strays.isEmpty()) {
            parts.add(count(strays.size(), "class") + " woven elsewhere");
        }
        if (held > 0) {
            parts.add(count(held, "class") + " left unwoven because of that");
        }
        return "Fermata: " + String.join("; ", parts);
    }

    /** Why the build fails. */
    public String failure() {
        return "Fermata found " + count(violations.size(), "error") + " in " + count(refusedClasses(), "class")
                + " (see above). No class was changed";
    }

    /** Why the build fails where classes are not as this folder's records have them. */
    public String strayFailure() {
        return "Fermata found " + count(strays.size(), "class")
                + " woven, but not by an earlier build here (see above). No class was changed. Run mvn clean";
    }

    private int refusedClasses() {
        return (int) violations.stream().map(Violation::className).distinct().count();
    }

    private static String count(int number, String noun) {
        if (number == 1) {
            return "1 " + noun;
        }
        return number + " " + noun + (noun.endsWith("s") ? "es" : "s");
    }
}
