package dev.fermata.woven;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;

/**
 * Loads this package a second time as javac left it, from the originals that the weaver keeps, against a runtime whose
 * {@code await} returns at once. Code without a suspension is plain Java there, so what a twin does is right by definition.
 */
final class Twins extends ClassLoader {
    private static final String PACKAGE = "dev.fermata.woven.";
    private static final Path CLASSES = classes();
    private static final Path ORIGINALS =
            CLASSES.resolveSibling("fermata").resolve("originals").resolve(CLASSES.getFileName());
    private static final Twins LOADER = new Twins();

    private Twins() {
        super(Twins.class.getClassLoader());
        setDefaultAssertionStatus(true); // as for the tests
    }

    /** As {@link FixtureRun#run}, for the twin. */
    @SuppressWarnings("unchecked")
    static List<String> run(Method fixture, Scenario scenario) throws ReflectiveOperationException {
        String fixtureClass = fixture.getDeclaringClass().getName();
        if (!Files.exists(file(ORIGINALS, fixtureClass))) {
            throw new IllegalStateException("was not woven, or its original was not kept: " + fixtureClass);
        }
        Method run = Class.forName(FixtureRun.class.getName(), true, LOADER)
                .getMethod("run", String.class, String.class, long.class, String.class, int.class, String.class);
        try {
            return (List<String>) run.invoke(
                    null,
                    fixtureClass,
                    fixture.getName(),
                    scenario.suspended(),
                    scenario.how().name(),
                    scenario.failsAt(),
                    scenario.failing().name());
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the twin of " + fixture + " failed", e.getCause());
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] bytes = remapped(name);
                loaded = defineClass(name, bytes, 0, bytes.length);
            }
            return loaded;
        }
    }

    private static byte[] remapped(String name) throws ClassNotFoundException {
        Path original = file(ORIGINALS, name);
        Path file = Files.exists(original) ? original : file(CLASSES, name);
        try (InputStream in = Files.newInputStream(file)) {
            ClassWriter writer = new ClassWriter(0);
            Map<String, String> twins = Map.of(
                    "dev/fermata/Asyncio", "dev/fermata/woven/TwinAsyncio",
                    "dev/fermata/AsyncCloseable", "dev/fermata/woven/TwinCloseable");
            new ClassReader(in).accept(new ClassRemapper(writer, new SimpleRemapper(Opcodes.ASM9, twins)), 0);
            return writer.toByteArray();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static Path file(Path root, String className) {
        return root.resolve(className.replace('.', '/') + ".class");
    }

    private static Path classes() {
        try {
            return Path.of(Twins.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
