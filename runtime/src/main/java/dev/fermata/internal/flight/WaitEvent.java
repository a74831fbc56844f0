package dev.fermata.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A wait of a task, from the end of one step to the begin of the next one. */
@Name("dev.fermata.Wait")
@Label("Wait")
@Category("Fermata")
@Description("A wait of a task: from where a step of it ends to where the next one begins")
@Threshold("20 ms")
@StackTrace(false)
final class WaitEvent extends Event {
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

    @Label("Waits For")
    @Description("What the task waited for, as it was when the wait began")
    @Nullable
    String waitsFor;

    @Label("At")
    @Description("Where the task waited")
    @Nullable
    String at;
}
