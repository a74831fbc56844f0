package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Ordinary code that suspends before every call: the smallest part of what {@link SuspendEverywhere} does, on the weaver
 * itself. A weaver that was woven has to weave a class to the same bytes.
 */
class SuspendEverywhereTest {
    @Test
    void the_weaver_weaves_the_same_however_it_is_suspended() throws Exception {
        Map<String, byte[]> compiled = Woven.compile("""
                class Fixture {
                  @Async static Coroutine<String> test() {
                    String s = "a";
                    for (int i = 0; i < 3; i++) {
                      try { s = new StringBuilder(s).append(await(step(i))).append(new String(await(step("b")))).toString(); }
                      catch (IllegalStateException e) { return done(e.getMessage() + s); }
                      finally { s += await(step(2L)); }
                    }
                    synchronized (Fixture.class) { s += 1; }
                    return s.isEmpty() ? step("c") : done(s);
                  }
                }""");
        Map<String, byte[]> expected = Weaving.weave(compiled);
        Class<?> suspending = suspendingWeaver().loadClass(Weaving.class.getName());
        for (String mask : List.of("none", "all", "every 3", "random 1")) {
            Everywhere.mask(mask);
            long before = Everywhere.suspensions();
            @SuppressWarnings("unchecked")
            Map<String, byte[]> actual = (Map<String, byte[]>)
                    suspending.getDeclaredMethod("weave", Map.class).invoke(null, compiled);
            assertEquals(expected.keySet(), actual.keySet());
            expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name + ", mask " + mask));
            assertEquals(!mask.equals("none"), Everywhere.suspensions() > before, mask);
        }
    }

    /** What is loaded twice: with the weaver of the class path, and with the suspending one. */
    public static final class Weaving {
        private Weaving() {}

        /** The woven classes by name. */
        public static Map<String, byte[]> weave(Map<String, byte[]> compiled) {
            List<ClassFile> nest = new ArrayList<>();
            compiled.forEach((name, bytes) -> nest.add(new ClassFile(name, bytes)));
            Result.Woven woven = (Result.Woven) new Weaver(Woven::fact).weave(nest);
            Map<String, byte[]> all = new TreeMap<>();
            woven.changed().forEach(it -> all.put(it.name(), it.bytes()));
            woven.frames().forEach(it -> all.put(it.name(), it.bytes()));
            return all;
        }
    }

    private static ClassLoader suspendingWeaver() throws IOException, URISyntaxException {
        Path main = Path.of(
                Weaver.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<ClassFile> classes = new ArrayList<>();
        try (var files = Files.walk(main.resolve("dev/fermata/transformer"))) {
            for (Path file :
                    files.filter(it -> it.toString().endsWith(".class")).toList()) {
                String name = main.relativize(file).toString().replace('\\', '/');
                classes.add(
                        new ClassFile(name.substring(0, name.length() - ".class".length()), Files.readAllBytes(file)));
            }
        }
        EverywhereWeaver.Library library = EverywhereWeaver.weave(classes, Woven::fact);
        assertEquals(List.of(), library.failures());
        assertTrue(library.points() > 1000, library.points() + " points");
        Map<String, byte[]> all = new HashMap<>();
        library.classes().forEach(it -> all.put(it.name().replace('/', '.'), it.bytes()));
        library.frames().forEach(it -> all.put(it.name().replace('/', '.'), it.bytes()));
        return new ClassLoader(Weaver.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                synchronized (getClassLoadingLock(name)) {
                    if (!name.startsWith("dev.fermata.transformer.") || name.startsWith(Everywhere.class.getName())) {
                        return super.loadClass(name, resolve);
                    }
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
            }

            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                byte[] bytes = all.computeIfAbsent(name, SuspendEverywhereTest::bytes);
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
    }

    private static byte[] bytes(String name) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name.replace('.', '/') + ".class")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
