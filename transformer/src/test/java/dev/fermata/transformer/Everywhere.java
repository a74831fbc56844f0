package dev.fermata.transformer;

import dev.fermata.Asyncio;
import dev.fermata.Awaitable;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.traces.TracingCarrier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a library links to that suspends everywhere: the awaited thing of each point, which suspends or not as the run's
 * mask says, and the carrier of each activation, which resumes it at once.
 */
public final class Everywhere {
    /** What decides whether a point suspends: {@code none}, {@code all}, {@code every n}, {@code random seed}. */
    public static final String MASK = "everywhere.mask";

    /** Of the number of points that the library has. */
    static final String POINTS = "everywhere.points";

    /** Of the file to which the counts are written at the JVM's end, {@code reached suspended distinct}. */
    static final String COUNTS = "everywhere.counts";

    private static final Awaitable<?> AT_HAND = Asyncio.done(null);
    private static final LongAdder reached = new LongAdder();
    private static final LongAdder suspended = new LongAdder();
    private static final AtomicIntegerArray taken = new AtomicIntegerArray(Integer.getInteger(POINTS, 0));

    private static volatile Mask mask = Mask.of(System.getProperty(MASK, "all"));

    static {
        String counts = System.getProperty(COUNTS);
        if (counts != null) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> write(Path.of(counts))));
        }
    }

    private Everywhere() {}

    /** What is awaited at point {@code id}. */
    public static Awaitable<?> point(int id) {
        reached.increment();
        if (!mask.suspends()) {
            return AT_HAND;
        }
        suspended.increment();
        if (id < taken.length()) {
            taken.setPlain(id, 1);
        }
        return new Point();
    }

    /** A carrier for one activation of a method that drives itself. */
    public static Carrier carrier() {
        return new Activation();
    }

    /** Drives an activation to its end, if {@code result} says that it has suspended. */
    public static Object end(Object result, Carrier carrier) throws Throwable {
        return result == Abi.SUSPENDED ? ((Activation) carrier).drive() : result;
    }

    static void mask(String text) {
        mask = Mask.of(text);
    }

    static long suspensions() {
        return suspended.sum();
    }

    private static void write(Path counts) {
        long distinct = 0;
        for (int i = 0; i < taken.length(); i++) {
            distinct += taken.getPlain(i);
        }
        try {
            Files.writeString(counts, reached.sum() + " " + suspended.sum() + " " + distinct);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the next point suspends. One for all threads; what a race loses does not matter. */
    private static final class Mask {
        private final int every;
        private long random;
        private int passed;

        private Mask(int every, long seed) {
            this.every = every;
            this.random = seed;
        }

        static Mask of(String text) {
            String[] words = text.split(" ");
            return switch (words[0]) {
                case "none" -> new Mask(0, 0);
                case "all" -> new Mask(1, 0);
                case "every" -> new Mask(Integer.parseInt(words[1]), 0);
                case "random" -> new Mask(-1, Long.parseLong(words[1]) * 2 + 1);
                default -> throw new IllegalArgumentException("no mask: " + text);
            };
        }

        boolean suspends() {
            if (every >= 0) {
                return every == 1 || (every != 0 && ++passed % every == 0);
            }
            long r = random;
            r ^= r << 13;
            r ^= r >>> 7;
            r ^= r << 17;
            random = r;
            return (r & 1) != 0;
        }
    }

    /** Suspends; is done when it is resumed. */
    private static final class Point extends Frame<Object> {
        @Override
        protected Object start(Carrier carrier) {
            return Abi.SUSPENDED;
        }
    }

    private static final class Activation extends TracingCarrier {
        private Frame<?> leaf;

        Object drive() throws Throwable {
            Object result;
            do {
                leaf = takeChain(leaf);
                result = resume(leaf, null, null);
            } while (result == Abi.SUSPENDED);
            return result;
        }

        @Override
        protected void leafLeft() {
            leaf = null;
        }

        @Override
        protected Object await(Awaitable<?> awaitable) {
            throw new AssertionError("not inserted: " + awaitable);
        }

        @Override
        protected Object await(java.util.concurrent.CompletionStage<?> stage) {
            throw new AssertionError("not inserted: " + stage);
        }
    }
}
