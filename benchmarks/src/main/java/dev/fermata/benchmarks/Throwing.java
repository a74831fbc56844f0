package dev.fermata.benchmarks;

import dev.fermata.EventLoop;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An exception on its way through 64 calls, caught by the one above; in async methods after a resume, so that all calls but
 * the innermost are suspended. An operation is one such throw; the emitted form also makes, suspends and resumes the chain.
 *
 * <p>The JVM makes a trace readable only when it is read, and the emitted form has to read what it mends: unread, that is
 * the greater part of its time. Kotlin's trace lacks the suspended callers: what is read there is shorter.
 */
public class Throwing extends Settings {
    private static final int DEPTH = 64;

    /** Whether the one who catches also reads the trace, as who logs it does. */
    @Param({"false", "true"})
    public boolean read;

    @State(Scope.Thread)
    public static class Loop {
        private final EventLoop loop = EventLoop.create();

        @TearDown
        public void close() {
            loop.close();
        }
    }

    @State(Scope.Thread)
    public static class KotlinLoop {
        private final BareWorks works = new BareWorks();
    }

    private static int plainFall(int depth) {
        if (depth > 1) {
            return plainFall(depth - 1) + 1;
        }
        throw new IllegalStateException("at the bottom");
    }

    private static int plainCaught(int depth, boolean read) {
        try {
            return plainFall(depth);
        } catch (IllegalStateException e) {
            return read ? e.getStackTrace().length : 0;
        }
    }

    @Benchmark
    public int plain() {
        return plainCaught(DEPTH, read);
    }

    @Benchmark
    public int emitted(Loop state) {
        return state.loop.runUntilComplete(Emitted.caught(DEPTH, read));
    }

    @Benchmark
    public int kotlinBare(KotlinLoop state) {
        return state.works.caught(DEPTH, read);
    }

    @Benchmark
    public int kotlinRunBlocking() {
        return RunBlocking.caught(DEPTH, read);
    }
}
