package dev.fermata;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Skeleton: signatures first, so that others can compile against them. */
public final class EventLoop {
    final LoopCarrier carrier = new LoopCarrier(this);
    final TaskList tasks = new TaskList();
    final UnreadFailures unreadFailures = new UnreadFailures();
    @Nullable SchedulePolicy policy;

    private EventLoop() {}

    public static EventLoop create() { throw new UnsupportedOperationException(); }
    public static EventLoop virtualTime() { throw new UnsupportedOperationException(); }
    public static EventLoop running() { throw new UnsupportedOperationException(); }
    public static @Nullable EventLoop runningOrNull() { throw new UnsupportedOperationException(); }
    public long time() { throw new UnsupportedOperationException(); }
    public Handle callSoon(Runnable callback) { throw new UnsupportedOperationException(); }
    public Handle callSoonThreadsafe(Runnable callback) { throw new UnsupportedOperationException(); }
    public TimerHandle callLater(Duration delay, Runnable callback) { throw new UnsupportedOperationException(); }
    public TimerHandle callAt(long when, Runnable callback) { throw new UnsupportedOperationException(); }
    public <T> Task<T> createTask(Coroutine<T> coroutine) { throw new UnsupportedOperationException(); }
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name) { throw new UnsupportedOperationException(); }
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) { throw new UnsupportedOperationException(); }
    public <T> Task<T> createTask(AsyncCallable<T> callable) { throw new UnsupportedOperationException(); }
    public <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name) { throw new UnsupportedOperationException(); }
    public <T> Promise<T> createPromise() { throw new UnsupportedOperationException(); }
    /** A promise with something behind it: gather, shield. */
    <T> Promise<T> createPromise(Origin origin) { throw new UnsupportedOperationException(); }
    public <T> Promise<T> runInExecutor(@Nullable Executor executor, Callable<T> callable) { throw new UnsupportedOperationException(); }
    public <T> T runUntilComplete(Awaitable<T> awaitable) { throw new UnsupportedOperationException(); }
    public void runForever() { throw new UnsupportedOperationException(); }
    public void stop() { throw new UnsupportedOperationException(); }
    public void close() { throw new UnsupportedOperationException(); }
    public boolean isClosed() { throw new UnsupportedOperationException(); }
    public boolean isRunning() { throw new UnsupportedOperationException(); }
    public @Nullable Task<?> currentTask() { throw new UnsupportedOperationException(); }
    public List<Task<?>> allTasks() { throw new UnsupportedOperationException(); }
    public void setExceptionHandler(@Nullable ExceptionHandler handler) { throw new UnsupportedOperationException(); }
    public void callExceptionHandler(ExceptionHandler.Context context) { throw new UnsupportedOperationException(); }
    public void setUnreadFailureGrace(Duration grace) { throw new UnsupportedOperationException(); }
    public void setSchedulePolicy(@Nullable SchedulePolicy policy) { this.policy = policy; }
    public void setDebug(boolean debug) { throw new UnsupportedOperationException(); }
    public boolean isDebug() { throw new UnsupportedOperationException(); }

    /** Into the ready queue: a {@link Task} whose step is due, or a {@link Ready}. */
    void enqueue(Object entry) { throw new UnsupportedOperationException(); }
    /** Runs at once on the loop's thread, otherwise as callSoonThreadsafe does; nothing on a closed loop. */
    void runOnLoop(Runnable action) { throw new UnsupportedOperationException(); }
    void checkThread(String what) { throw new UnsupportedOperationException(); }
    void callbackFailed(String message, Throwable failure, Object source) { throw new UnsupportedOperationException(); }
}
