package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileFailureTest {
    private static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new NoSuchFileException("a/b"), "a/b: no such file"),
                arguments(new AccessDeniedException("a/b"), "a/b: access denied"),
                arguments(new AccessDeniedException("a/b", null, "it is locked"), "a/b: it is locked"),
                arguments(
                        new FileSystemException("a/b", "c", "Read-only file system"),
                        "a/b -> c: Read-only file system"),
                arguments(new UncheckedIOException(new NoSuchFileException("a/b")), "a/b: no such file"),
                arguments(new IOException("No space left on device"), "No space left on device"),
                arguments(new IOException(), "java.io.IOException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void file_and_reason_are_said(Exception failure, String text) {
        assertEquals(text, FileFailure.describe(failure));
    }

    @Test
    void file_is_added_where_the_failure_does_not_name_it() {
        assertEquals(
                "a/b: No space left",
                FileFailure.of("a/b", new IOException("No space left")).getMessage());
        assertEquals(
                "a/b: no such file",
                FileFailure.of("a/b", new NoSuchFileException("a/b")).getMessage());
    }
}
