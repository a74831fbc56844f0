package dev.fermata.rules;

/** How bad it is to break a rule. */
public enum Severity {
    /** The code cannot work, so it is not compiled, and nothing switches the message off. */
    ERROR,
    /** The code is most likely a mistake. Whoever means it writes {@code @SuppressWarnings} with the id of the rule. */
    WARNING
}
