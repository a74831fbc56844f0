package dev.fermata.internal.loop;

import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.internal.Backend;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.base.OneLine;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.Ready;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of a {@link dev.fermata.LoopThread}: a loop, and the thread that runs it until it is closed. It is no
 * main run, because there is no main task that a signal or the end of the process could cancel. {@link #run()} is called
 * on its thread, the rest on any.
 */
final class LoopThreadRuns implements Backend.ThreadRuns, Runnable {
    private final Loop loop;
    private final Engine engine;
    private final EndOfRun end;
    private final Thread thread;

    /** Whether nothing more is taken, and the thread is on its way to its end. */
    private volatile boolean ending;

    /** What has ended the thread although nobody has closed it. Written by the thread, before {@link #ending}. */
    private volatile @Nullable Throwable failure;

    private LoopThreadRuns(String name, Loop loop) {
        this.loop = loop;
        this.engine = loop.engine();
        this.end = new EndOfRun(loop);
        this.thread = new Thread(null, this, name, 0, false);
    }

    static LoopThreadRuns start(String name, Loop loop) {
        checkCanRun(loop);
        LoopThreadRuns runs = new LoopThreadRuns(name, loop);
        runs.thread.setDaemon(true);
        // Newer JDKs give a thread that inherits no thread locals the system class loader.
        runs.thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        try {
            runs.thread.start();
        } catch (Throwable noThread) { // the system gives no more of them
            loop.closeNow(0);
            throw noThread;
        }
        return runs;
    }

    private static void checkCanRun(Loop loop) {
        Engine engine = loop.engine();
        engine.checkOpen();
        if (engine.isGuest()) {
            throw new IllegalStateException(Loop.NOT_RUN);
        }
        if (!engine.isInRealTime()) {
            throw new IllegalStateException(
                    "A loop in virtual time does not wait for other threads, so it would find a"
                            + " deadlock as soon as it has nothing to do. Test the coroutines with AsyncTest, without a LoopThread");
        }
        Thread other = engine.thread();
        if (other != null) {
            throw new IllegalStateException("The event loop runs on thread " + other.getName() + " already");
        }
        if (!loop.takeForThread()) {
            throw new IllegalStateException("The event loop has a LoopThread already. Each needs a loop of its own");
        }
    }

    @Override
    public void run() {
        try {
            iterate();
        } catch (Throwable fatal) {
            failure = fatal;
            ending = true;
            try {
                end.complete();
            } catch (Throwable second) {
                Suppression.add(fatal, second);
            }
            throw fatal;
        }
        end.complete();
    }

    private void iterate() {
        loop.enter();
        try {
            while (!ending) {
                engine.iterate(true);
                // Like a pool's thread: whose interrupt it was, is over, and the loop could not wait any more.
                Thread.interrupted();
            }
        } finally {
            loop.exit();
        }
    }

    @Override
    public <T> CompletableFuture<T> run(Coroutine<T> coroutine) {
        if (ending) {
            coroutine.close();
            throw hasEnded();
        }
        try {
            return loop.runThreadsafe(coroutine);
        } catch (IllegalStateException refused) {
            throw ending ? hasEnded() : refused; // it may have been closed meanwhile
        }
    }

    @Override
    public <T> CompletableFuture<T> run(AsyncCallable<T> callable) {
        if (ending) {
            throw hasEnded();
        }
        try {
            return loop.runThreadsafe(callable);
        } catch (IllegalStateException refused) {
            throw ending ? hasEnded() : refused; // it may have been closed meanwhile
        }
    }

    @Override
    public Loop loop() {
        if (ending) {
            throw hasEnded();
        }
        return loop;
    }

    private IllegalStateException hasEnded() {
        Throwable reason = failure;
        String name = "The loop thread " + OneLine.of(thread.getName());
        if (reason == null) {
            return new IllegalStateException(name + " is closed");
        }
        return new IllegalStateException(
                name + " has ended, because of " + reason.getClass().getName() + ": " + Guarded.message(reason),
                reason);
    }

    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("LoopThread.close was called on thread " + OneLine.of(thread.getName())
                    + ", which is its own and would wait for itself. Close it on the thread that started it");
        }
        if (loop.executor().makesCallHere()) {
            throw new IllegalStateException(
                    "LoopThread.close was called within a toThread or runInThread of its own loop."
                            + " The close waits for such calls, so it would wait for itself. Close it on the thread that started it");
        }
        ending = true;
        engine.offer(new WakeUp()); // a loop that is closed has seen it already
        boolean interrupted = Thread.interrupted(); // otherwise nothing could wait
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
                if (!engine.offer(new GiveUp())) {
                    thread.interrupt(); // its loop is closed, and it waits for the threads of an executor
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the wait of the thread, which then sees that it is to end. */
    private static final class WakeUp implements Ready {
        @Override
        public void runReady() {}
    }

    private final class GiveUp implements Ready {
        @Override
        public void runReady() {
            end.giveUpOnCalls();
        }
    }
}
