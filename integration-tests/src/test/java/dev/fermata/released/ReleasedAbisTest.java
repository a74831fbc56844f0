package dev.fermata.released;

import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.fermata.abi.Abi;
import dev.fermata.released.library.Bakery;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A library that was woven for an earlier ABI works for ever, with a caller that is woven today. The package {@code library}
 * is what it was compiled from; the jar of each ABI, {@code src/test/abi/N.jar}, is never made again.
 */
class ReleasedAbisTest {
    private static final Path JARS = Path.of("src", "test", "abi");

    private static final List<Object> SEEN = List.of(
            12,
            12,
            List.of("a fine pie after 3", "a fine bread after 5"),
            "third time",
            4,
            "refused: 5 is not 6",
            "FRESH ROLLS!5.5",
            302,
            300,
            280,
            "too slow",
            "cancelled",
            List.of("Bakery.unit", "Bakery.price", "Customer.visit"),
            List.of(
                    "in: bread",
                    "in: pie",
                    "out: pie",
                    "out: bread",
                    "try 1: not yet",
                    "try 2: not yet",
                    "put: 6",
                    "closed",
                    "void: 5 is not 6",
                    "announced: fresh rolls",
                    "in: slow cake",
                    "out: slow cake",
                    "in: forgotten",
                    "out: forgotten"));

    static Stream<Path> jars() throws IOException {
        return Files.list(JARS).sorted();
    }

    @Test
    void there_is_a_jar_of_each_abi_so_far() throws IOException {
        assertEquals(
                IntStream.rangeClosed(1, Abi.VERSION)
                        .mapToObj(it -> JARS.resolve(it + ".jar"))
                        .toList(),
                jars().toList());
    }

    @Test
    void what_is_woven_today_works() {
        assertEquals(SEEN, virtually(Customer::visit));
    }

    @ParameterizedTest
    @MethodSource("jars")
    void what_was_woven_for_an_earlier_abi_works(Path jar) throws Exception {
        try (Apart classes = new Apart(jar)) {
            assertNotSame(Bakery.class, classes.loadClass(Bakery.class.getName()));
            Runner runner = (Runner) classes.loadClass(InJar.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertEquals(SEEN, runner.visit());
        }
    }

    /** Of the test's class loader, so that the test can call it. */
    public interface Runner {
        List<Object> visit();
    }

    /** Loaded apart, with the customer and the library. */
    public static final class InJar implements Runner {
        @Override
        public List<Object> visit() {
            return virtually(Customer::visit);
        }
    }

    /** The library from a jar, its callers as they were woven today, and everything else from the test. */
    private static final class Apart extends URLClassLoader {
        Apart(Path jar) throws IOException {
            super(
                    new URL[] {
                        jar.toUri().toURL(),
                        ReleasedAbisTest.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                    },
                    ReleasedAbisTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean apart = name.startsWith(ReleasedAbisTest.class.getPackageName() + ".")
                    && !name.equals(Runner.class.getName());
            if (!apart) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
