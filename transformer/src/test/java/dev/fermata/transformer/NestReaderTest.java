package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

class NestReaderTest {
    private static final int PREVIEW = 0xffff << 16;

    @Test
    void the_newest_class_files_that_are_read_are_the_newest_that_asm_reads() {
        int newest = NestReader.NEWEST_CLASS_VERSION;
        assertDoesNotThrow(() -> new ClassReader(ofVersion(newest)));
        assertDoesNotThrow(() -> new ClassReader(ofVersion(newest - 1 | PREVIEW)));
        assertThrows(IllegalArgumentException.class, () -> new ClassReader(ofVersion(newest | PREVIEW)));
        assertThrows(IllegalArgumentException.class, () -> new ClassReader(ofVersion(newest + 1)));
    }

    private static byte[] ofVersion(int version) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(version, 0, "Fixture", null, "java/lang/Object", null);
        return writer.toByteArray();
    }
}
