package dev.fermata.internal.base;

/** Text from outside in output that has a line for each thing: it must not look like another line. */
public final class OneLine {
    private OneLine() {}

    /** The text with its control characters and line separators written as in Java source. */
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
