package dev.fermata.maven;

import dev.fermata.transformer.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run did to an output folder.
 *
 * @param methods async methods that were woven
 * @param classes the classes these are in
 * @param held classes with async methods that were not woven because others were refused
 * @param upToDate classes with async methods that were woven by an earlier run and needed nothing
 * @param warnings what is woven but should be changed, each with its place
 * @param violations why nests were refused; their classes are as they were
 * @param bugs nests on which the weaver failed; their classes are as they were too
 */
record WeaveSummary(
        int methods,
        int classes,
        int held,
        int upToDate,
        List<String> warnings,
        List<Violation> violations,
        List<Bug> bugs) {
    /**
     * The weaver failed.
     *
     * @param className binary name of the nest's top-level class
     */
    record Bug(String className, Throwable cause) {
        String message() {
            return "A bug in Fermata: weaving " + className + " failed with " + cause
                    + ". Its classes are left as they were. Please report it with this class; until it is fixed, leave the"
                    + " class out with <excludes>";
        }
    }

    /** The one line for the log. */
    String line() {
        List<String> parts = new ArrayList<>();
        if (methods > 0) {
            parts.add("wove " + count(methods, "async method") + " in " + count(classes, "class"));
        } else if (upToDate == 0 && violations.isEmpty() && bugs.isEmpty()) {
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
        if (held > 0) {
            parts.add(count(held, "class") + " left unwoven because of that");
        }
        return "Fermata: " + String.join("; ", parts);
    }

    /** Why the build fails. */
    String failure() {
        return "Fermata refused " + count(violations.size(), "place") + " in " + count(refusedClasses(), "class")
                + ", said above; no class was changed";
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
