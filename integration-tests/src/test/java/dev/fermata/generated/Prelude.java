package dev.fermata.generated;

import java.util.List;

/** What every generated program has around its own methods. */
final class Prelude {
    private Prelude() {}

    static final String IMPORTS = """
            package dev.fermata.generated;

            import static dev.fermata.Asyncio.await;
            import static dev.fermata.Asyncio.done;
            import dev.fermata.*;
            import dev.fermata.woven.Steps;
            import java.io.IOException;
            import java.util.*;
            import java.util.concurrent.*;

            """;

    private static final String COMMON = """
            static final Object LOCK = new Object();
            static int fuel;
            enum Colour { RED, GREEN, BLUE }
            interface Fn<T> { Coroutine<T> go(T x); }
            static class A extends RuntimeException { A(String m) { super(m); } }
            static class B extends A { B(String m) { super(m); } }
            static class C extends RuntimeException { C(String m) { super(m); } }
            static class Q {
                static Q shared = new Q();
                int x; long y; double d; byte b; String t = "q"; Integer n = 1;
                Q() {}
                Q(String t, int x) { this.t = t; this.x = x; }
                public String toString() { return "Q" + x + "," + y + "," + d + "," + b + "," + t + "," + n; }
            }
            static class Res implements AutoCloseable {
                final Steps s; final int x;
                Res(Steps s, int x) { this.s = s; this.x = x; s.log("open" + x); if ((x & 15) == 5) throw new A("opening"); }
                public void close() { s.log("close" + x); if ((x & 7) == 3) throw new B("closing"); }
            }
            static class Door implements AsyncCloseable {
                final Steps s; final int x;
                Door(Steps s, int x) { this.s = s; this.x = x; s.log("enter" + x); if ((x & 15) == 5) throw new A("entering"); }
                @Async public Coroutine<Void> aclose() {
                    s.log("leave" + x);
                    await(s.step(x));
                    if ((x & 7) == 3) throw new B("leaving");
                    s.log("left" + x);
                    return done();
                }
            }
            SCOPE
            static class Shelf<T> { Coroutine<T> result; CompletableFuture<T> stage; }
            static class Kept<T> {
                final Steps s; final T kept;
                Kept(Steps s, T kept) { this.s = s; this.kept = kept; }
                @Async Coroutine<T> get() { return done(await(s.step(kept))); }
                @Async final Coroutine<T> twice() { await(s.step(1)); return get(); }
            }
            @Async static <T> Coroutine<T> pass(Steps s, T x) { return done(await(s.step(x))); }
            static void risky(int x) throws IOException { if ((x & 7) == 3) throw new IOException("risky"); }
            static boolean[] arr(boolean[] x) { return x; }
            static byte[] arr(byte[] x) { return x; }
            static short[] arr(short[] x) { return x; }
            static char[] arr(char[] x) { return x; }
            static int[] arr(int[] x) { return x; }
            static long[] arr(long[] x) { return x; }
            static float[] arr(float[] x) { return x; }
            static double[] arr(double[] x) { return x; }
            static String[] arr(String[] x) { return x; }
            static boolean id(boolean x) { return x; }
            static byte id(byte x) { return x; }
            static short id(short x) { return x; }
            static char id(char x) { return x; }
            static int id(int x) { return x; }
            static long id(long x) { return x; }
            static float id(float x) { return x; }
            static double id(double x) { return x; }
            static <T> T id(T x) { return x; }
            static int len(Object o) { return show(o).length(); }
            static String cut(String t) { return t.length() > 40 ? t.substring(t.length() - 30) : t; }
            static String join(Object... parts) { return cut(show(parts)); }
            static String name(Throwable t) {
                boolean named = !(t instanceof NullPointerException || t instanceof ClassCastException || t instanceof CancelledError);
                StringBuilder text = new StringBuilder(t.getClass().getSimpleName() + (named ? ":" + t.getMessage() : ""));
                for (Throwable other : t.getSuppressed()) text.append("+").append(name(other));
                return text.toString();
            }
            @SuppressWarnings("unchecked")
            static <E extends Throwable> E sneak(Throwable t) throws E { throw (E) t; }
            static String show(Object o) {
                if (o == null || !o.getClass().isArray()) return String.valueOf(o);
                StringBuilder text = new StringBuilder("[");
                for (int i = 0; i < java.lang.reflect.Array.getLength(o); i++) text.append(show(java.lang.reflect.Array.get(o, i))).append(",");
                return text.append("]").toString();
            }
            """;

    private static final String CLASS_PAIR = """
            static final class P {
                private final int x; private final long y; private final Object z;
                P(int x, long y, Object z) { this.x = x; this.y = y; this.z = z; }
                int x() { return x; } long y() { return y; } Object z() { return z; }
                public String toString() { return "P[x=" + x + ", y=" + y + ", z=" + cut(show(z)) + "]"; }
            }
            """;

    private static final String RECORD_PAIR = """
            record P(int x, long y, Object z) {
                public String toString() { return "P[x=" + x + ", y=" + y + ", z=" + cut(show(z)) + "]"; }
            }
            """;

    private static final String SCOPE = """
            static class Gate implements AsyncScope {
                final Steps s; final int x;
                Gate(Steps s, int x) { this.s = s; this.x = x; s.log("in" + x); if ((x & 15) == 5) throw new A("going in"); }
                @Async public Coroutine<Void> leave(Throwable failure) {
                    s.log("out" + x + (failure == null ? "" : "(" + name(failure) + ")"));
                    await(s.step(x));
                    if ((x & 7) == 3) throw new B("going out");
                    if ((x & 7) == 4 && failure != null) throw sneak(failure);
                    return done();
                }
            }
            """;

    /** What the weaver and the runtime do for a scope: what it throws replaces what leaves the block. */
    private static final String TWIN_OF_SCOPE = SCOPE.replace("implements AsyncScope ", "") + """
            static void left(Gate gate, Throwable failure) {
                try {
                    await(gate.leave(failure));
                } catch (Throwable thrown) {
                    if (failure != null && thrown != failure) thrown.addSuppressed(failure);
                    throw sneak(thrown);
                }
            }
            """;

    static List<Object> members(int level) {
        int scope = COMMON.indexOf("SCOPE");
        return List.of(
                COMMON.substring(0, scope),
                new Node.Twofold(SCOPE, TWIN_OF_SCOPE),
                COMMON.substring(scope + "SCOPE".length()),
                level >= 16 ? RECORD_PAIR : CLASS_PAIR);
    }
}
