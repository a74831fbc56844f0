package dev.fermata.transformer.folder;

import dev.fermata.abi.Linker;
import dev.fermata.transformer.ClassFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Facts from the directories and jars of a class path, then from the JDK that runs the build. Loads no class. */
final class ClassPathFacts implements ClassFacts, AutoCloseable {
    private static final String FRAME = "dev/fermata/abi/Frame";

    private final List<Path> directories = new ArrayList<>();
    private final List<JarFile> jars = new ArrayList<>();
    private final FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
    private final Map<String, Optional<Fact>> cache = new HashMap<>();

    /**
     * Opens a class path.
     *
     * @param classPath entries that do not exist are allowed, as javac allows them
     */
    ClassPathFacts(Collection<Path> classPath) throws IOException {
        for (Path entry : classPath) {
            if (Files.isDirectory(entry)) {
                directories.add(entry);
            } else if (Files.isRegularFile(entry) && entry.toString().endsWith(".jar")) {
                try {
                    jars.add(new JarFile(entry.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion()));
                } catch (IOException e) {
                    close();
                    throw FileFailure.of(entry, e); // that of a zip file does not name it
                }
            }
        }
    }

    @Override
    public @Nullable Fact find(String name) {
        // The order of directories and jars among each other is lost; a class found in two of them has one hierarchy in
        // any build that works.
        return cache.computeIfAbsent(name, this::read).orElse(null);
    }

    private Optional<Fact> read(String name) {
        try {
            ClassHeader header = bytes(name).map(ClassHeader::read).orElse(null);
            return header == null || !header.name().equals(name) || isFrameClass(header)
                    ? Optional.empty()
                    : Optional.of(new Fact(header.superName(), header.interfaces(), header.isInterface()));
        } catch (InvalidPathException e) {
            return Optional.empty(); // class files may name anything, also what no file can be called
        } catch (IOException e) {
            throw new UncheckedIOException(FileFailure.of("looking for " + name + " on the class path", e));
        }
    }

    /** What weaving added tells nothing: whether it lies there already depends on earlier runs. */
    private static boolean isFrameClass(ClassHeader header) {
        return FRAME.equals(header.superName()) && header.name().contains(Linker.FRAME_INFIX);
    }

    private Optional<byte[]> bytes(String name) throws IOException {
        String file = name + ".class";
        for (Path directory : directories) {
            Path path = directory.resolve(file);
            if (Files.isRegularFile(path)) {
                return Optional.of(Files.readAllBytes(path));
            }
        }
        for (JarFile jar : jars) {
            JarEntry entry = jar.getJarEntry(file);
            if (entry != null) {
                return Optional.of(jar.getInputStream(entry).readAllBytes());
            }
        }
        return jdkBytes(name, file);
    }

    private Optional<byte[]> jdkBytes(String name, String file) throws IOException {
        int slash = name.lastIndexOf('/');
        Path modules = jdk.getPath(
                "/packages", slash < 0 ? "" : name.substring(0, slash).replace('/', '.'));
        if (slash < 0 || !Files.isDirectory(modules)) {
            return Optional.empty();
        }
        try (var found = Files.newDirectoryStream(modules)) {
            for (Path module : found) {
                Path path = jdk.getPath("/modules", module.getFileName().toString(), file);
                if (Files.isRegularFile(path)) {
                    return Optional.of(Files.readAllBytes(path));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        for (JarFile jar : jars) {
            jar.close();
        }
    }
}
