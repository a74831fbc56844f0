package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassHeaderTest {
    private static final String ANNOTATIONS = """
            package com.acme;
            @interface Many {
              String[] texts(); One one(); Class<?> type(); Thread.State state(); long number(); One[] more();
            }
            @interface One { byte[] bytes(); }
            """;

    @TempDir
    private Path folder;

    @Test
    void mark_is_found_behind_annotations_of_all_kinds() throws IOException {
        assertTrue(header("""
                @Many(texts = {"a", "b"}, one = @One(bytes = {1, 2}), type = Shop.class, state = Thread.State.NEW,
                    number = 7, more = {@One(bytes = {}), @One(bytes = 1)})
                @dev.fermata.abi.Woven(abi = 1, version = "")
                class Shop {}
                """).woven());
    }

    @Test
    void mark_that_is_only_spoken_of_is_none() throws IOException {
        assertFalse(header("""
                @Many(texts = {"Ldev/fermata/abi/Woven;"}, one = @One(bytes = {}), type = Shop.class,
                    state = Thread.State.NEW, number = 7, more = {})
                class Shop { dev.fermata.abi.Woven woven; }
                """).woven());
    }

    private ClassHeader header(String source) throws IOException {
        Javac.compile(folder, ANNOTATIONS + source);
        ClassHeader header = ClassHeader.read(Files.readAllBytes(folder.resolve("com/acme/Shop.class")));
        assertNotNull(header);
        return header;
    }

    @Test
    void what_is_wrong_with_a_file_is_said() throws IOException {
        Javac.compile(folder, "package com.acme; class Shop {}");
        byte[] good = Files.readAllBytes(folder.resolve("com/acme/Shop.class"));
        assertProblem("the file is empty", new byte[0]);
        assertProblem("the file does not start like a class file", "no class".getBytes(StandardCharsets.US_ASCII));
        assertProblem("the file ends in the middle, after 20 bytes", Arrays.copyOf(good, 20));
        byte[] tag = good.clone();
        tag[10] = 99;
        assertProblem("its constants contradict each other: constant with the unknown tag 99", tag);
    }

    private static void assertProblem(String problem, byte[] classFile) {
        assertNull(ClassHeader.read(classFile));
        assertEquals(problem, ClassHeader.problem(classFile));
    }
}
