package dev.fermata.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeavingFoldersTest {
    @ParameterizedTest
    @CsvSource({
        // Maven
        "/p/target/classes,                         /p/target/classes,            /p/target/fermata,       classes",
        "/p/target/test-classes,                    /p/target/test-classes,       /p/target/fermata,       test-classes",
        "/p/target/classes/META-INF/versions/11,    /p/target/classes,            /p/target/fermata,       classes",
        // Gradle
        "/p/build/classes/java/main,                /p/build/classes/java/main,   /p/build/fermata,        classes-java-main",
        "/p/build/classes/java/test,                /p/build/classes/java/test,   /p/build/fermata,        classes-java-test",
        // anything else
        "/p/out,                                    /p/out,                       /p/out.fermata,          classes",
        "/home/build/p/out,                         /home/build/p/out,            /home/build/p/out.fermata, classes",
        "/p/target,                                 /p/target,                    /p/target.fermata,       classes",
        "/p/target/scala/classes,                   /p/target/scala/classes,      /p/target/scala/classes.fermata, classes",
        "/p/META-INF/versions/x,                    /p/META-INF/versions/x,       /p/META-INF/versions/x.fermata, classes",
    })
    void place_follows_from_the_output_folder(String output, String root, String fermata, String kind) {
        assertEquals(new WeavingFolders(path(root), path(fermata), kind), WeavingFolders.of(path(output), ""));
    }

    @Test
    void place_may_be_named() {
        assertEquals(
                new WeavingFolders(path("/p/out/main"), path("/kept"), "main"),
                WeavingFolders.of(path("/p/out/main"), path("/kept").toString()));
    }

    @Test
    void nothing_is_kept_beside_the_root_folder() {
        assertThrows(IllegalArgumentException.class, () -> WeavingFolders.of(path("/"), ""));
    }

    private static Path path(String path) {
        return Path.of(path).toAbsolutePath();
    }
}
