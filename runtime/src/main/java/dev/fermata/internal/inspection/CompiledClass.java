package dev.fermata.internal.inspection;

import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.abi.Woven;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a class file which methods the weaver would rewrite. Only the file shows that: the annotations are not visible
 * at run time. The format: JVMS, chapter 4. From any thread.
 */
final class CompiledClass {
    private static final String ASYNC = Async.class.descriptorString();
    private static final String WOVEN = Woven.class.descriptorString();

    /** The prefix of the annotations of tests that are woven, too. This module does not know their module. */
    private static final String TESTS = "Ldev/fermata/testing/Async";

    private static final String RETURNS_COROUTINE = ")" + Coroutine.class.descriptorString();
    private static final String ASYNCIO = Asyncio.class.getName().replace('.', '/');
    private static final int INVOKESTATIC = 0xb8;

    private final DataInputStream in;

    /**
     * The constants by their index. A text is stored as itself, a class as the index of its name, a reference as its two
     * indexes.
     */
    private @Nullable Object[] constants = {};

    private final Set<String> toBeWoven = new HashSet<>();

    private CompiledClass(InputStream file) {
        this.in = new DataInputStream(file);
    }

    /**
     * Returns, as one string, the name and descriptor of each method that the weaver would rewrite; none if it has
     * rewritten the class already.
     */
    static Set<String> methodsToBeWoven(byte[] file) throws IOException {
        CompiledClass read = new CompiledClass(new ByteArrayInputStream(file));
        read.all();
        return read.toBeWoven;
    }

    private void all() throws IOException {
        in.skipNBytes(8);
        readConstants();
        for (Object constant : constants) {
            if (WOVEN.equals(constant)) {
                return;
            }
        }
        in.skipNBytes(6);
        in.skipNBytes(2L * in.readUnsignedShort());
        for (int fields = in.readUnsignedShort(); fields > 0; fields--) {
            readMember();
        }
        for (int methods = in.readUnsignedShort(); methods > 0; methods--) {
            readMember();
        }
    }

    private void readConstants() throws IOException {
        constants = new Object[in.readUnsignedShort()];
        for (int i = 1; i < constants.length; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> constants[i] = in.readUTF();
                case 7 -> constants[i] = in.readUnsignedShort();
                case 9, 10, 11, 12 -> constants[i] = new int[] {in.readUnsignedShort(), in.readUnsignedShort()};
                case 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++; // these take two places
                }
                default -> throw new IOException("constant of the unknown kind " + tag);
            }
        }
    }

    /** Reads a method, or a field, which has no annotation that counts. */
    private void readMember() throws IOException {
        in.skipNBytes(2);
        String name = text(in.readUnsignedShort());
        String descriptor = text(in.readUnsignedShort());
        boolean lambda = name.startsWith("lambda$") && descriptor.endsWith(RETURNS_COROUTINE);
        for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
            String attribute = text(in.readUnsignedShort());
            byte[] content = new byte[in.readInt()];
            in.readFully(content);
            boolean async = switch (attribute) {
                case "RuntimeInvisibleAnnotations", "RuntimeVisibleAnnotations" -> isAsync(content);
                case "Code" -> lambda && awaits(content);
                default -> false;
            };
            if (async) {
                toBeWoven.add(name + descriptor);
            }
        }
    }

    private boolean isAsync(byte[] annotations) throws IOException {
        DataInputStream from = new DataInputStream(new ByteArrayInputStream(annotations));
        boolean found = false;
        for (int left = from.readUnsignedShort(); left > 0; left--) {
            String type = readAnnotation(from);
            found |= type.equals(ASYNC) || type.startsWith(TESTS);
        }
        return found;
    }

    private String readAnnotation(DataInputStream from) throws IOException {
        String type = text(from.readUnsignedShort());
        for (int elements = from.readUnsignedShort(); elements > 0; elements--) {
            from.skipNBytes(2);
            skipValue(from);
        }
        return type;
    }

    private void skipValue(DataInputStream from) throws IOException {
        switch (from.readUnsignedByte()) {
            case 'e' -> from.skipNBytes(4);
            case '@' -> readAnnotation(from);
            case '[' -> {
                for (int values = from.readUnsignedShort(); values > 0; values--) {
                    skipValue(from);
                }
            }
            default -> from.skipNBytes(2);
        }
    }

    /** Whether the code contains the bytes of a call of await. */
    private boolean awaits(byte[] code) {
        for (int i = 0; i + 2 < code.length; i++) {
            if ((code[i] & 0xff) == INVOKESTATIC && isAwait((code[i + 1] & 0xff) << 8 | (code[i + 2] & 0xff))) {
                return true;
            }
        }
        return false;
    }

    private boolean isAwait(int index) {
        return constant(index) instanceof int[] reference
                && constant(reference[0]) instanceof Integer owner
                && ASYNCIO.equals(constant(owner))
                && constant(reference[1]) instanceof int[] nameAndType
                && "await".equals(constant(nameAndType[0]));
    }

    private Object constant(int index) {
        Object constant = index < constants.length ? constants[index] : null;
        return constant == null ? "" : constant;
    }

    private String text(int index) throws IOException {
        if (constant(index) instanceof String text) {
            return text;
        }
        throw new IOException("no text at " + index);
    }
}
