package dev.fermata.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What there is of pipes, threads and children, for a comparison of before and after. */
record Leftovers(long pipes, long threads, long children) {
    static Leftovers now() {
        return new Leftovers(
                Descriptors.count(Descriptors::isPipe), // the JVM has files and sockets of its own
                ourThreads(),
                ProcessHandle.current().children().count());
    }

    /** Asserts that there is no more than before, within the few seconds that threads take to end. */
    void assertNoMoreNow() throws InterruptedException {
        eventually(() -> now().pipes <= pipes, "descriptors of pipes", () -> before() + Descriptors.open());
        eventually(() -> now().threads <= threads, "threads", () -> before() + threadNames());
        eventually(() -> now().children <= children, "children", () -> before() + now());
    }

    private String before() {
        return "before " + this + ", after ";
    }

    private static void eventually(Supplier<Boolean> holds, String what, Supplier<String> found)
            throws InterruptedException {
        for (int i = 0; i < 500 && !holds.get(); i++) {
            Thread.sleep(10);
        }
        assertTrue(holds.get(), () -> "more " + what + ": " + found.get());
    }

    /** Counts our threads. The JDK keeps some of its own for a minute. */
    private static long ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("fermata"))
                .count();
    }

    private static Map<String, Long> threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .collect(Collectors.groupingBy(Thread::getName, TreeMap::new, Collectors.counting()));
    }
}
