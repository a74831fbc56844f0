package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damaged class files: each is woven, refused with a word, or left alone as nothing of the weaver's. {@code
 * -Dfermata.mutants=10000 -Dfermata.seed=1} makes so many, from that seed on.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS) // a property may ask for many runs
class MutantsTest {
    private static final long FIRST = Long.getLong("fermata.seed", 1);
    private static final int COUNT = Integer.getInteger("fermata.mutants", 600);

    private static final String SOURCE = """
            class Fixture {
              interface Shape { default double area() { return 0; } @Async static Coroutine<Integer> count() { return done(await(step(1))); } }
              enum Colour { RED, GREEN { @Override int n() { return 3; } }; int n() { return 2; } }
              static class Tx implements AsyncScope {
                final StringBuilder log = new StringBuilder();
                @Async public Coroutine<Void> leave(Throwable failure) { log.append(await(step("left"))); return done(); }
              }
              private long total; private static int calls; final Map<String, List<Integer>> prices = new HashMap<>();
              @Async Coroutine<Long> sum(int[] values, long start) throws Exception {
                long s = start; double d = 0.5; float f = 1f;
                for (int v : values) { s += await(step(v)) * (long) d; if (s > 100) continue; f += v; }
                switch (values.length) { case 0: return done(0L); case 1: s++; break; default: s = await(sum(new int[] {1}, s)); }
                synchronized (this) { total += s; }
                return done(s + (long) f);
              }
              @Async static Coroutine<String> tries(String text) throws Exception {
                StringBuilder b = new StringBuilder();
                try (Tx tx = new Tx()) {
                  b.append(text).append(await(step("in")));
                  if (b.length() > 40) throw new IllegalStateException("x");
                  switch (text) { case "a": b.append(1); break; case "b": b.append(await(step('c'))); break; default: calls++; }
                } catch (IllegalStateException | IllegalArgumentException e) {
                  b.append(e.getMessage()).append(await(step(2)));
                } finally { b.append(await(step("f"))); }
                return b.length() > 3 ? done(b.toString()) : done(b.length() == 0 ? "e" : "n");
              }
              @Async <T extends Comparable<T>> Coroutine<T> max(List<? extends T> all) throws Exception {
                T best = null;
                for (T each : all) { T next = await(step(each)); if (best == null || next.compareTo(best) > 0) best = next; }
                AsyncCallable<T> again = () -> done(await(step(all.get(0))));
                Function<T, Coroutine<T>> same = t -> step(t);
                return best == null ? again.call() : same.apply(best);
              }
              @Async static CompletableFuture<Object> hot(Object o, byte b, char c, short s, boolean z) {
                Object[][] deep = {{o, b}, {c, s, z}};
                int i = 0; do { i += o instanceof String ? 1 : 2; } while (i < 3);
                Object made = new ArrayList<>(Arrays.asList(await(CompletableFuture.completedFuture(o)), deep[0][1], Colour.RED.n()));
                return CompletableFuture.completedFuture(made);
              }
              class Inner { @Async Coroutine<Long> outer() throws Exception { return sum(new int[] {calls}, total); } }
              @Override public String toString() { return prices + "" + total; }
              int plain(int a, int b) { int r = 0; while (a > 0) { r += a % b; a /= b; } return r; }
              @Async static Coroutine<Integer> test() { int x = await(step(1)); return done(x); }
            }""";

    /** What class files have from Java 17 on. */
    private static final String MODERN = """
            class Fixture {
              @interface Mark { String[] value() default {"x"}; Class<?> of() default Object.class; Kind kind() default Kind.A; }
              enum Kind { A, B { @Override @Async Coroutine<Integer> n() { return done(await(step(2))); } }; @Async Coroutine<Integer> n() { return done(await(step(1))); } }
              sealed interface Shape permits Circle, Square { Coroutine<Double> area(); }
              record Circle(@Mark("r") double r, @Deprecated List<? extends Number> all) implements Shape {
                @Async public Coroutine<Double> area() { double a = await(step(r)); return done(a * r); }
              }
              record Square<T>(T side, int n) implements Shape {
                @Mark(value = {"a", "b"}, kind = Kind.B) @Async public Coroutine<Double> area() { return done(await(step(1.0 * n))); }
              }
              @Async static Coroutine<Object> test(Object o) {
                Object local = new Object() { @Async Coroutine<Integer> in() { return done(await(step(1))); } };
                return done(o instanceof Circle c ? await(c.area()) : switch (await(step(Kind.A))) { case A -> await(step(local)); case B -> 1; });
              }
            }""";

    private enum Outcome {
        /** Nothing in it is async any more. */
        UNCHANGED,
        WOVEN,
        /** The JVM refuses it as it refused it before: the damage is in what the weaver leaves as it is. */
        WOVEN_BUT_INVALID_BEFORE,
        REFUSED,
        /** Called broken where the JVM does not look. */
        REFUSED_BUT_VALID,
        CALLED_A_BUG,
        RAW_EXCEPTION,
        /** The JVM took what was woven, but not what became of it. */
        OUTPUT_INVALID;

        boolean isBad() {
            return compareTo(CALLED_A_BUG) >= 0;
        }
    }

