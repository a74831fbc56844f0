package dev.fermata.woven;

import dev.fermata.harness.ClassPath;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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
public final class Twins extends ClassLoader {
    private static final String PACKAGE = "dev.fermata.woven.";
    private static final Path CLASSES = ClassPath.entry(Twins.class);
    private static final Path ORIGINALS =
            CLASSES.resolveSibling("fermata").resolve("originals").resolve(CLASSES.getFileName());
    private static final Twins LOADER = new Twins();

    private Twins() {
        super(Twins.class.getClassLoader());
        setDefaultAssertionStatus(true); // as for the tests
    }

    /** As {@link FixtureRun#run}, for the twin. */
    static List<String> run(Method fixture, Scenario scenario) throws ReflectiveOperationException {
        String fixtureClass = fixture.getDeclaringClass().getName();
        if (!Files.exists(file(ORIGINALS, fixtureClass))) {
            throw new IllegalStateException("was not woven, or its original was not kept: " + fixtureClass);
        }
        return run(Class.forName(fixtureClass, true, LOADER), fixture.getName(), scenario);
    }

    /** A loader of the twins of classes that are not woven, by their names. */
    public static ClassLoader of(Map<String, byte[]> classes) {
        return new ClassLoader(LOADER) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                byte[] original = classes.get(name);
                if (original == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = remapped(original);
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
    }

    /** As {@link FixtureRun#run}, for a class that is a twin. */
    @SuppressWarnings("unchecked")
    public static List<String> run(Class<?> twin, String fixture, Scenario scenario)
            throws ReflectiveOperationException {
        Method run = Class.forName(FixtureRun.class.getName(), true, LOADER)
                .getMethod("run", Class.class, String.class, long.class, String.class, int.class, String.class);
        try {
            return (List<String>) run.invoke(
                    null,
                    twin,
                    fixture,
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
        try {
            return remapped(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static byte[] remapped(byte[] original) {
        ClassWriter writer = new ClassWriter(0);
        Map<String, String> twins = Map.of(
                "dev/fermata/Asyncio", "dev/fermata/woven/TwinAsyncio",
                "dev/fermata/AsyncCloseable", "dev/fermata/woven/TwinCloseable");
        new ClassReader(original).accept(new ClassRemapper(writer, new SimpleRemapper(Opcodes.ASM9, twins)), 0);
        return writer.toByteArray();
    }

    private static Path file(Path root, String className) {
        return root.resolve(className.replace('.', '/') + ".class");
    }
}
