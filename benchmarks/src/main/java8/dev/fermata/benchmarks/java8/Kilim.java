package dev.fermata.benchmarks.java8;

import kilim.ExitMsg;
import kilim.Mailbox;
import kilim.Pausable;
import kilim.Scheduler;
import kilim.Task;

/**
 * The works in Kilim, whose weaver rewrites methods that throw {@link Pausable}. Its tasks run on a scheduler of one
 * thread. They cannot be cancelled, and an exception ends a task without a stack trace of the suspended callers.
 */
public final class Kilim {
    private Kilim() {}

    /** A scheduler of one thread. */
    public static Scheduler oneThread() {
        return Scheduler.make(1);
    }

    private static int result(Task<Integer> task, Scheduler scheduler) {
        task.setScheduler(scheduler);
        task.start();
        ExitMsg<Integer> end = task.joinb();
        if (end.result instanceof Integer) {
            return (Integer) end.result;
        }
        throw new IllegalStateException("a Kilim task failed: " + end.result);
    }

    public static int fib(int n, Scheduler scheduler) {
        return result(
                new Task<Integer>() {
                    @Override
                    public void execute() throws Pausable {
                        exit(fib(n));
                    }
                },
                scheduler);
    }

    static Integer fib(int n) throws Pausable {
        if (n < 0) {
            Task.yield();
        }
        return n < 2 ? n : (fib(n - 1) + fib(n - 2)) & 63;
    }

    /** {@code tasks} tasks give way {@code times} times, each at the end of a chain of {@code depth} calls. */
    public static void giveWay(int tasks, int depth, int times, Scheduler scheduler) {
        Task<Integer> all = new Task<Integer>() {
            @Override
            public void execute() throws Pausable {
                Mailbox<Integer> ended = new Mailbox<>(tasks, tasks);
                for (int i = 0; i < tasks; i++) {
                    Task<Object> task = new Task<Object>() {
                        @Override
                        public void execute() throws Pausable {
                            deep(depth, times);
                            ended.put(1);
                        }
                    };
                    task.setScheduler(scheduler);
                    task.start();
                }
                int count = 0;
                for (int i = 0; i < tasks; i++) {
                    count += ended.get();
                }
                exit(count);
            }
        };
        if (result(all, scheduler) != tasks) {
            throw new IllegalStateException("a Kilim task is missing");
        }
    }

    static void deep(int depth, int times) throws Pausable {
        if (depth > 1) {
            deep(depth - 1, times);
        } else {
            for (int i = 0; i < times; i++) {
                Task.yield();
            }
        }
    }

    public static int sum(int count, int seldom, Scheduler scheduler) {
        Task<Integer> all = new Task<Integer>() {
            @Override
            public void execute() throws Pausable {
                int sum = 0;
                for (int i = 1; i <= count; i++) {
                    sum += next(i, seldom);
                }
                exit(sum);
            }
        };
        return result(all, scheduler);
    }

    static Integer next(int i, int seldom) throws Pausable {
        if (i % seldom == 0) {
            Task.yield();
        }
        return i & 63;
    }

    /** Two tasks pass a number to and fro, which each increments. */
    public static int pingPong(int rounds, Scheduler scheduler) {
        Mailbox<Integer> there = new Mailbox<>(1, 1);
        Mailbox<Integer> back = new Mailbox<>(1, 1);
        Task<Object> echo = new Task<Object>() {
            @Override
            public void execute() throws Pausable {
                for (int i = 0; i < rounds; i++) {
                    back.put(there.get() + 1);
                }
            }
        };
        echo.setScheduler(scheduler);
        echo.start();
        Task<Integer> server = new Task<Integer>() {
            @Override
            public void execute() throws Pausable {
                int ball = 0;
                for (int i = 0; i < rounds; i++) {
                    there.put(ball);
                    ball = back.get();
                }
                exit(ball);
            }
        };
        return result(server, scheduler);
    }
}
