package dev.fermata;

import dev.fermata.internal.base.Guarded;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Several failures at once: what leaves a {@link TaskGroup} whose tasks failed. It holds exceptions only, each object once.
 * They are also its suppressed exceptions, so a printed trace shows them all. An {@link Error} is never in a group, so
 * {@code catch (Exception e)} never swallows one.
 *
 * <p>Tasks that await the same failed task fail with the same object. The group lists it once, where it came first; asyncio
 * lists it once for each of them.
 *
 * <p>asyncio: {@code ExceptionGroup}.
 */
public final class ExceptionGroup extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** How many characters of an exception's message are in that of the group. */
    private static final int LONGEST_LINE = 200;

    /** An ArrayList or an unmodifiable view of one: serializable either way. */
    @SuppressWarnings("serial")
    private final List<Exception> exceptions;

    /**
     * Creates a group of exceptions.
     *
     * @param message what they have in common. The exceptions are listed after it, each with the first line of its message,
     *     at most 200 characters
     * @param exceptions the exceptions in the order in which they failed; an object that is listed twice counts where it
     *     comes first
     * @throws IllegalArgumentException if there are none
     */
    public ExceptionGroup(String message, Collection<? extends Exception> exceptions) {
        this(message, eachOnce(exceptions));
    }

    @SuppressWarnings("NonApiType") // distinguishes the constructors
    private ExceptionGroup(String message, ArrayList<Exception> exceptions) {
        super(message + named(exceptions));
        this.exceptions = Collections.unmodifiableList(exceptions);
        exceptions.forEach(this::addSuppressed);
    }

    private static String named(Collection<? extends Exception> exceptions) {
        if (exceptions.isEmpty()) {
            throw new IllegalArgumentException("an ExceptionGroup needs at least one exception");
        }
        StringJoiner names = new StringJoiner(
                "; ", exceptions.size() == 1 ? " (1 exception: " : " (" + exceptions.size() + " exceptions: ", ")");
        for (Exception exception : exceptions) {
            String message = Guarded.message(exception);
            String name = exception.getClass().getSimpleName();
            names.add(message == null ? name : name + ": " + firstLine(message));
        }
        return names.toString();
    }

    /**
     * Returns the first line, cut off if it is long, as that of a group in a group in a group is. Otherwise each level
     * would repeat the messages of all levels inside it.
     */
    private static String firstLine(String message) {
        String line = message.lines().findFirst().orElse("");
        if (line.length() <= LONGEST_LINE) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST_LINE - 1)) ? LONGEST_LINE - 1 : LONGEST_LINE;
        return line.substring(0, end) + "…";
    }

    /** Returns the exceptions in the order in which they failed. asyncio: {@code exceptions}. */
    public List<Exception> exceptions() {
        return exceptions;
    }

    @SuppressWarnings("NonApiType")
    private static ArrayList<Exception> eachOnce(Collection<? extends Exception> exceptions) {
        Set<Exception> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayList<Exception> once = new ArrayList<>(exceptions.size());
        for (Exception exception : exceptions) {
            if (seen.add(exception)) {
                once.add(exception);
            }
        }
        return once;
    }
}
