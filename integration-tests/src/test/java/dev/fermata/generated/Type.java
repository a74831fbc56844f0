package dev.fermata.generated;

import java.util.Arrays;
import java.util.List;

/** The types of generated programs. */
enum Type {
    BOOLEAN("boolean", "Boolean", "false"),
    BYTE("byte", "Byte", "(byte) 1"),
    SHORT("short", "Short", "(short) 2"),
    CHAR("char", "Character", "'c'"),
    INT("int", "Integer", "3"),
    LONG("long", "Long", "4L"),
    FLOAT("float", "Float", "5.5f"),
    DOUBLE("double", "Double", "6.5"),
    STRING("String", "String", "\"t\""),
    INTEGER("Integer", "Integer", "((Integer) 7)"),
    OBJECT("Object", "Object", "((Object) \"o\")"),
    COLOUR("Colour", "Colour", "Colour.RED"),
    PAIR("P", "P", "new P(1, 2L, null)"),
    BOX("Q", "Q", "new Q()"),
    LIST("List<Integer>", "List<Integer>", "List.of(1, 2)"),
    BOOLEANS("boolean[]", "boolean[]", "new boolean[2]"),
    BYTES("byte[]", "byte[]", "new byte[2]"),
    SHORTS("short[]", "short[]", "new short[2]"),
    CHARS("char[]", "char[]", "new char[2]"),
    INTS("int[]", "int[]", "new int[2]"),
    LONGS("long[]", "long[]", "new long[2]"),
    FLOATS("float[]", "float[]", "new float[2]"),
    DOUBLES("double[]", "double[]", "new double[2]"),
    STRINGS("String[]", "String[]", "new String[2]");

    static final List<Type> ALL = List.of(values());
    static final List<Type> NUMERIC = List.of(BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE);
    static final List<Type> INTEGRAL = List.of(BYTE, SHORT, CHAR, INT, LONG);
    static final List<Type> ARRAYS = List.of(BOOLEANS, BYTES, SHORTS, CHARS, INTS, LONGS, FLOATS, DOUBLES, STRINGS);

    /** In source. */
    final String java;

    /** As a type argument. */
    final String boxed;

    /** A constant of it, for the shrinker. */
    final String simplest;

    Type(String java, String boxed, String simplest) {
        this.java = java;
        this.boxed = boxed;
        this.simplest = simplest;
    }

    boolean isNumeric() {
        return NUMERIC.contains(this);
    }

    boolean isIntegral() {
        return INTEGRAL.contains(this);
    }

    boolean isPrimitive() {
        return ordinal() <= DOUBLE.ordinal();
    }

    boolean isArray() {
        return ARRAYS.contains(this);
    }

    Type element() {
        return Arrays.stream(values())
                .filter(it -> (it.java + "[]").equals(java))
                .findFirst()
                .orElseThrow();
    }

    /** The type of its arrays; only for primitives and String. */
    Type array() {
        return Arrays.stream(values())
                .filter(it -> it.java.equals(java + "[]"))
                .findFirst()
                .orElseThrow();
    }

    boolean hasArray() {
        return isPrimitive() || this == STRING;
    }
}
