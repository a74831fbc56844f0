package dev.fermata.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A step of a task. There may be millions in a second, so they are off unless the recording asks for them. */
@Name("dev.fermata.Step")
@Label("Step")
@Category("Fermata")
@Description("A step of a task: what it runs between two waits")
@Enabled(false)
@StackTrace(false)
final class StepEvent extends Event {
    @Label("Event Loop")
    @Description("The number of the event loop")
    long loop;

    @Label("Task")
    @Description("The name of the task")
    @Nullable
    String task;

    @Label("Task Number")
    @Description("How many tasks the loop had created with this one")
    int number;

    @Label("From")
    @Description("Where the task had waited and went on; nothing if this is its first step")
    @Nullable
    String from;
}
