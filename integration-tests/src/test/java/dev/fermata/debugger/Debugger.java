package dev.fermata.debugger;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.LocalVariable;
import com.sun.jdi.Location;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.connect.VMStartException;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.LocatableEvent;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.StepRequest;
import dev.fermata.Asyncio;
import dev.fermata.harness.ClassPath;
import dev.fermata.harness.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** A debugger of {@link Debuggee}, as simple as they come: a breakpoint is set at every place that a line has. */
final class Debugger implements AutoCloseable {
    private static final Path SOURCE =
            Path.of("src/test/java", Debuggee.class.getName().replace('.', '/') + ".java");
    private static final int PATIENCE_MILLIS = 60_000;

    private final List<Integer> lines = new ArrayList<>();
    private final VirtualMachine vm;
    private final Deadline deadline;
    private LocatableEvent stopped;

    /** Starts the program, which waits for the first {@link #resume}. */
    Debugger(String argument) throws IOException, IllegalConnectorArgumentsException, VMStartException {
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("main").setValue(Debuggee.class.getName() + " " + argument);
        arguments.get("options").setValue("-cp \"" + ClassPath.of(Debuggee.class, Asyncio.class) + "\"");
        vm = connector.launch(arguments);
        deadline = new Deadline(vm.process());
        ClassPrepareRequest loaded = vm.eventRequestManager().createClassPrepareRequest();
        loaded.addClassFilter(Debuggee.class.getName());
        loaded.enable();
    }

    /** The line whose comment is {@code mark}. */
    static int line(String mark) {
        try {
            List<String> source = Files.readAllLines(SOURCE);
            for (int i = 0; i < source.size(); i++) {
                if (source.get(i).endsWith("// " + mark)) {
                    return i + 1;
                }
            }
            throw new IllegalArgumentException(mark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets breakpoints, before the program runs. */
    Debugger breakAt(String... marks) {
        for (String mark : marks) {
            lines.add(line(mark));
        }
        return this;
    }

    /** Runs to the next stop. False if the program has ended instead. */
    boolean resume() throws InterruptedException {
        stopped = null;
        vm.resume();
        while (true) {
            EventSet events = vm.eventQueue().remove(PATIENCE_MILLIS);
            if (events == null) {
                throw new AssertionError("the program neither stops nor ends");
            }
            for (Event event : events) {
                if (event instanceof ClassPrepareEvent prepared) {
                    setBreakpoints(prepared.referenceType());
                } else if (event instanceof LocatableEvent located) {
                    stopped = located;
                } else if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
                    return false;
                }
            }
            if (stopped != null) {
                return true;
            }
            events.resume();
        }
    }

    private void setBreakpoints(ReferenceType type) {
        try {
            for (int line : lines) {
                List<Location> locations = type.locationsOfLine(line);
                if (locations.isEmpty()) {
                    throw new AssertionError("no code in line " + line);
                }
                locations.forEach(it ->
                        vm.eventRequestManager().createBreakpointRequest(it).enable());
            }
        } catch (AbsentInformationException e) {
            throw new AssertionError(e);
        }
    }

    /** Steps over the line it stands in. False if the program has ended instead. */
    boolean stepOver() throws InterruptedException {
        return step(StepRequest.STEP_OVER);
    }

    /** Steps into what the line it stands in calls, as an IDE does that is told not to stop in Fermata or the JDK. */
    boolean stepInto() throws InterruptedException {
        return step(StepRequest.STEP_INTO, "java.*", "jdk.*", "sun.*", "dev.fermata.abi.*", "dev.fermata.Coroutine");
    }

    private boolean step(int depth, String... excluded) throws InterruptedException {
        StepRequest step = vm.eventRequestManager().createStepRequest(stopped.thread(), StepRequest.STEP_LINE, depth);
        for (String classes : excluded) {
            step.addClassExclusionFilter(classes);
        }
        step.addCountFilter(1);
        step.enable();
        boolean stops = resume();
        if (stops) {
            vm.eventRequestManager().deleteEventRequest(step);
        }
        return stops;
    }

    /** The line it stands in, as {@code Class:line}. */
    String place() {
        return place(stopped.location());
    }

    static String place(String mark) {
        return Debuggee.class.getSimpleName() + ":" + line(mark);
    }

    private static String place(Location location) {
        String type = location.declaringType().name();
        return type.substring(type.lastIndexOf('.') + 1) + ":" + location.lineNumber();
    }

    /** The methods of the program on the stack, from the innermost; a body counts as its method. */
    List<String> stack() throws IncompatibleThreadStateException {
        return stopped.thread().frames().stream()
                .map(StackFrame::location)
                .filter(it -> it.declaringType().name().equals(Debuggee.class.getName()))
                .map(it -> it.method().name().replaceFirst("\\$(async|resume)$", ""))
                .toList();
    }

    /** What the variables view shows, in the order of the code. */
    String variables() throws IncompatibleThreadStateException, AbsentInformationException {
        StackFrame frame = stopped.thread().frame(0);
        StringJoiner all = new StringJoiner(" ");
        if (frame.thisObject() != null) {
            all.add("this");
        }
        for (LocalVariable variable : frame.visibleVariables()) {
            Value value = frame.getValue(variable);
            all.add(variable.name() + "=" + (value instanceof StringReference string ? string.value() : value));
        }
        return all.toString();
    }

    /** What the program printed, once it has ended. */
    String output() throws IOException {
        String output = new String(vm.process().getInputStream().readAllBytes()).strip();
        deadline.check(output);
        return output;
    }

    @Override
    public void close() {
        vm.process().destroyForcibly();
    }
}
