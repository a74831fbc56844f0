package dev.fermata;

import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.base.Suppression;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Predicate;

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

    /** The message without the list of exceptions. */
    private final String text;

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
        this.text = message;
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

    /**
     * Returns the exceptions that are no groups, in the order in which they failed: those of this group, of groups in it, and
     * so on. Python's recipe for it is called {@code leaf_generator}.
     */
    public List<Exception> leaves() {
        List<Exception> leaves = new ArrayList<>();
        addLeaves(leaves);
        return Collections.unmodifiableList(leaves);
    }

    private void addLeaves(List<Exception> leaves) {
        for (Exception exception : exceptions) {
            if (exception instanceof ExceptionGroup group) {
                group.addLeaves(leaves);
            } else {
                leaves.add(exception);
            }
        }
    }

    /**
     * Returns a group of the leaves that match, in groups as they are here, with the message, the trace and the cause of this
     * one; empty if there are none. asyncio: {@code subgroup}, which also asks about groups as a whole.
     */
    public Optional<ExceptionGroup> subgroup(Predicate<? super Exception> matches) {
        ArrayList<Exception> matching = new ArrayList<>();
        boolean isWhole = true;
        for (Exception exception : exceptions) {
            if (exception instanceof ExceptionGroup group) {
                ExceptionGroup part = group.subgroup(matches).orElse(null);
                if (part != null) {
                    matching.add(part);
                }
                isWhole &= part == group;
            } else if (matches.test(exception)) {
                matching.add(exception);
            } else {
                isWhole = false;
            }
        }
        if (isWhole) {
            return Optional.of(this);
        }
        return matching.isEmpty() ? Optional.empty() : Optional.of(with(matching));
    }

    /** Returns a group of the leaves of one type; see {@link #subgroup(Predicate)}. */
    public Optional<ExceptionGroup> subgroup(Class<? extends Exception> type) {
        return subgroup(type::isInstance);
    }

    /**
     * Returns a group of the leaves that match and one of those that do not; see {@link #subgroup(Predicate)}. Each leaf is
     * asked about once. asyncio: {@code split}.
     */
    public Split split(Predicate<? super Exception> matches) {
        Set<Exception> matching = Collections.newSetFromMap(new IdentityHashMap<>());
        leaves().stream().filter(matches).forEach(matching::add);
        return new Split(subgroup(matching::contains), subgroup(it -> !matching.contains(it)));
    }

    /** Returns a group of the leaves of one type and one of the others; see {@link #split(Predicate)}. */
    public Split split(Class<? extends Exception> type) {
        return split(type::isInstance);
    }

    /**
     * What {@link ExceptionGroup#split} returns. At least one of the two is there.
     *
     * @param matching the leaves that match
     * @param rest the others
     */
    public record Split(Optional<ExceptionGroup> matching, Optional<ExceptionGroup> rest) {}

    /**
     * Handles the leaves by their types, and throws the rest:
     *
     * <pre>{@code
     * } catch (ExceptionGroup group) {
     *     group.handle(
     *             on(IOException.class, failures -> log(failures)),
     *             on(TimeoutException.class, failures -> late += failures.size()));
     * }
     * }</pre>
     *
     * Each handler is called once at most, with those of its type that no handler before it has taken. If handlers throw
     * exceptions, the others are called all the same, and a group of what they threw and of the rest is thrown. If one throws
     * an {@link Error}, such as a failed assertion, that is thrown instead, once the others were called, with all else
     * suppressed in it. A handler cannot await; {@link #split} is for code that has to. asyncio: {@code except*}.
     *
     * @throws ExceptionGroup if something is left
     */
    public void handle(On<?>... handlers) {
        Optional<ExceptionGroup> rest = Optional.of(this);
        ArrayList<Exception> failures = new ArrayList<>();
        Error error = null;
        for (On<?> handler : handlers) {
            if (rest.isPresent()) {
                Split split = rest.get().split(handler.type());
                rest = split.rest();
                try {
                    split.matching().ifPresent(handler::handle);
                } catch (Exception failure) {
                    failures.add(failure);
                } catch (Error failure) {
                    if (error == null) {
                        error = failure;
                    } else {
                        Suppression.add(error, failure);
                    }
                }
            }
        }
        if (error != null || !failures.isEmpty()) {
            rest.ifPresent(failures::add);
        }
        if (error != null) {
            Suppression.addAll(error, failures);
            throw error;
        }
        if (!failures.isEmpty()) {
            throw with(failures);
        }
        if (rest.isPresent()) {
            throw rest.get();
        }
    }

    /** Says what {@link #handle} does with exceptions of a type; asyncio: one {@code except*} clause. */
    public static <E extends Exception> On<E> on(Class<E> type, Consumer<? super List<E>> handler) {
        return new On<>(type, handler);
    }

    /**
     * What {@link #handle} does with exceptions of one type.
     *
     * @param type of the leaves
     * @param handler called with the leaves of that type, at least one, in the order in which they failed
     */
    public record On<E extends Exception>(Class<E> type, Consumer<? super List<E>> handler) {
        public On {
            if (type == ExceptionGroup.class) {
                throw new IllegalArgumentException(
                        "on(ExceptionGroup.class): handlers get the exceptions that are in groups, not the"
                                + " groups. Name their type, or Exception for all");
            }
        }

        private void handle(ExceptionGroup matching) {
            handler.accept(matching.leaves().stream().map(type::cast).toList());
        }
    }

    /** As this one, with other exceptions. */
    private ExceptionGroup with(List<Exception> others) {
        ExceptionGroup group = new ExceptionGroup(text, others);
        group.setStackTrace(getStackTrace());
        if (getCause() != null) {
            group.initCause(getCause());
        }
        for (Throwable suppressed : getSuppressed()) { // such as that of a close
            if (exceptions.stream().noneMatch(it -> it == suppressed)) {
                group.addSuppressed(suppressed);
            }
        }
        return group;
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
