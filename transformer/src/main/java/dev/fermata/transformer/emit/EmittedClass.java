package dev.fermata.transformer.emit;

import java.util.function.Predicate;

/**
 * A class that was written.
 *
 * @param name its internal name
 * @param bytes the class file
 * @param written whether a method, by name and descriptor, was written anew
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes, compared by nobody
public record EmittedClass(String name, byte[] bytes, Predicate<String> written) {}
