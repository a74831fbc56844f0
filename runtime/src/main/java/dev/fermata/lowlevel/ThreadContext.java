package dev.fermata.lowlevel;

/**
 * What frameworks keep in variables of threads, such as SLF4J's MDC or the current span of a trace. If there is an
 * implementation, it follows tasks as a {@link dev.fermata.TaskLocal} does. A task, a callback, a call of
 * {@link dev.fermata.Asyncio#toThread} and a coroutine of {@link dev.fermata.EventLoop#runThreadsafe} start with what was in
 * place where they were made. Each step of a task has in place what the step before has left, and a hot method outside of a
 * loop too, whichever thread it continues on. After the step, what was there before is back.
 *
 * <p>The jar {@code fermata-context-propagation} has an implementation, for the accessors of Micrometer's
 * context-propagation. It is found when the first task of the process is made, for all loops, if it lies beside Fermata's
 * runtime. {@code -Dfermata.threadContext=com.acme.OurContext} names another one, a public class with a public constructor
 * without parameters. If there is none, a step does nothing for it.
 *
 * <p>Called from any thread, often: twice for each step, and when a task or a callback is made. What
 * {@link Snapshot#install} and {@link Scope#remove} throw is not thrown into a task, and the step runs nevertheless. On a
 * loop's thread it goes to the {@link dev.fermata.ExceptionHandler} as
 * {@link dev.fermata.ExceptionHandler.Kind#THREAD_CONTEXT_FAILED}. In a call of {@code toThread}, and in a hot method outside
 * of a loop, it is logged.
 */
public interface ThreadContext {
    /** Returns what is in place on the calling thread. What {@code capture} throws is thrown to what makes the task. */
    Snapshot capture();

    /** What was in place on a thread at some time. Any number of threads may put it in place, also at once. */
    interface Snapshot {
        /**
         * Puts exactly this in place on the calling thread. What it throws must leave the thread as it was.
         *
         * @return what takes it away again
         */
        Scope install();
    }

    /** What {@link Snapshot#install} has replaced. */
    interface Scope {
        /**
         * Puts back what was in place before. Called once, by the thread that called {@link Snapshot#install}. What was
         * installed after it on this thread has been removed by then.
         *
         * @return what was in place until now
         */
        Snapshot remove();
    }
}
