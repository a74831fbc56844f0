package dev.fermata.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** The life of a task, from its creation to its end. */
@Name("dev.fermata.Task")
@Label("Task")
@Category("Fermata")
@Description("The life of a task, from its creation to its end")
@StackTrace(false)
final class TaskEvent extends Event {
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

    @Label("Outcome")
    @Description("How the task ended: returned, failed, cancelled, or left when the loop closed")
    @Nullable
    String outcome;

    @Label("Failure")
    @Description("The class and the message of what the task threw")
    @Nullable
    String failure;
}
