package dev.fermata.transformer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/** The cheapest look at a class file: does its constant pool mention one of some names? Most do not and are read no further. */
final class ConstantPool {
    private static final int HEADER = 10;
    private static final int UTF8 = 1;
    private static final int INTEGER = 3;
    private static final int FLOAT = 4;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int METHOD_HANDLE = 15;
    private static final int METHOD_TYPE = 16;
    private static final int MODULE = 19;
    private static final int PACKAGE = 20;

    /** What is looked for, by its length: most constants are ruled out by that alone. */
    private final byte[][][] textsOfLength;

    /** Looks for {@code texts}, which are plain ASCII. */
    ConstantPool(Collection<String> texts) {
        int longest = texts.stream().mapToInt(String::length).max().orElse(0);
        textsOfLength = new byte[longest + 1][0][];
        for (String text : texts) {
            byte[][] before = textsOfLength[text.length()];
            byte[][] more = Arrays.copyOf(before, before.length + 1);
            more[before.length] = text.getBytes(StandardCharsets.US_ASCII);
            textsOfLength[text.length()] = more;
        }
    }

    /**
     * Whether one of the texts is a constant. True for a class file that cannot be followed, so that whoever reads it properly
     * finds out what is wrong with it.
     */
    boolean isMentionedIn(byte[] classFile) {
        try {
            int count = unsignedShort(classFile, HEADER - 2);
            int at = HEADER;
            for (int i = 1; i < count; i++) {
                int tag = classFile[at];
                switch (tag) {
                    case UTF8 -> {
                        int length = unsignedShort(classFile, at + 1);
                        int end = at + 3 + length;
                        if (end > classFile.length || isText(classFile, at + 3, length)) {
                            return true;
                        }
                        at = end;
                    }
                    case LONG, DOUBLE -> {
                        at += 9;
                        i++;
                    }
                    case CLASS, STRING, METHOD_TYPE, MODULE, PACKAGE -> at += 3;
                    case METHOD_HANDLE -> at += 4;
                    case INTEGER, FLOAT, 9, 10, 11, 12, 17, 18 -> at += 5;
                    default -> {
                        return true;
                    }
                }
            }
            return false;
        } catch (IndexOutOfBoundsException e) {
            return true;
        }
    }

    private boolean isText(byte[] classFile, int at, int length) {
        if (length >= textsOfLength.length) {
            return false;
        }
        for (byte[] text : textsOfLength[length]) {
            if (Arrays.equals(classFile, at, at + length, text, 0, length)) {
                return true;
            }
        }
        return false;
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
