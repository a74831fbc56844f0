package dev.fermata.internal.base;

/**
 * Escapes text from outside for output that has one line for each thing, so that it cannot pass for another line. From any
 * thread.
 */
public final class OneLine {
    private OneLine() {}

    /** Returns the text with its control characters and line separators written as in Java source. */
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (breaksLine(text.charAt(i))) {
                return escaped(text);
            }
        }
        return text;
    }

    private static boolean breaksLine(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!breaksLine(c)) {
                escaped.append(c);
            } else {
                switch (c) {
                    case '\n' -> escaped.append("\\n");
                    case '\r' -> escaped.append("\\r");
                    case '\t' -> escaped.append("\\t");
                    default -> escaped.append(String.format("\\u%04x", (int) c));
                }
            }
        }
        return escaped.toString();
    }
}
