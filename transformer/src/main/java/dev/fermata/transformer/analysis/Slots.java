package dev.fermata.transformer.analysis;

import org.objectweb.asm.Opcodes;

/** The five kinds of values the JVM's locals and a frame's fields hold, by verification type. */
public final class Slots {
    private Slots() {}

    /** {@code I J F D}, or {@code A} for references and null: also the first letter of a frame's fields. */
    public static char kind(Object type) {
        if (type instanceof String || Opcodes.NULL.equals(type)) {
            return 'A';
        }
        if (Opcodes.INTEGER.equals(type)) {
            return 'I';
        }
        if (Opcodes.LONG.equals(type)) {
            return 'J';
        }
        if (Opcodes.FLOAT.equals(type)) {
            return 'F';
        }
        if (Opcodes.DOUBLE.equals(type)) {
            return 'D';
        }
        throw new IllegalStateException("no value has the type " + type);
    }

    public static int load(Object type) {
        return load(kind(type));
    }

    static int load(char kind) {
        return switch (kind) {
            case 'I' -> Opcodes.ILOAD;
            case 'J' -> Opcodes.LLOAD;
            case 'F' -> Opcodes.FLOAD;
            case 'D' -> Opcodes.DLOAD;
            default -> Opcodes.ALOAD;
        };
    }

    public static int store(Object type) {
        return load(type) + (Opcodes.ISTORE - Opcodes.ILOAD);
    }

    /** The instruction that pushes the value a slot of this type starts with. */
    public static int zero(Object type) {
        return switch (kind(type)) {
            case 'I' -> Opcodes.ICONST_0;
            case 'J' -> Opcodes.LCONST_0;
            case 'F' -> Opcodes.FCONST_0;
            case 'D' -> Opcodes.DCONST_0;
            default -> Opcodes.ACONST_NULL;
        };
    }

    public static String descriptor(char kind) {
        return kind == 'A' ? "Ljava/lang/Object;" : String.valueOf(kind);
    }

    /** The type as Java writes it. */
    public static String javaName(Object type) {
        if (type instanceof String name) {
            return name.startsWith("[") ? org.objectweb.asm.Type.getType(name).getClassName() : name.replace('/', '.');
        }
        return switch (kind(type)) {
            case 'I' -> "int";
            case 'J' -> "long";
            case 'F' -> "float";
            case 'D' -> "double";
            default -> "null";
        };
    }
}
