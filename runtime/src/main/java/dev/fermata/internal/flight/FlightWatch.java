package dev.fermata.internal.flight;

import dev.fermata.Task;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.StepWatch;
import dev.fermata.internal.inspection.OuterWatch;
import dev.fermata.internal.inspection.SlowSteps;
import dev.fermata.internal.inspection.Watchdog;
import dev.fermata.internal.traces.OwnFrames;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of a loop while a recording wants events, and writes the events. On the loop's thread, except
 * {@link #blocks}.
 */
final class FlightWatch implements OuterWatch, SlowSteps {
    private final Engine engine;

    /** The tasks that have not ended, as far as they were seen. */
    private final Map<LoopTask<?>, Life> lives = new IdentityHashMap<>();

    /** Debug mode's watch; null without debug mode. */
    private @Nullable StepWatch inner;

    /** Looks where a step is that takes too long; null if nobody wants to know. */
    private @Nullable Watchdog watchdog;

    /** How many nanoseconds a step may take before it counts as slow. */
    private long limit;

    /** The step that runs. The watchdog's thread reads it, after it has seen that the step began. */
    private @Nullable Step running;

    /** Creates a watch of a loop. The lives of the tasks that are there already begin now. */
    FlightWatch(Engine engine) {
        this.engine = engine;
        for (LoopTask<?> task : engine.tasks.toList()) {
            lifeOf(task);
        }
    }

    /** Begins to look at slow steps on the calling thread, or stops, as the recordings want it now. */
    void look() {
        if (!new SlowStepEvent().isEnabled()) {
            stopLooking();
        } else if (watchdog == null) {
            watchdog = new Watchdog(limit, this, this::runInner);
        }
    }

    /** Stops to look at slow steps: the loop stops running, or nobody wants to know any more. */
    void stopLooking() {
        if (watchdog != null) {
            watchdog.end();
            watchdog = null;
        }
    }

    /** Called when the loop closes. */
    void loopEnds() {
        lives.values().forEach(Life::ends);
        lives.clear();
    }

    @Override
    public void setInner(@Nullable StepWatch inner) {
        this.inner = inner;
    }

    @Override
    public void setLimit(long nanos) {
        limit = nanos;
        if (watchdog != null) {
            watchdog.setLimit(nanos);
        }
    }

    // ---- tasks

    @Override
    public void created(Task<?> task) {
        lifeOf((LoopTask<?>) task);
    }

    @Override
    public void startedEagerly(Task<?> task) {
        stepped((LoopTask<?>) task);
    }

    private Life lifeOf(LoopTask<?> task) {
        Life life = lives.get(task);
        if (life == null) {
            life = new Life(task);
            lives.put(task, life);
            life.parks();
        }
        return life;
    }

    private void stepped(LoopTask<?> task) {
        Life life = lifeOf(task);
        if (task.done()) {
            lives.remove(task);
            life.ends();
        } else {
            life.parks();
        }
    }

    // ---- steps

    /** Runs a step. Another step may surround it, if a modal dialog inside of that one makes iterations. */
    @Override
    public void run(Object step) {
        Step around = running;
        try {
            begins(step, around);
        } finally { // a task whose step is lost would wait without end
            try {
                runWatched(step);
            } finally {
                ended(step, around);
            }
        }
    }

    private void begins(Object step, @Nullable Step around) {
        if (around != null) {
            around.pauses();
        }
        running = new Step(step);
        if (step instanceof LoopTask<?> task) {
            lifeOf(task).goesOn();
        }
    }

    private void ended(Object step, @Nullable Step around) {
        Step ends = running;
        running = around;
        if (ends != null && ends != around) {
            ends.pauses();
            ends.ends();
        }
        if (step instanceof LoopTask<?> task) {
            stepped(task);
        }
        if (around != null) {
            around.goesOn();
        }
    }

    private void runWatched(Object step) {
        if (watchdog == null) {
            runInner(step);
        } else {
            watchdog.run(step);
        }
    }

    private void runInner(Object step) {
        if (inner == null) {
            Engine.run(step);
        } else {
            inner.run(step);
        }
    }

    @Override
    public void blocks(@Nullable Object step, long millis, StackTraceElement[] stack) {
        Step slow = running;
        if (slow != null && slow.what == step) {
            slow.stack = stack; // the loop's thread does not go on before this has returned
        }
    }

    @Override
    public void released(@Nullable Object step, long millis) {
        // the event is written when the step ends, which may be slow without anybody having looked
    }

    /** What is written of a task. */
    private final class Life {
        private final LoopTask<?> task;
        private final TaskEvent whole = new TaskEvent();

        /** Used again for each wait. Only those that last long enough are written. */
        private final WaitEvent wait = new WaitEvent();

        Life(LoopTask<?> task) {
            this.task = task;
            whole.begin();
        }

        /** The task waits from now on. What for, as text, may be another one when the wait is over. */
        void parks() {
            if (wait.isEnabled()) {
                wait.waitsFor = task.waitsFor();
                wait.begin();
            }
        }

        /** The next step is about to run; the task is still where it has waited. */
        void goesOn() {
            if (wait.waitsFor == null) {
                return; // waits were switched on after it had begun
            }
            wait.end();
            if (wait.shouldCommit()) {
                wait.loop = engine.number;
                wait.task = task.getName();
                wait.number = task.number();
                wait.at = text(task.place());
                wait.commit();
            }
            wait.waitsFor = null;
        }

        void ends() {
            whole.end();
            if (whole.shouldCommit()) {
                Throwable thrown = task.peekFailure();
                whole.loop = engine.number;
                whole.task = task.getName();
                whole.number = task.number();
                whole.outcome =
                        !task.done() ? "left" : task.cancelled() ? "cancelled" : thrown != null ? "failed" : "returned";
                whole.failure = thrown == null ? null : Guarded.failure(thrown);
                whole.commit();
            }
        }
    }

    /** What is written of a step. Its time starts anew after a step inside of it, since the loop has made progress. */
    private final class Step {
        private final Object what;

        /** Null if nobody wants it, as usual. */
        private @Nullable StepEvent whole;

        private SlowStepEvent slow = new SlowStepEvent();
        private long began;

        /** Where the step was when it had taken too long. Written by the watchdog's thread. */
        private StackTraceElement @Nullable [] stack;

        Step(Object what) {
            this.what = what;
            StepEvent event = new StepEvent();
            if (what instanceof LoopTask<?> task && event.isEnabled()) {
                event.from = text(task.place());
                event.begin();
                whole = event;
            }
            goesOn();
        }

        void goesOn() {
            stack = null;
            slow = new SlowStepEvent();
            slow.begin();
            began = System.nanoTime();
        }

        void pauses() {
            if (System.nanoTime() - began <= limit) {
                return;
            }
            slow.end();
            if (slow.shouldCommit()) {
                slow.loop = engine.number;
                if (what instanceof LoopTask<?> task) {
                    slow.task = task.getName();
                    slow.number = task.number();
                } else {
                    slow.callback = Guarded.description(what::toString);
                }
                if (stack != null) {
                    StackTraceElement[] shown = OwnFrames.shown(stack);
                    slow.at = text(innermost(shown));
                    slow.stack = text(shown);
                }
                slow.commit();
            }
        }

        void ends() {
            StepEvent event = whole;
            if (event != null && what instanceof LoopTask<?> task) {
                event.end();
                if (event.shouldCommit()) {
                    event.loop = engine.number;
                    event.task = task.getName();
                    event.number = task.number();
                    event.commit();
                }
            }
        }
    }

    // ---- texts

    /** Returns the first element that is not the JDK's; the first one if all are. */
    private static @Nullable StackTraceElement innermost(StackTraceElement[] stack) {
        for (StackTraceElement element : stack) {
            String module = element.getModuleName();
            if (module == null || !(module.startsWith("java.") || module.startsWith("jdk."))) {
                return element;
            }
        }
        return stack.length == 0 ? null : stack[0];
    }

    private static String text(StackTraceElement[] stack) {
        StringBuilder lines = new StringBuilder();
        for (StackTraceElement element : stack) {
            lines.append(lines.isEmpty() ? "" : "\n").append(text(element));
        }
        return lines.toString();
    }

    /** Returns a place as the source names it, without class loader and module. */
    private static @Nullable String text(@Nullable StackTraceElement place) {
        return place == null
                ? null
                : new StackTraceElement(
                                place.getClassName(), place.getMethodName(), place.getFileName(), place.getLineNumber())
                        .toString();
    }
}
