package dev.fermata.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A step, or a callback, that has kept its loop busy for longer than {@code slowCallbackDuration}. */
@Name("dev.fermata.SlowStep")
@Label("Slow Step")
@Category("Fermata")
@Description("A step or a callback that kept the event loop busy for longer than the loop's slowCallbackDuration")
@StackTrace(false)
final class SlowStepEvent extends Event {
    @Label("Event Loop")
    @Description("The number of the event loop")
    long loop;

    @Label("Task")
    @Description("The name of the task; nothing for a callback")
    @Nullable
    String task;

    @Label("Task Number")
    @Description("How many tasks the loop had created with this one; 0 for a callback")
    int number;

    @Label("Callback")
    @Description("The callback; nothing for a task")
    @Nullable
    String callback;

    @Label("At")
    @Description("Where the step was when it had taken too long; nothing if it ended before anybody looked")
    @Nullable
    String at;

    @Label("Stack")
    @Description("The stack of the loop's thread at that time, without Fermata's own methods")
    @Nullable
    String stack;
}
