package dev.fermata.transformer.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** Says why a file could not be read or written: the message of many exceptions is the file's name and nothing else. */
public final class FileFailure {
    private FileFailure() {}

    /** File and reason, as {@code target/classes/A.class: access denied}. */
    public static String describe(Exception failure) {
        if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return describe(unchecked.getCause());
        }
        if (failure instanceof FileSystemException file && file.getReason() == null) {
            return file.getMessage() + ": " + reason(file);
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** The failure of one file, where the exception itself may not name it: that of a full disk does not. */
    public static IOException of(Object file, IOException failure) {
        String text = describe(failure);
        return new IOException(text.startsWith(file.toString()) ? text : file + ": " + text, failure);
    }

    /** {@code NoSuchFileException} as "no such file". */
    private static String reason(FileSystemException failure) {
        return failure.getClass()
                .getSimpleName()
                .replaceAll("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }
}
