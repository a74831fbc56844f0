package dev.fermata.alongside;

import dev.fermata.harness.ClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads a class of these tests, and those nested in it, as the compiler left them before they were woven. */
public final class Originals extends ClassLoader {
    private static final Path CLASSES = ClassPath.entry(Originals.class);
    private static final Path ORIGINALS =
            CLASSES.resolveSibling("fermata").resolve("originals").resolve(CLASSES.getFileName());

    private final String name;

    private Originals(String name) {
        super(Originals.class.getClassLoader());
        this.name = name;
    }

    /** A woven class, unwoven. */
    public static Class<?> of(Class<?> woven) {
        try {
            return new Originals(woven.getName()).loadClass(woven.getName());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("was not woven, or its original was not kept: " + woven.getName(), e);
        }
    }

    @Override
    protected Class<?> loadClass(String className, boolean resolve) throws ClassNotFoundException {
        if (!className.equals(name) && !className.startsWith(name + "$")) {
            return super.loadClass(className, resolve);
        }
        synchronized (getClassLoadingLock(className)) {
            Class<?> loaded = findLoadedClass(className);
            if (loaded != null) {
                return loaded;
            }
            try {
                byte[] bytes = Files.readAllBytes(ORIGINALS.resolve(className.replace('.', '/') + ".class"));
                return defineClass(className, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(className, e);
            }
        }
    }
}
