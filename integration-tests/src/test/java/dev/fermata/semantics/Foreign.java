package dev.fermata.semantics;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Calls on a thread of their own, which has ended when the call returns. */
final class Foreign {
    private Foreign() {}

    /** What {@code call} gives or throws on another thread; waiting for it. */
    static <T> T call(Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, "foreign");
        thread.start();
        thread.join(TimeUnit.MINUTES.toMillis(1));
        try {
            return task.get(0, TimeUnit.NANOSECONDS); // there by now, or never
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    static void run(Runnable call) throws Exception {
        call(() -> {
            call.run();
            return null;
        });
    }
}
