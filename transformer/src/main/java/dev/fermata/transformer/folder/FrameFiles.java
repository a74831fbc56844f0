package dev.fermata.transformer.folder;

import dev.fermata.abi.Linker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the classes that weaving adds. */
public final class FrameFiles {
    private static final String FRAME = "dev/fermata/abi/Frame";

    private FrameFiles() {}

    /**
     * Deletes the frame classes of a class that is gone; a later run would do so too.
     *
     * @param classFile where the class was
     * @throws IOException if a file cannot be read or deleted
     */
    public static void deleteThoseOf(Path classFile) throws IOException {
        Path folder = classFile.getParent();
        String prefix = classFile.getFileName().toString().replaceFirst("\\.class$", "") + Linker.FRAME_INFIX;
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        List<Path> named;
        try (Stream<Path> files = Files.list(folder)) {
            named = files.filter(it -> it.getFileName().toString().startsWith(prefix))
                    .toList();
        }
        for (Path file : named) {
            ClassHeader header = ClassHeader.read(Files.readAllBytes(file));
            if (header != null && FRAME.equals(header.superName())) {
                Files.delete(file);
            }
        }
    }
}
