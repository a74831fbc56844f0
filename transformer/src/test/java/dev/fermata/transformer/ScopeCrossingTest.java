package dev.fermata.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.Coroutine;
import dev.fermata.transformer.ScopeCrossing.Case;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scopes are told how they are left, whatever stands in and around them: each of {@link ScopeCrossing} does as its twin,
 * compiled by each compiler for each level. A build draws some for each level; {@code -Dfermata.crossing=40000} takes all.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS) // a property may ask for many runs
class ScopeCrossingTest {
    private static final int DRAWN = Integer.getInteger("fermata.crossing", 150);
    private static final int IN_ONE_CLASS = 120;
    private static final List<Long> MASKS = List.of(0L, -1L, 0x5555555555555555L);
    private static final AtomicInteger BLOCKS = new AtomicInteger();
    private static final AtomicInteger RUNS = new AtomicInteger();

    private static final String COMMON = """
              static StringBuilder log = new StringBuilder();
              static final S FIELD = new S("field");
              static void log(String s) { log.append(s).append(' '); }
              static String text(Throwable t) {
                if (t == null) return "";
                StringBuilder s = new StringBuilder(t instanceof NullPointerException ? "npe" : t.getMessage());
                for (Throwable other : t.getSuppressed()) s.append('[').append(text(other)).append(']');
                return s.toString();
              }
              static void fail(int n, String q) { log(q); if (n != 0) throw new IllegalStateException(q); }
              static String opened(String name) {
                if (name == null) throw new IllegalStateException("opening");
                log("+" + name);
                return name;
              }
              static class R implements AsyncCloseable {
                final String name; final boolean fails;
                R(String name) { this(name, false); }
                R(String name, boolean fails) { this.name = opened(name); this.fails = fails; }
                @Async public Coroutine<Void> aclose() {
                  log(await(step("-")) + name);
                  if (fails) throw new IllegalStateException("closing " + name);
                  return done();
                }
              }
              static class S implements AsyncScope {
                final String name; final boolean fails;
                S(String name) { this(name, false); }
                S(String name, boolean fails) { this.name = opened(name); this.fails = fails; }
                @Async public Coroutine<Void> leave(Throwable failure) {
                  log(await(step("-")) + name + "(" + text(failure) + ")");
                  if (fails) throw new IllegalStateException("leaving " + name);
                  return done();
                }
              }
              static void left(R r, Throwable failure) throws Throwable {
                if (r == null) return;
                log("-" + r.name);
                if (r.fails) {
                  Throwable own = new IllegalStateException("closing " + r.name);
                  if (failure == null) throw own;
                  failure.addSuppressed(own);
                }
              }
              static void left(S s, Throwable failure) throws Throwable {
                if (s == null) return;
                log("-" + s.name + "(" + text(failure) + ")");
                if (s.fails) {
                  Throwable own = new IllegalStateException("leaving " + s.name);
                  if (failure != null) own.addSuppressed(failure);
                  throw own;
                }
              }
            """;

    @ParameterizedTest
    @MethodSource("dev.fermata.transformer.Level#all")
    void scopes_are_told_how_they_are_left_whatever_stands_around_them(Level level) throws Exception {
        List<Case> cases = new ArrayList<>(Case.all());
        cases.removeIf(it -> level.release() < 9 && it.resources().needsJava9());
        Collections.shuffle(cases, new Random(level.toString().hashCode()));
        cases = cases.subList(0, Math.min(cases.size(), DRAWN));
        List<String> different = new ArrayList<>();
        for (int from = 0; from < cases.size(); from += IN_ONE_CLASS) {
            compare(level, cases.subList(from, Math.min(cases.size(), from + IN_ONE_CLASS)), different);
        }
        BLOCKS.addAndGet(cases.size());
        assertEquals(List.of(), different);
    }

    @AfterAll
    static void tell() {
        System.out.println("scopes crossed: " + BLOCKS + " blocks with their twins, " + RUNS + " runs");
    }

    private static void compare(Level level, List<Case> cases, List<String> different) throws Exception {
        StringBuilder source = new StringBuilder("class Fixture {" + COMMON);
        for (int i = 0; i < cases.size(); i++) {
            source.append(cases.get(i).woven("woven" + i)).append(cases.get(i).twin("twin" + i));
        }
        Woven woven = Woven.source(level, source + "}");
        if (!woven.violations().isEmpty()) {
            woven.violations().forEach(it -> different.add("refused: " + it.message()));
            return;
        }
        Class<?> fixture = woven.load().loadClass("Fixture");
        for (int i = 0; i < cases.size(); i++) {
            for (int n = 0; n < 4; n++) {
                String expected = twin(fixture, "twin" + i, n);
                for (long mask : MASKS) {
                    String actual = woven(fixture, "woven" + i, n, mask);
                    if (!actual.equals(expected)) {
                        different.add(cases.get(i) + ", n = " + n + ", mask " + mask + "\n  right: " + expected
                                + "\n  woven: " + actual + "\n  " + cases.get(i).woven("woven"));
                    }
                }
            }
        }
    }

    private static String twin(Class<?> fixture, String name, int n) throws Exception {
        return outcome(fixture, () -> method(fixture, name).invoke(null, n));
    }

    private static String woven(Class<?> fixture, String name, int n, long mask) throws Exception {
        RUNS.incrementAndGet();
        Steps.run = new Steps.Run(mask, -1);
        return outcome(
                fixture,
                () -> new Steps.TestCarrier()
                        .drive((Coroutine<?>) method(fixture, name).invoke(null, n)));
    }

    private static Method method(Class<?> fixture, String name) throws NoSuchMethodException {
        Method method = fixture.getDeclaredMethod(name, int.class);
        method.setAccessible(true);
        return method;
    }

    private interface Body {
        Object run() throws Throwable;
    }

    private static String outcome(Class<?> fixture, Body body) throws Exception {
        var log = fixture.getDeclaredField("log");
        log.setAccessible(true);
        log.set(null, new StringBuilder());
        String end;
        try {
            end = "=" + body.run();
        } catch (Throwable e) {
            Method text = fixture.getDeclaredMethod("text", Throwable.class);
            text.setAccessible(true);
            end = "!" + text.invoke(null, e instanceof InvocationTargetException ? e.getCause() : e);
        }
        return log.get(null) + end;
    }
}
