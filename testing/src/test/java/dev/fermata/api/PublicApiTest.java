package dev.fermata.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fermata.Asyncio;
import dev.fermata.net.Net;
import dev.fermata.testing.AsyncTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The public API is the one that is checked in as {@code api.txt} of each module, so that no change goes unseen. */
final class PublicApiTest {
    private static final String REGENERATE = "mvn -q test -pl testing -am -Dtest=PublicApiTest -Dfermata.api=write";

    private static final Pattern HEADER =
            Pattern.compile("^(?:\\S.*)?\\b(?:module|package|class|interface|enum|record) ([\\w.]+)");

    @Test
    void of_the_runtime_is_the_one_that_is_checked_in() throws IOException {
        compare(Asyncio.class, "runtime");
    }

    @Test
    void of_the_net_module_is_the_one_that_is_checked_in() throws IOException {
        compare(Net.class, "net");
    }

    @Test
    void of_the_testing_module_is_the_one_that_is_checked_in() throws IOException {
        compare(AsyncTests.class, "testing");
    }

    /** What the list has of a type, and what it has not. */
    @SuppressWarnings("unused")
    public abstract static class Sample<T extends @Nullable Object> extends Hidden
            implements Comparable<PublicApiTest.Sample<T>> {
        public static final String NAME = "a \"name\"";
        protected int counter;
        int notListed;

        protected Sample(T first, String... rest) throws IOException {}

        Sample() {}

        @Deprecated(since = "0.1")
        public final synchronized <E extends Exception> @Nullable T get(List<? super T> from) throws E {
            return null;
        }

        @Override
        public String toString() {
            return "as every object";
        }

        abstract void notListedEither();

        private static void norThis() {}
    }

    abstract static class Hidden {
        public void inherited() {}
    }

    @Test
    void has_what_code_outside_can_use_and_what_a_hidden_superclass_gives() {
        assertEquals("""
                public static abstract class dev.fermata.api.PublicApiTest.Sample<T extends @Nullable Object> implements Comparable<dev.fermata.api.PublicApiTest.Sample<T>>
                    public static final String NAME = "a \\"name\\""
                    protected int counter
                    protected Sample(T, String...) throws java.io.IOException
                    @Deprecated(since = "0.1") public final <E extends Exception> @Nullable T get(java.util.List<? super T>) throws E
                    public void inherited()
                """, String.join("\n", new PublicApi(Set.of()).ofType(Sample.class)) + "\n");
    }

    @Test
    void that_changes_is_said_line_by_line_with_the_type() {
        List<String> before = List.of("public class p.A", "    public void gone()", "    public int changed()");
        List<String> now =
                List.of("public class p.A", "    public long changed()", "public class p.B", "    public B()");
        assertEquals(List.of(), changes(before, before));
        assertEquals(
                List.of(
                        "- p.A: public void gone()",
                        "- p.A: public int changed()",
                        "+ p.A: public long changed()",
                        "+ public class p.B",
                        "+ p.B: public B()"),
                changes(before, now));
    }

    private static void compare(Class<?> inModule, String folder) throws IOException {
        Set<String> exported = new TreeSet<>(PublicApi.exportsOf(Asyncio.class));
        exported.addAll(PublicApi.exportsOf(Net.class));
        exported.addAll(PublicApi.exportsOf(AsyncTests.class));
        List<String> now = new PublicApi(exported).ofModule(inModule);

        Path list = Path.of("..", folder, "api.txt");
        if ("write".equals(System.getProperty("fermata.api"))) {
            Files.write(list, now);
            return;
        }
        List<String> changes = changes(Files.readAllLines(list), now);
        if (!changes.isEmpty()) {
            fail("The public API is not the one in " + folder + "/api.txt:\n\n"
                    + String.join("\n", changes)
                    + "\n\nIf this is meant, run\n\n    "
                    + REGENERATE
                    + "\n\nand say it in CHANGELOG.md.\n");
        }
    }

    /** The lines that are in one list only, each with the type that it is in. */
    private static List<String> changes(List<String> before, List<String> now) {
        Set<String> removed = lines(before);
        Set<String> added = lines(now);
        Set<String> kept = new TreeSet<>(removed);
        kept.retainAll(added);
        removed.removeAll(kept);
        added.removeAll(kept);
        List<String> changes = new ArrayList<>();
        removed.forEach(it -> changes.add("- " + it));
        added.forEach(it -> changes.add("+ " + it));
        return changes;
    }

    private static Set<String> lines(List<String> list) {
        Set<String> lines = new LinkedHashSet<>();
        String type = "";
        for (String line : list) {
            var header = HEADER.matcher(line);
            if (header.find()) {
                type = header.group(1);
            }
            if (!line.isBlank()) {
                lines.add(line.startsWith(" ") ? type + ": " + line.strip() : line);
            }
        }
        return lines;
    }
}
