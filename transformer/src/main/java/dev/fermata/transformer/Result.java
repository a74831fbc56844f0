package dev.fermata.transformer;

import java.util.List;

/** What became of a nest of classes: they are woven together or not at all. */
public sealed interface Result {
    /** Nothing in it is async, or all of it is woven already. */
    record Unchanged() implements Result {}

    /**
     * Rewritten, and proven by ASM's verifier.
     *
     * @param changed the classes of the nest that differ from what came in
     * @param frames the classes that were added, one for each async method
     * @param reports what was done and why, for each class with async methods
     */
    record Woven(List<ClassFile> changed, List<ClassFile> frames, List<ClassReport> reports) implements Result {}

    /**
     * Left as it was, because something in it cannot be rewritten correctly.
     *
     * @param violations at least one
     */
    record Rejected(List<Violation> violations) implements Result {}
}
