package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a fixture's {@code static Coroutine<?> test()} under every suspend mask: no step suspends, all do, each single one
 * does, alternately; with results, and with an exception injected into each step in turn. All runs must agree.
 */
final class Fixtures {
    private Fixtures() {}

    /** Asserts what {@code test()} gives when nothing fails, and that all masks agree. */
    static void gives(Object expected, String source) {
        gives(expected, Woven.source(source));
    }

    /** The same of a fixture that is woven. */
    static void gives(Object expected, Woven woven) {
        assertEquals(String.valueOf(expected), outcome(woven, 0, -1).text);
        agree(woven);
    }

    /** Asserts only that all masks agree. */
    static void agree(Woven woven) {
        Outcome plain = outcome(woven, 0, -1);
        compare(woven, plain, -1);
        for (int failing = 0; failing < plain.steps; failing++) {
            compare(woven, outcome(woven, 0, failing), failing);
        }
    }

    /** What {@code test()} gives on an event loop, which hot methods and tasks need. */
    static Object run(Woven woven) throws ReflectiveOperationException {
        Method test = woven.load().loadClass("Fixture").getDeclaredMethod("test");
        test.setAccessible(true);
        Steps.run = new Steps.Run(0, -1);
        return Asyncio.run((Coroutine<?>) test.invoke(null));
    }

    /** As {@link #agree}, of very many steps: of the masks and the failing steps only some, in classes that are loaded once. */
    static void agreesOften(Woven woven) {
        ClassLoader loader = woven.load();
        int steps = outcome(loader, 0, -1).steps;
        for (int failing = -1; failing < steps; failing += 1 + steps / 12) {
            Outcome expected = outcome(loader, 0, failing);
            for (long mask : List.of(-1L, 0x5555555555555555L, 0xAAAAAAAAAAAAAAAAL, 1L << 33, 1L << 63)) {
                Outcome actual = outcome(loader, mask, failing);
                assertEquals(expected, actual, "mask " + Long.toBinaryString(mask) + ", failing step " + failing);
            }
        }
    }

    private static void compare(Woven woven, Outcome expected, int failing) {
        List<Long> masks = new ArrayList<>(List.of(-1L, 0x5555555555555555L, 0xAAAAAAAAAAAAAAAAL));
        for (int i = 0; i < Math.min(expected.steps, 62); i++) {
            masks.add(1L << i);
        }
        for (long mask : masks) {
            Outcome actual = outcome(woven, mask, failing);
            assertEquals(expected, actual, "mask " + Long.toBinaryString(mask) + ", failing step " + failing);
            assertTrue(mask != -1L || Steps.run.suspensions == actual.steps, "every step suspended");
        }
    }

    private record Outcome(String text, int steps) {}

    private static Outcome outcome(Woven woven, long mask, int failing) {
        return outcome(woven.load(), mask, failing);
    }

    private static Outcome outcome(ClassLoader loader, long mask, int failing) {
        Steps.Run run = new Steps.Run(mask, failing);
        Steps.run = run;
        String text;
        try {
            Method test = loader.loadClass("Fixture").getDeclaredMethod("test");
            test.setAccessible(true);
            text = String.valueOf(new Steps.TestCarrier().drive((Coroutine<?>) test.invoke(null)));
        } catch (LinkageError e) {
            throw e;
        } catch (Throwable e) {
            text = "threw " + e;
        }
        return new Outcome(text, run.taken);
    }
}
