package dev.fermata.transformer.folder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text to be found in the bytes of many files, most of which do not have it. Horspool's search: it looks at one byte of
 * every few, which counts in code that is interpreted for most of its life.
 */
final class Needle {
    private final byte[] text;
    /** By the byte at which the end of the text is tried: how far it may be moved on from there. */
    private final int[] shifts = new int[256];

    /** Looks for a text, which is plain ASCII. */
    Needle(String text) {
        this.text = text.getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(shifts, this.text.length);
        for (int i = 0; i < this.text.length - 1; i++) {
            shifts[this.text[i] & 0xff] = this.text.length - 1 - i;
        }
    }

    boolean isIn(byte[] bytes) {
        int last = text.length - 1;
        for (int end = last; end < bytes.length; end += shifts[bytes[end] & 0xff]) {
            if (bytes[end] == text[last] && Arrays.equals(bytes, end - last, end, text, 0, last)) {
                return true;
            }
        }
        return false;
    }
}
