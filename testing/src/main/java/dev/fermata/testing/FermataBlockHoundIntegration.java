package dev.fermata.testing;

import dev.fermata.EventLoop;
import java.util.List;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Makes BlockHound know the threads of event loops: a call that blocks throws BlockHound's error while the thread makes an
 * iteration of a loop. {@code BlockHound.install()} finds this class by itself. The loop's own waiting is allowed, and so is everything
 * in a call of {@code toThread}, because no loop runs on that thread.
 *
 * <p>Whether that is so is asked at each call that blocks and not once for each thread: the thread of a test or of a
 * {@code main} runs a loop only for a while. The thread of a window system, or another host of a guest loop, may block
 * between the iterations that it makes.
 */
public final class FermataBlockHoundIntegration implements BlockHoundIntegration {
    private static final String INTERNAL = "dev.fermata.internal.";
    private static final String EXECUTOR = INTERNAL + "threads.LoopExecutor";
    private static final String GUEST = INTERNAL + "guests.Guest";
    private static final String TLS_ENGINE = "sun.security.ssl.SSLEngineImpl";

    /** A method by its name, as BlockHound takes it, with all that it calls. BlockHound ignores one that does not exist. */
    record Inside(String type, String method) {}

    /** What makes an iteration of a loop. */
    static final Inside ITERATION = new Inside(INTERNAL + "engine.Engine", "iterate");

    /** Where a call may block all the same. */
    static final List<Inside> ALLOWED = List.of(
            // Waiting for the next event; the first channel opens a selector, which loads libraries.
            new Inside(INTERNAL + "engine.Parker", "park"),
            new Inside(INTERNAL + "channels.LoopChannels", "set"),
            // The queue of an executor has a lock. An executor that makes the call at once does so on the loop's
            // thread.
            new Inside(EXECUTOR, "call"),
            // So has the queue of a guest's host. A host may make the iteration at once.
            new Inside(GUEST, "requestTickThreadsafe"),
            new Inside(GUEST, "requestTickAt"),
            new Inside(GUEST, "executeLater"),
            new Inside(GUEST, "loopClosed"),
            // TLS draws random numbers, which the JDK reads from a file. They are always there.
            new Inside(TLS_ENGINE, "beginHandshake"),
            new Inside(TLS_ENGINE, "wrap"),
            new Inside(TLS_ENGINE, "unwrap"),
            // A modal dialog, opened by a coroutine, waits for Swing's next event.
            new Inside("java.awt.EventQueue", "getNextEvent"),
            new Inside(INTERNAL + "base.FailureLog", "write"));

    /** Where it may not, although one of {@link #ALLOWED} is below it on the stack: the user's code begins there. */
    static final List<Inside> DISALLOWED =
            List.of(new Inside(INTERNAL + "threads.ExecutorCall", "run"), new Inside(GUEST, "run"));

    private static final StackWalker STACK = StackWalker.getInstance();

    /** Called by BlockHound. */
    public FermataBlockHoundIntegration() {}

    /**
     * Adds the threads of loops to those that must not block, and allows what the runtime itself does there.
     *
     * @param builder what is about to be installed
     */
    @Override
    public void applyTo(BlockHound.Builder builder) {
        isIterating(); // loads what it needs, which must not happen in the middle of a blocking call
        builder.addDynamicThreadPredicate(thread -> true)
                .nonBlockingThreadPredicate(before -> before.or(FermataBlockHoundIntegration::runsLoop));
        ALLOWED.forEach(it -> builder.allowBlockingCallsInside(it.type(), it.method()));
        DISALLOWED.forEach(it -> builder.disallowBlockingCallsInside(it.type(), it.method()));
    }

    private static boolean runsLoop(Thread thread) {
        return thread == Thread.currentThread() && EventLoop.runningOrNull() != null && isIterating();
    }

    /** Looks at the stack, because a guest loop counts as running on its host's thread between its iterations too. */
    private static boolean isIterating() {
        return STACK.walk(frames -> frames.anyMatch(FermataBlockHoundIntegration::isIteration));
    }

    private static boolean isIteration(StackWalker.StackFrame frame) {
        return frame.getMethodName().equals(ITERATION.method())
                && frame.getClassName().equals(ITERATION.type());
    }
}
