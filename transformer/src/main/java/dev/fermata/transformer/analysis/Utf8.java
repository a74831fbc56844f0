package dev.fermata.transformer.analysis;

/** Texts as constants of a class file. */
public final class Utf8 {
    /** The JVM's limit of a constant. */
    public static final int MOST_BYTES = 65_535;

    private Utf8() {}

    /** How many bytes a text has as a constant. */
    public static int length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c != 0 && c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }
}