    private final Map<Outcome, Integer> outcomes = new TreeMap<>();
    private final Map<String, Integer> rules = new TreeMap<>();
    private final List<String> bad = new ArrayList<>();

    private static List<Map<String, byte[]>> nests() {
        List<Map<String, byte[]>> nests = new ArrayList<>();
        Level.all()
                .filter(it -> it.release() == 8 || it.release() == 11 || it.release() >= 17)
                .forEach(level -> {
                    nests.add(Woven.source(level, SOURCE).compiled);
                    if (level.release() >= 17) {
                        nests.add(Woven.source(level, MODERN).compiled);
                    }
                });
        return nests;
    }

    @Test
    void a_damaged_class_file_is_refused_with_a_word_or_woven_so_that_it_verifies() {
        List<Map<String, byte[]>> nests = nests();
        for (Map<String, byte[]> nest : nests) {
            assertEquals(List.of(), Woven.of(nest).violations());
            assertTrue(Woven.of(nest).result instanceof Result.Woven && verifies(nest));
        }
        LongStream.range(FIRST, FIRST + COUNT).forEach(seed -> tryOut(Mutant.of(seed, nests)));
        System.out.println("mutants: " + outcomes + ", refused by " + rules);
        assertEquals("", String.join("\n", bad));
    }

    /** The attributes of a class stand at the end of its file, records' components and permitted subclasses among them. */
    @Test
    void an_index_of_zero_in_an_attribute_of_a_class_is_no_bug_in_the_weaver() {
        Map<String, byte[]> nest = Woven.source(new Level("javac", 17), MODERN).compiled;
        for (String name : List.of("Fixture$Circle", "Fixture$Shape", "Fixture$Mark")) {
            int length = nest.get(name).length;
            for (int at = length - 150; at < length - 1; at++) {
                Map<String, byte[]> damaged = new TreeMap<>(nest);
                byte[] bytes = nest.get(name).clone();
                bytes[at] = 0;
                bytes[at + 1] = 0;
                damaged.put(name, bytes);
                tryOut(new Mutant(at, "0 at " + at + " of " + name, damaged));
            }
        }
        assertTrue(outcomes.getOrDefault(Outcome.REFUSED, 0) > 20, outcomes.toString());
        assertTrue(outcomes.getOrDefault(Outcome.WOVEN, 0) > 20, outcomes.toString());
        assertEquals("", String.join("\n", bad));
    }

    @Test
    void a_seed_always_makes_the_same_mutant() {
        List<Map<String, byte[]>> nests = nests();
        Mutant one = Mutant.of(7, nests);
        Mutant other = Mutant.of(7, nests);
        assertEquals(one.damage(), other.damage());
        one.classes()
                .forEach((name, bytes) -> org.junit.jupiter.api.Assertions.assertArrayEquals(
                        bytes, other.classes().get(name)));
    }

    private void tryOut(Mutant mutant) {
        String detail = "";
        Outcome outcome;
        try {
            Result result = Woven.of(mutant.classes()).result;
            if (result instanceof Result.Woven woven) {
                outcome = outcome(mutant.classes(), woven);
            } else if (result instanceof Result.Rejected rejected) {
                Violation first = rejected.violations().get(0);
                rules.merge(first.rule().id(), 1, Integer::sum);
                detail = first.message();
                outcome = first.rule() == Rule.CLASS_CORRUPT && verifies(mutant.classes())
                        ? Outcome.REFUSED_BUT_VALID
                        : Outcome.REFUSED;
            } else {
                outcome = Outcome.UNCHANGED;
            }
        } catch (Throwable e) {
            boolean bug = e instanceof IllegalStateException
                    && String.valueOf(e.getMessage()).startsWith("a bug in Fermata");
            outcome = bug ? Outcome.CALLED_A_BUG : Outcome.RAW_EXCEPTION;
            detail = (verifies(mutant.classes()) ? "valid, " : "invalid, ") + e;
        }
        outcomes.merge(outcome, 1, Integer::sum);
        if (outcome.isBad()) {
            bad.add(mutant.seed() + ", " + mutant.damage() + ": " + outcome + " " + detail);
        }
    }

    private static Outcome outcome(Map<String, byte[]> before, Result.Woven woven) {
        if (!verifies(before)) {
            return Outcome.WOVEN_BUT_INVALID_BEFORE;
        }
        Map<String, byte[]> after = new HashMap<>(before);
        woven.changed().forEach(it -> after.put(it.name(), it.bytes()));
        woven.frames().forEach(it -> after.put(it.name(), it.bytes()));
        return verifies(after) ? Outcome.WOVEN : Outcome.OUTPUT_INVALID;
    }

    /** Whether the JVM takes the classes; asking for members makes it link a class, and that initialises none. */
    private static boolean verifies(Map<String, byte[]> classes) {
        ClassLoader loader = Woven.loader(classes);
        try {
            int members = 0;
            for (String name : classes.keySet()) {
                Class<?> loaded = loader.loadClass(name.replace('/', '.'));
                // an interface has no constructors
                members += loaded.getDeclaredConstructors().length + loaded.getDeclaredMethods().length;
            }
            return members > 0;
        } catch (LinkageError | ClassNotFoundException e) {
            return false;
        }
    }
}
