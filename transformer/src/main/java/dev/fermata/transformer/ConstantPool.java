package dev.fermata.transformer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The cheapest look at a class file: does its constant pool mention a name? Most classes do not and are read no further. */
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

    private ConstantPool() {}

    /**
     * Whether one of {@code texts} (plain ASCII) is a constant. True for a class file that cannot be followed, so that whoever
     * reads it properly finds out what is wrong with it.
     */
    static boolean mentions(byte[] classFile, String... texts) {
        byte[][] wanted = Arrays.stream(texts)
                .map(it -> it.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
        try {
            int count = unsignedShort(classFile, HEADER - 2);
            int at = HEADER;
            for (int i = 1; i < count; i++) {
                int tag = classFile[at];
                switch (tag) {
                    case UTF8 -> {
                        int length = unsignedShort(classFile, at + 1);
                        for (byte[] text : wanted) {
                            if (Arrays.equals(classFile, at + 3, at + 3 + length, text, 0, text.length)) {
                                return true;
                            }
                        }
                        at += 3 + length;
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

    private static int unsignedShort(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
