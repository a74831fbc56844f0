package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.openjdk.jmc.common.item.Attribute.attr;

import dev.fermata.harness.Child;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmc.common.IMCThread;
import org.openjdk.jmc.common.item.IAttribute;
import org.openjdk.jmc.common.item.IItem;
import org.openjdk.jmc.common.item.IItemCollection;
import org.openjdk.jmc.common.item.IItemIterable;
import org.openjdk.jmc.common.item.ItemFilters;
import org.openjdk.jmc.common.unit.IQuantity;
import org.openjdk.jmc.common.unit.UnitLookup;
import org.openjdk.jmc.flightrecorder.JfrAttributes;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;

/** What JDK Mission Control shows of a recording. Its window cannot be tested; this reads the file as its window does. */
class MissionControlTest {
    private static final IAttribute<String> TASK = attr("task", "Task", UnitLookup.PLAIN_TEXT);
    private static final IAttribute<String> OUTCOME = attr("outcome", "Outcome", UnitLookup.PLAIN_TEXT);
    private static final IAttribute<String> WAITS_FOR = attr("waitsFor", "Waits For", UnitLookup.PLAIN_TEXT);

    @TempDir
    Path folder;

    @Test
    void mission_control_shows_tasks_and_waits_by_name() throws Exception {
        IItemCollection events = JfrLoaderToolkit.loadEvents(record().toFile());

        assertEquals(
                Map.of(
                        "dev.fermata.Task", "Task",
                        "dev.fermata.Wait", "Wait",
                        "dev.fermata.Step", "Step"),
                names(events.apply(ItemFilters.type("dev.fermata.Task", "dev.fermata.Wait", "dev.fermata.Step"))));
        IItemCollection tasks = events.apply(ItemFilters.type("dev.fermata.Task"));
        assertEquals(
                List.of("Task-1", "tea"), values(tasks, TASK).stream().sorted().toList());
        assertEquals(List.of("returned", "returned"), values(tasks, OUTCOME));
        for (IMCThread thread : values(tasks, JfrAttributes.EVENT_THREAD)) {
            assertEquals("main", thread.getThreadName());
        }
        IItemCollection waits = events.apply(ItemFilters.type("dev.fermata.Wait"));
        assertTrue(
                values(waits, WAITS_FOR).contains("a sleep"),
                () -> values(waits, WAITS_FOR).toString());
        for (IQuantity duration : values(tasks, JfrAttributes.DURATION)) {
            assertTrue(duration.longValueIn(UnitLookup.MILLISECOND) > 0, duration::toString);
        }
    }

    private Path record() throws Exception {
        Path file = folder.resolve("tasks.jfr");
        String options = "-XX:StartFlightRecording=filename=" + file + ",+dev.fermata.Step#enabled=true";
        try (Child child = new Child(List.of(options), FlightTest.Program.class)) {
            List<String> lines = child.rest();
            assertEquals(0, child.exitCode(), lines::toString);
        }
        return file;
    }

    private static Map<String, String> names(IItemCollection events) {
        Map<String, String> names = new TreeMap<>();
        for (IItemIterable ofOneType : events) {
            names.put(ofOneType.getType().getIdentifier(), ofOneType.getType().getName());
        }
        return names;
    }

    private static <T> List<T> values(IItemCollection events, IAttribute<T> attribute) {
        List<T> values = new ArrayList<>();
        for (IItemIterable ofOneType : events) {
            for (IItem event : ofOneType) {
                values.add(attribute.getAccessor(ofOneType.getType()).getMember(event));
            }
        }
        return values;
    }
}
