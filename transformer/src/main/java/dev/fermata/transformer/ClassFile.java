package dev.fermata.transformer;

/**
 * The bytes of one class.
 *
 * @param name its internal name, {@code com/acme/Shop$Item}
 * @param bytes the class file
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, compared by nobody
public record ClassFile(String name, byte[] bytes) {}
