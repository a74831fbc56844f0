package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.transformer.ClassFacts.Fact;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathFactsTest {
    @TempDir
    private Path folder;

    @Test
    void jdk_class_is_found_in_its_module() throws IOException {
        try (ClassPathFacts facts = new ClassPathFacts(List.of())) {
            assertEquals(new Fact(null, List.of(), false), facts.find("java/lang/Object"));
            assertEquals(
                    new Fact("java/lang/Object", List.of("java/lang/AutoCloseable"), true),
                    facts.find("java/io/Closeable"));
            Fact connection = facts.find("java/sql/Connection");
            assertEquals(List.of("java/sql/Wrapper", "java/lang/AutoCloseable"), connection.interfaces());
        }
    }

    @Test
    void class_of_a_directory_is_found() throws IOException {
        Javac.compile(folder, "package com.acme; abstract class Lock implements AutoCloseable, Runnable {}");
        try (ClassPathFacts facts = new ClassPathFacts(List.of(folder))) {
            List<String> interfaces = List.of("java/lang/AutoCloseable", "java/lang/Runnable");
            assertEquals(new Fact("java/lang/Object", interfaces, false), facts.find("com/acme/Lock"));
        }
    }

    @Test
    void class_of_a_jar_is_found() throws IOException {
        Javac.compile(folder, "package com.acme; class Lock {}", "package com.acme; class Key extends Lock {}");
        Path jar = folder.resolve("lib.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry("com/acme/Key.class"));
            out.write(Files.readAllBytes(folder.resolve("com/acme/Key.class")));
        }
        try (ClassPathFacts facts = new ClassPathFacts(List.of(jar))) {
            assertEquals(new Fact("com/acme/Lock", List.of(), false), facts.find("com/acme/Key"));
            assertNull(facts.find("com/acme/Lock"), "not in the jar");
        }
    }

    @Test
    void frame_class_that_weaving_added_tells_nothing() throws IOException {
        Javac.compile(
                folder,
                "package com.acme; abstract class Shop$async$m extends dev.fermata.abi.Frame<Object> {}",
                "package com.acme; abstract class Primitive extends dev.fermata.abi.Frame<Object> {}");
        try (ClassPathFacts facts = new ClassPathFacts(List.of(folder))) {
            assertNull(facts.find("com/acme/Shop$async$m"));
            assertEquals(new Fact("dev/fermata/abi/Frame", List.of(), false), facts.find("com/acme/Primitive"));
        }
    }

    @Test
    void class_that_is_nowhere_has_no_facts() throws IOException {
        try (ClassPathFacts facts = new ClassPathFacts(List.of(folder.resolve("missing.jar"), folder))) {
            assertNull(facts.find("com/acme/Nowhere"));
            assertNull(facts.find("java/lang/Nowhere"));
            assertNull(facts.find("Nowhere"));
        }
    }

    @Test
    void jar_that_is_none_is_named() throws IOException {
        Path jar = Files.writeString(folder.resolve("lib.jar"), "no jar");
        IOException error = assertThrows(IOException.class, () -> new ClassPathFacts(List.of(jar)));
        assertTrue(error.getMessage().startsWith(jar + ": "), error.getMessage());
    }

    @Test
    void name_that_no_file_can_have_has_no_facts() throws IOException {
        try (ClassPathFacts facts = new ClassPathFacts(List.of(folder))) {
            assertNull(facts.find("com/acme/x\0"));
        }
    }

    @Test
    void class_in_a_file_of_another_name_is_not_found_there() throws IOException {
        Javac.compile(folder, "package com.acme; class Lock {}");
        Files.move(folder.resolve("com/acme/Lock.class"), folder.resolve("com/acme/Key.class"));
        try (ClassPathFacts facts = new ClassPathFacts(List.of(folder))) {
            assertNull(facts.find("com/acme/Key"));
        }
    }
}
