package dev.fermata.transformer.folder;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a class file says about its place among other classes. Read by hand and not with ASM, which refuses class files
 * newer than itself: the class path of a build may hold any.
 *
 * @param name internal name
 * @param superName internal name; null for Object and modules
 * @param interfaces internal names of the direct ones
 * @param isInterface whether it is one, annotations included
 * @param nestHost internal name of the top-level class; null in that class itself
 * @param nestMembers internal names, in the order of the file; empty except in a host
 * @param woven whether it carries the mark of what weaving has changed
 */
record ClassHeader(
        String name,
        @Nullable String superName,
        List<String> interfaces,
        boolean isInterface,
        @Nullable String nestHost,
        List<String> nestMembers,
        boolean woven) {

    /** The type of the mark. */
    static final String WOVEN = "Ldev/fermata/abi/Woven;";

    private static final int MAGIC = 0xCAFEBABE;
    private static final int ACC_INTERFACE = 0x0200;
    /** A class file that is made to be hard to read must not overflow the stack. */
    private static final int DEEPEST_ANNOTATION = 100;
    /** The major version of Java 11. To the JVM, older classes are nests of their own whatever they say. */
    private static final int FIRST_WITH_NESTS = 55;

    /**
     * Reads a class file.
     *
     * @return null where it is not one, or ends too early
     */
    static @Nullable ClassHeader read(byte[] classFile) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile))) {
            return in.readInt() == MAGIC ? read(in) : null;
        } catch (IOException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            return null;
        }
    }

    /** What is wrong with a class file of which {@link #read} makes nothing. */
    static String problem(byte[] classFile) {
        if (classFile.length == 0) {
            return "the file is empty";
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile))) {
            if (in.readInt() != MAGIC) {
                return "the file does not start like a class file";
            }
            read(in);
            return "its constants contradict each other";
        } catch (EOFException e) {
            return "the file ends in the middle, after " + classFile.length + " bytes";
        } catch (IOException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            return "its constants contradict each other: " + e.getMessage();
        }
    }

    /** Whether the JVM takes this for the name of a class: parts that are not empty, between slashes. */
    static boolean isClassName(String name) {
        return Arrays.stream(name.split("/", -1)).noneMatch(part -> part.isEmpty() || part.matches("(?s).*[.;\\[].*"));
    }

    private static @Nullable ClassHeader read(DataInputStream in) throws IOException {
        in.skipNBytes(2); // minor version
        boolean hasNests = in.readUnsignedShort() >= FIRST_WITH_NESTS;
        Constants constants = Constants.read(in);
        boolean isInterface = (in.readUnsignedShort() & ACC_INTERFACE) != 0;
        String name = constants.className(in.readUnsignedShort());
        if (name == null) {
            return null;
        }
        String superName = constants.className(in.readUnsignedShort());
        List<String> interfaces = classNames(in, constants);
        skipMembers(in); // fields
        skipMembers(in); // methods
        String nestHost = null;
        List<String> nestMembers = List.of();
        boolean woven = false;
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            String attribute = constants.text(in.readUnsignedShort());
            int length = in.readInt();
            if (hasNests && "NestHost".equals(attribute)) {
                nestHost = constants.className(in.readUnsignedShort());
            } else if (hasNests && "NestMembers".equals(attribute)) {
                nestMembers = classNames(in, constants);
            } else if ("RuntimeInvisibleAnnotations".equals(attribute) && constants.contain(WOVEN)) {
                byte[] annotations = new byte[length];
                in.readFully(annotations);
                woven = Annotations.contain(WOVEN, annotations, constants);
            } else {
                in.skipNBytes(length);
            }
        }
        return new ClassHeader(name, superName, interfaces, isInterface, nestHost, nestMembers, woven);
    }

    private static List<String> classNames(DataInputStream in, Constants constants) throws IOException {
        List<String> names = new ArrayList<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            String name = constants.className(in.readUnsignedShort());
            if (name != null) {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    private static void skipMembers(DataInputStream in) throws IOException {
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            in.skipNBytes(6); // access, name, descriptor
            for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                in.skipNBytes(2);
                in.skipNBytes(in.readInt());
            }
        }
    }

    /** The constant pool, as far as it is of use here. */
    private static final class Constants {
        /** By index: the text of a Utf8. */
        private final @Nullable String[] texts;
        /** By index: where the name of a Class is. */
        private final int[] classes;

        private Constants(int size) {
            texts = new @Nullable String[size];
            classes = new int[size];
        }

        static Constants read(DataInputStream in) throws IOException {
            int size = in.readUnsignedShort();
            Constants constants = new Constants(size);
            for (int i = 1; i < size; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> constants.texts[i] = in.readUTF();
                    case 7 -> constants.classes[i] = in.readUnsignedShort();
                    case 8, 16, 19, 20 -> in.skipNBytes(2); // String, MethodType, Module, Package
                    case 15 -> in.skipNBytes(3); // MethodHandle
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4); // int, float, references, (invoke)dynamic
                    case 5, 6 -> { // long and double take two indices
                        in.skipNBytes(8);
                        i++;
                    }
                    default -> throw new IOException("constant with the unknown tag " + tag);
                }
            }
            return constants;
        }

        boolean contain(String text) {
            return Arrays.asList(texts).contains(text);
        }

        @Nullable
        String text(int index) {
            return texts[index];
        }

        @Nullable
        String className(int index) {
            return texts[classes[index]];
        }
    }

    /** The annotations of a class, as far as it takes to find one of them. */
    private static final class Annotations {
        private final DataInputStream in;

        private Annotations(DataInputStream in) {
            this.in = in;
        }

        static boolean contain(String type, byte[] attribute, Constants constants) throws IOException {
            Annotations annotations = new Annotations(new DataInputStream(new ByteArrayInputStream(attribute)));
            for (int left = annotations.in.readUnsignedShort(); left > 0; left--) {
                if (type.equals(constants.text(annotations.in.readUnsignedShort()))) {
                    return true;
                }
                annotations.skipValues(0);
            }
            return false;
        }

        private void skipValues(int depth) throws IOException {
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                in.skipNBytes(2); // name
                skipValue(depth);
            }
        }

        private void skipValue(int depth) throws IOException {
            if (depth > DEEPEST_ANNOTATION) {
                throw new IOException("annotations in annotations in annotations");
            }
            switch (in.readUnsignedByte()) {
                case 'e' -> in.skipNBytes(4); // type and name of an enum constant
                case '@' -> {
                    in.skipNBytes(2); // type
                    skipValues(depth + 1);
                }
                case '[' -> {
                    for (int left = in.readUnsignedShort(); left > 0; left--) {
                        skipValue(depth + 1);
                    }
                }
                default -> in.skipNBytes(2); // a constant
            }
        }
    }
}
